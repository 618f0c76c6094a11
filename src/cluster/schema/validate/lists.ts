import { duplicateValue, elementOf, childOf, type FieldError, invalidValue } from '../../meta/index.ts';
import type { Schema } from '../schema.ts';
import { isFields, mapValueOf, propertyOf, type Fields } from '../walk.ts';

/**
 * Lists of type `set` and `map` hold nothing twice (apiextensions' `ValidateListSetsAndMaps`): the second of equal items is told.
 * @param field The place of the value, empty for the object itself.
 */
export function listErrors(value: unknown, schema: Schema, field: string): FieldError[] {
  if (Array.isArray(value)) {
    const { items } = schema;
    const own = ownErrors(value, schema, field);
    if (items === undefined || !hasLists(items)) return own;
    return [...own, ...value.flatMap((item, index) => listErrors(item, items, elementOf(field, index)))];
  }
  if (!isFields(value) || !hasLists(schema)) return [];
  const others = mapValueOf(schema);
  return Object.keys(value).flatMap(key => {
    const property = propertyOf(schema, key);
    if (property !== undefined) return listErrors(value[key], property, childOf(field, key));
    return others === undefined ? [] : listErrors(value[key], others, elementOf(field, key));
  });
}

const holding = new WeakMap<Schema, boolean>();

/** Whether such a list may stand anywhere below. */
function hasLists(schema: Schema): boolean {
  let known = holding.get(schema);
  if (known === undefined) {
    const type = schema['x-kubernetes-list-type'];
    const below = [...Object.values(schema.properties ?? {}), mapValueOf(schema), schema.items];
    known = type === 'set' || type === 'map' || below.some(part => part !== undefined && hasLists(part));
    holding.set(schema, known);
  }
  return known;
}

function ownErrors(items: readonly unknown[], schema: Schema, field: string): FieldError[] {
  const type = schema['x-kubernetes-list-type'];
  if (type === 'set')
    return repeated(items.map(asKey)).map(index => duplicateValue(elementOf(field, index), items[index]));
  if (type !== 'map') return [];
  const stranger = items.findIndex(item => item !== null && !isFields(item));
  if (stranger >= 0) {
    const detail = 'must be an object for an array of list-type map';
    return [invalidValue(elementOf(field, stranger), items[stranger], detail)];
  }
  const keys = (items as (Fields | null)[]).map(item =>
    keysOf(item, schema['x-kubernetes-list-map-keys'] ?? []),
  );
  return repeated(keys.map(asKey)).map(index => duplicateValue(elementOf(field, index), keys[index]));
}

function keysOf(item: Fields | null, names: readonly string[]): Fields {
  return Object.fromEntries(
    names.filter(name => item !== null && Object.hasOwn(item, name)).map(name => [name, item?.[name]]),
  );
}

/** A text that is the same for the same values. */
function asKey(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    isFields(part) ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}

/** Positions of the second occurrence of each text. */
function repeated(keys: readonly string[]): number[] {
  const times = new Map<string, number>();
  return keys.flatMap((key, index) => {
    const before = times.get(key) ?? 0;
    times.set(key, before + 1);
    return before === 1 ? [index] : [];
  });
}
