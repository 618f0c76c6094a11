import {
  childOf,
  elementOf,
  type FieldError,
  invalidValue,
  label1035Faults,
  type ObjectMeta,
  pathSegmentFaults,
  requiredValue,
  validateMeta,
} from '../../meta/index.ts';
import type { Schema } from '../schema.ts';
import { isFields, mapValueOf, propertyOf, type Fields } from '../walk.ts';

/** Resources inside of a resource name their kind and keep the rules of metadata (apiextensions' `objectmeta.Validate`). */
export function embeddedErrors(value: unknown, schema: Schema, field: string): FieldError[] {
  if (!hasEmbedded(schema)) return [];
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => embeddedErrors(item, schema.items ?? {}, elementOf(field, index)));
  }
  if (!isFields(value)) return [];
  const own = schema['x-kubernetes-embedded-resource'] === true ? resourceErrors(value, field) : [];
  const values = mapValueOf(schema) ?? {};
  const parts = Object.keys(value).flatMap(key => {
    const property = propertyOf(schema, key);
    if (property === undefined) return embeddedErrors(value[key], values, elementOf(field, key));
    return embeddedErrors(value[key], property, childOf(field, key));
  });
  return [...own, ...parts];
}

const holding = new WeakMap<Schema, boolean>();

function hasEmbedded(schema: Schema): boolean {
  let known = holding.get(schema);
  if (known === undefined) {
    const below = [...Object.values(schema.properties ?? {}), mapValueOf(schema), schema.items];
    known =
      schema['x-kubernetes-embedded-resource'] === true ||
      below.some(part => part !== undefined && hasEmbedded(part));
    holding.set(schema, known);
  }
  return known;
}

function resourceErrors(value: Fields, field: string): FieldError[] {
  const { apiVersion, kind, metadata } = value;
  const errors: FieldError[] = [];
  if (apiVersion === undefined) errors.push(requiredValue(`${field}.apiVersion`));
  else if (typeof apiVersion === 'string') {
    if (apiVersion === '') errors.push(invalidValue(`${field}.apiVersion`, apiVersion, 'must not be empty'));
    else if (apiVersion.split('/').length > 2) {
      errors.push(
        invalidValue(`${field}.apiVersion`, apiVersion, `unexpected GroupVersion string: ${apiVersion}`),
      );
    }
  }
  if (kind === undefined) errors.push(requiredValue(`${field}.kind`));
  else if (typeof kind === 'string') errors.push(...kindErrors(kind, `${field}.kind`));
  return isFields(metadata) ? [...errors, ...metaErrors(metadata, field)] : errors;
}

function kindErrors(kind: string, field: string): FieldError[] {
  if (kind === '') return [invalidValue(field, kind, 'must not be empty')];
  const faults = label1035Faults(kind.toLowerCase());
  const detail = `may have mixed case, but should otherwise match: ${faults.join(',')}`;
  return faults.length === 0 ? [] : [invalidValue(field, kind, detail)];
}

function metaErrors(metadata: ObjectMeta, field: string): FieldError[] {
  const named = (metadata.name ?? '') === '' ? { ...metadata, name: 'unnamed' } : metadata;
  return validateMeta(named, (metadata.namespace ?? '') !== '', pathSegmentFaults).map(error => {
    const at = `${field}.${error.field}`;
    return { ...error, field: at, message: `${at}: ${error.body}` };
  });
}
