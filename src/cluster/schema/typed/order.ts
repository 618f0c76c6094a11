import type { Schema, TypedSchema } from '../schema.ts';
import { type Fields, isFields, mapValueOf, setField, shapeOf } from '../walk.ts';

const places = new WeakMap<Schema, ReadonlyMap<string, number>>();

/** Where each field of a type stands. */
function placesOf(schema: Schema): ReadonlyMap<string, number> {
  let known = places.get(schema);
  if (known === undefined) {
    known = new Map(Object.keys(schema.properties ?? {}).map((name, place) => [name, place]));
    places.set(schema, known);
  }
  return known;
}

/**
 * A value with its fields in the order in which Go writes them: those of a type as the type has them, which is the order of
 * `properties`, those of a map sorted. Fields that the schema does not have come last, as they stand. What is in order already is
 * the same object.
 */
export function inGoOrder<T>(value: T, { schema, definitions }: TypedSchema): T {
  const walk = (node: unknown, at: Schema): unknown => {
    const { schema: shape } = shapeOf(at, definitions);
    if (Array.isArray(node)) return shape.items === undefined ? node : list(node, shape.items);
    if (!isFields(node)) return node;
    if (shape.properties !== undefined) return struct(node, shape);
    const member = mapValueOf(shape);
    return member === undefined ? node : map(node, member);
  };
  const list = (items: readonly unknown[], at: Schema): readonly unknown[] => {
    const ordered = items.map(item => walk(item, at));
    return ordered.every((item, index) => item === items[index]) ? items : ordered;
  };
  const struct = (fields: Fields, shape: Schema): Fields => {
    const order = placesOf(shape);
    const place = (key: string) => order.get(key) ?? order.size;
    return rebuilt(
      fields,
      (a, b) => place(a) - place(b),
      key => shape.properties?.[key],
    );
  };
  const map = (fields: Fields, member: Schema): Fields =>
    rebuilt(
      fields,
      (a, b) => (a < b ? -1 : 1),
      () => member,
    );
  const rebuilt = (
    fields: Fields,
    compare: (a: string, b: string) => number,
    schemaOf: (key: string) => Schema | undefined,
  ): Fields => {
    const keys = Object.keys(fields);
    let same = keys.every((key, index) => index === 0 || compare(keys[index - 1] as string, key) <= 0);
    const ordered: Fields = {};
    for (const key of same ? keys : keys.toSorted(compare)) {
      const at = schemaOf(key);
      const inner = at === undefined ? fields[key] : walk(fields[key], at);
      if (inner !== fields[key]) same = false;
      setField(ordered, key, inner);
    }
    return same ? fields : ordered;
  };
  return walk(value, schema) as T;
}
