import {
  childOf,
  elementOf,
  type FieldError,
  forbiddenField,
  invalidValue,
  requiredValue,
} from '../../meta/index.ts';
import type { Schema } from '../schema.ts';
import { patternFault } from '../validate/patterns.ts';
import { isSame } from '../same.ts';

type Level = 'root' | 'item' | 'field';

const unnamed: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
};

/**
 * What keeps a schema from being structural (apiextensions' `ValidateStructural`): every field has its type outside of `allOf`,
 * `anyOf`, `oneOf` and `not`, which may only restrict values. Sorted by message.
 */
export function structuralErrors(schema: Schema, field: string): FieldError[] {
  const errors = [...invariantErrors(schema, 'root', field), ...completenessErrors(schema, field)];
  return errors.toSorted((a, b) => (a.message < b.message ? -1 : Number(a.message > b.message)));
}

function invariantErrors(schema: Schema, level: Level, field: string): FieldError[] {
  const { items, properties = {}, additionalProperties } = schema;
  const errors: FieldError[] = [];
  if (schema.type === 'array' && items === undefined)
    errors.push(requiredValue(`${field}.items`, 'must be specified'));
  if (items !== undefined) errors.push(...invariantErrors(items, 'item', `${field}.items`));
  for (const [key, property] of Object.entries(properties)) {
    errors.push(...invariantErrors(property, 'field', elementOf(`${field}.properties`, key)));
  }
  if (additionalProperties !== undefined) {
    if (level === 'root')
      errors.push(forbiddenField(`${field}.additionalProperties`, 'must not be used at the root'));
    if (typeof additionalProperties !== 'boolean') {
      errors.push(...invariantErrors(additionalProperties, 'field', `${field}.additionalProperties`));
    }
  }
  errors.push(...extensionErrors(schema, field), ...valueErrors(schema, field, intOrStringPart(schema)));
  errors.push(...typeErrors(schema, level, field), ...metaErrors(schema, level, field));
  return errors;
}

function extensionErrors(schema: Schema, field: string): FieldError[] {
  if (schema['x-kubernetes-int-or-string'] !== true) return [];
  const refused = ['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource'] as const;
  return refused
    .filter(name => schema[name] === true)
    .map(name =>
      invalidValue(`${field}.${name}`, true, 'must be false if x-kubernetes-int-or-string is true'),
    );
}

const intOrString: readonly Schema[] = [{ type: 'integer' }, { type: 'string' }];

/** Where an int-or-string may say its two types although types do not belong into alternatives. */
function intOrStringPart({ anyOf, allOf }: Schema): 'anyOf' | 'allOf' | undefined {
  if (isSame(anyOf, intOrString)) return 'anyOf';
  return isSame(allOf?.[0]?.anyOf, intOrString) ? 'allOf' : undefined;
}

function typeErrors(schema: Schema, level: Level, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const { type, additionalProperties, properties = {} } = schema;
  const embedded = schema['x-kubernetes-embedded-resource'] === true;
  const keepsAll = schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (embedded && type !== 'object') {
    const detail = 'must be object if x-kubernetes-embedded-resource is true';
    errors.push(
      type === undefined
        ? requiredValue(`${field}.type`, detail)
        : invalidValue(`${field}.type`, type, detail),
    );
  } else if (type === undefined && schema['x-kubernetes-int-or-string'] !== true && !keepsAll) {
    errors.push(requiredValue(`${field}.type`, unnamed[level]));
  }
  if (embedded && additionalProperties !== undefined) {
    errors.push(
      forbiddenField(
        `${field}.additionalProperties`,
        'must not be used if x-kubernetes-embedded-resource is set',
      ),
    );
  }
  if (level === 'root' && type !== undefined && type !== 'object') {
    errors.push(invalidValue(`${field}.type`, type, 'must be object at the root'));
  }
  if (embedded && !keepsAll && Object.keys(properties).length === 0) {
    const detail =
      'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields';
    errors.push(requiredValue(`${field}.properties`, detail));
  }
  return errors;
}

function metaErrors({ properties = {}, ...schema }: Schema, level: Level, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const resource = level === 'root' || schema['x-kubernetes-embedded-resource'] === true;
  for (const name of resource ? ['kind', 'apiVersion'] : []) {
    const type = properties[name]?.type;
    if (properties[name] !== undefined && type !== 'string') {
      errors.push(
        invalidValue(`${elementOf(`${field}.properties`, name)}.type`, type ?? '', 'must be string'),
      );
    }
  }
  const { metadata } = properties;
  const at = elementOf(`${field}.properties`, 'metadata');
  if (metadata === undefined || !resource) return errors;
  if (metadata.type !== 'object')
    errors.push(invalidValue(`${at}.type`, metadata.type ?? '', 'must be object'));
  if (level === 'root' && !restrictsNamesOnly(metadata)) {
    const detail =
      'must not specify anything other than name and generateName, but metadata is implicitly specified';
    errors.push(forbiddenField(at, detail));
  }
  return errors;
}

