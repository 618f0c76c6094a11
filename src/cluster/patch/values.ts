import type { Json, JsonObject } from '../meta/index.ts';
import { refused } from './faults.ts';

export function isObject(value: unknown): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

export function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

/** The value of a key, absent for what every object inherits. */
export function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** The entries of an object to change; `fromFields` makes an object of them again, a key `__proto__` included. */
export function fieldsOf(object: JsonObject): Map<string, Json> {
  const fields = new Map<string, Json>();
  for (const [key, value] of Object.entries(object)) if (value !== undefined) fields.set(key, value);
  return fields;
}

export function fromFields(fields: ReadonlyMap<string, Json>): JsonObject {
  return Object.fromEntries(fields);
}

/** Far below what the stack bears in the walks of this room, far above what any kind needs. */
const deepest = 300;

/**
 * Refuses a value that is nested so deeply that walking it is a danger; itself it uses no stack.
 * @throws StatusError 422.
 */
export function assertShallow(value: unknown): void {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) throw refused();
    level = level.flatMap(node => (node !== null && typeof node === 'object' ? Object.values(node) : []));
  }
}
