import type { Schema, TypedSchema } from '../schema.ts';
import { isFields, mapValueOf, propertyOf, setField, type Fields } from '../walk.ts';
import { metaFields, writtenSchema } from './shape.ts';

/**
 * Fills what is absent with the defaults of a custom kind's schema, and nulls that are not allowed where a default is. Parts that
 * do not change are shared; a value without anything to fill is returned itself. Follows apiextensions' `defaulting.Default`.
 */
export function applyDefaults(value: unknown, shape: TypedSchema): unknown {
  return filled(value, writtenSchema(shape), true);
}

function filled(value: unknown, schema: Schema | undefined, root: boolean): unknown {
  if (schema === undefined || value === null || typeof value !== 'object' || !hasDefaults(schema))
    return value;
  if (Array.isArray(value)) return filledItems(value, schema.items);
  return isFields(value) ? filledFields(value, schema, root) : value;
}

function filledItems(value: unknown[], items: Schema | undefined): unknown[] {
  let changed = false;
  const result = value.map(item => {
    const next = filled(orDefault(item, items), items, false);
    changed ||= next !== item;
    return next;
  });
  return changed ? result : value;
}

function filledFields(value: Fields, schema: Schema, root: boolean): Fields {
  let result: Fields | undefined;
  const set = (key: string, next: unknown): void => {
    result ??= { ...value };
    setField(result, key, next);
  };
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    const fallback = property.default;
    if (
      (root && metaFields.has(key)) ||
      fallback === undefined ||
      fallback === null ||
      Object.hasOwn(value, key)
    )
      continue;
    set(key, filled(fallback, property, false));
  }
  const values = mapValueOf(schema);
  for (const key in value) {
    if (root && metaFields.has(key)) continue;
    const child = propertyOf(schema, key) ?? values;
    const next = filled(orDefault(value[key], child), child, false);
    if (next !== value[key]) set(key, next);
  }
  return result ?? value;
}

function orDefault(value: unknown, schema: Schema | undefined): unknown {
  return value === null && schema?.nullable !== true && schema?.default !== undefined
    ? schema.default
    : value;
}

const defaulting = new WeakMap<Schema, boolean>();

/** Whether a default stands anywhere below, so that whole branches are passed by. */
function hasDefaults(schema: Schema): boolean {
  let known = defaulting.get(schema);
  if (known === undefined) {
    const below = [...Object.values(schema.properties ?? {}), mapValueOf(schema), schema.items];
    known = below.some(child => child !== undefined && (child.default !== undefined || hasDefaults(child)));
    defaulting.set(schema, known);
  }
  return known;
}