function restrictsNamesOnly(metadata: Schema): boolean {
  const keywords = Object.keys(metadata).filter(name => !['type', 'default', 'properties'].includes(name));
  const names = Object.keys(metadata.properties ?? {});
  return keywords.length === 0 && names.every(name => name === 'name' || name === 'generateName');
}

/** Rules of what restricts values. `skip` is where an int-or-string says its types. */
function valueErrors(schema: Schema, field: string, skip: 'anyOf' | 'allOf' | undefined): FieldError[] {
  const errors: FieldError[] = [];
  const each = (parts: readonly Schema[] | undefined, name: string): void =>
    parts?.forEach((part, index) => {
      const inner = name === 'allOf' && index === 0 && skip === 'allOf' ? 'anyOf' : undefined;
      errors.push(...nestedErrors(part, elementOf(`${field}.${name}`, index), inner));
    });
  if (skip !== 'anyOf') each(schema.anyOf, 'anyOf');
  each(schema.allOf, 'allOf');
  each(schema.oneOf, 'oneOf');
  if (schema.not !== undefined) errors.push(...nestedErrors(schema.not, `${field}.not`, undefined));
  const fault = schema.pattern === undefined ? undefined : patternFault(schema.pattern);
  if (fault !== undefined) {
    errors.push(
      invalidValue(
        `${field}.pattern`,
        schema.pattern,
        `must be a valid regular expression, but isn't: ${fault}`,
      ),
    );
  }
  return errors;
}

/** What a part that only restricts values must not say, and how its absence is called. */
const unsaid: readonly (readonly [keyof Schema | 'title', 'empty' | 'undefined' | 'false'])[] = [
  ['type', 'empty'],
  ['additionalProperties', 'undefined'],
  ['default', 'undefined'],
  ['title', 'empty'],
  ['description', 'empty'],
  ['nullable', 'false'],
  ['x-kubernetes-preserve-unknown-fields', 'false'],
  ['x-kubernetes-embedded-resource', 'false'],
  ['x-kubernetes-int-or-string', 'false'],
  ['x-kubernetes-list-map-keys', 'empty'],
  ['x-kubernetes-list-type', 'undefined'],
  ['x-kubernetes-map-type', 'undefined'],
  ['x-kubernetes-validations', 'empty'],
];

function nestedErrors(schema: Schema, field: string, skip: 'anyOf' | undefined): FieldError[] {
  const errors = valueErrors(schema, field, skip);
  if (schema.items !== undefined) errors.push(...nestedErrors(schema.items, `${field}.items`, undefined));
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    errors.push(...nestedErrors(property, elementOf(`${field}.properties`, key), undefined));
  }
  for (const [name, word] of unsaid) {
    const value = (schema as Record<string, unknown>)[name];
    if (value === undefined || value === false || (Array.isArray(value) && value.length === 0)) continue;
    errors.push(forbiddenField(`${field}.${name}`, `must be ${word} to be structural`));
  }
  if (schema.properties?.['metadata'] !== undefined) {
    errors.push(
      forbiddenField(
        elementOf(`${field}.properties`, 'metadata'),
        'must not be specified in a nested context',
      ),
    );
  }
  return errors;
}

/** What a restriction speaks of has to be there outside of it as well. */
function completenessErrors(schema: Schema, field: string): FieldError[] {
  const errors = partsOf(schema, field).flatMap(([part, at]) => missingErrors(schema, part, field, at));
  if (schema.items !== undefined) errors.push(...completenessErrors(schema.items, `${field}.items`));
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    errors.push(...completenessErrors(property, elementOf(`${field}.properties`, key)));
  }
  if (typeof schema.additionalProperties === 'object') {
    errors.push(...completenessErrors(schema.additionalProperties, `${field}.additionalProperties`));
  }
  return errors;
}

function partsOf(schema: Schema, field: string): [Schema, string][] {
  const lists = (['allOf', 'anyOf', 'oneOf'] as const).flatMap(name =>
    (schema[name] ?? []).map((part, index): [Schema, string] => [
      part,
      elementOf(childOf(field, name), index),
    ]),
  );
  return schema.not === undefined ? lists : [...lists, [schema.not, `${field}.not`]];
}

function missingErrors(schema: Schema | undefined, part: Schema, field: string, at: string): FieldError[] {
  if (schema === undefined) return [requiredValue(field, `because it is defined in ${at}`)];
  const errors = partsOf(part, at).flatMap(([inner, place]) => missingErrors(schema, inner, field, place));
  if (part.items !== undefined)
    errors.push(...missingErrors(schema.items, part.items, `${field}.items`, `${at}.items`));
  for (const [key, property] of Object.entries(part.properties ?? {})) {
    const place = elementOf(`${field}.properties`, key);
    errors.push(
      ...missingErrors(schema.properties?.[key], property, place, elementOf(`${at}.properties`, key)),
    );
  }
  return errors;
}
