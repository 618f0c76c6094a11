import { elementOf, type FieldError, invalidValue } from '../../meta/index.ts';
import type { Schema } from '../schema.ts';
import { ruleErrors } from '../cel/rules.ts';
import { pruneTo } from '../custom/prune.ts';
import { metaFields } from '../custom/shape.ts';
import { isSame } from '../same.ts';
import { holdAgainst } from '../validate/schema.ts';

/** Defaults must themselves keep the schema and have no unknown fields (apiextensions' `ValidateDefaults`). */
export function defaultErrors(schema: Schema, field: string, root = true): FieldError[] {
  const errors =
    root || schema.default === undefined || schema.default === null ? [] : ownErrors(schema, field);
  if (schema.items !== undefined) errors.push(...defaultErrors(schema.items, `${field}.items`, false));
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    // The root's metadata takes no defaults at all, which another rule says.
    if (root && metaFields.has(key)) continue;
    errors.push(...defaultErrors(property, elementOf(`${field}.properties`, key), false));
  }
  return errors;
}

function ownErrors(schema: Schema, field: string): FieldError[] {
  const value: unknown = schema.default;
  const at = `${field}.default`;
  const unknown = isSame(pruneTo(value, schema), value)
    ? []
    : [invalidValue(at, value, 'must not have unknown fields')];
  const held = holdAgainst(value, schema, '').errors.map(({ error }) => below(error, at));
  if (held.length > 0) return [...unknown, ...held];
  return [
    ...unknown,
    ...ruleErrors(value, undefined, schema, undefined, false).map(error => below(error, at)),
  ];
}

/** The default is a document of its own in its messages. */
function below(error: FieldError, at: string): FieldError {
  const field = error.field === '<nil>' ? at : `${at}.${error.field}`;
  return { ...error, field, message: `${field}: ${error.body}` };
}
