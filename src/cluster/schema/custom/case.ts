import type { Schema, TypedSchema } from '../schema.ts';
import { isFields, mapValueOf, propertyOf, setField, shapeOf, type Fields } from '../walk.ts';

/** A value whose fields bear the names of its schema. */
export interface Renamed {
  readonly value: unknown;
  /** One for each field that was renamed. */
  readonly warnings: readonly string[];
}

/**
 * Takes a field that is written in another letter case for the one that the schema knows, when exactly one known field differs
 * from it by nothing else and that field is not itself there. What is below `apiVersion`, `kind` and metadata stays as it is.
 */
export function knownCase(value: unknown, shape: TypedSchema): Renamed {
  const warnings: string[] = [];
  const walk = (current: unknown, schema: Schema, path: string): unknown => {
    const known = shapeOf(schema, shape.definitions).schema;
    if (Array.isArray(current)) {
      const { items } = known;
      return items === undefined
        ? current
        : shared(
            current,
            current.map((item, at) => walk(item, items, `${path}[${at}]`)),
          );
    }
    return isFields(current) ? fields(current, known, path) : current;
  };
  const fields = (current: Fields, schema: Schema, path: string): Fields => {
    const result: Fields = {};
    let changed = false;
    for (const key in current) {
      const name = nameOf(current, schema, key);
      const at = path === '' ? name : `${path}.${name}`;
      if (name !== key)
        warnings.push(`unknown field "${path === '' ? key : `${path}.${key}`}" is taken for "${at}"`);
      const child = propertyOf(schema, name) ?? mapValueOf(schema);
      const next = child === undefined || at === 'metadata' ? current[key] : walk(current[key], child, at);
      changed ||= next !== current[key] || name !== key;
      setField(result, name, next);
    }
    return changed ? result : current;
  };
  return { value: walk(value, shape.schema, ''), warnings };
}

function shared(before: readonly unknown[], after: readonly unknown[]): readonly unknown[] {
  return after.every((item, index) => item === before[index]) ? before : after;
}

/** The known name of a field, or its own. */
function nameOf(fields: Fields, schema: Schema, key: string): string {
  if (
    schema.properties === undefined ||
    propertyOf(schema, key) !== undefined ||
    mapValueOf(schema) !== undefined
  )
    return key;
  const candidates = foldedNames(schema).get(key.toLowerCase());
  const [only] = candidates ?? [];
  if (candidates?.length !== 1 || only === undefined || Object.hasOwn(fields, only)) return key;
  const rivals = Object.keys(fields).filter(other => other.toLowerCase() === key.toLowerCase());
  return rivals.length === 1 ? only : key;
}

const folded = new WeakMap<Schema, Map<string, string[]>>();

function foldedNames(schema: Schema): Map<string, string[]> {
  let names = folded.get(schema);
  if (names === undefined) {
    names = new Map();
    for (const name of Object.keys(schema.properties ?? {})) {
      const lower = name.toLowerCase();
      names.set(lower, [...(names.get(lower) ?? []), name]);
    }
    folded.set(schema, names);
  }
  return names;
}
