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

/** Equal as JSON: order of keys does not count. */
export function same(left: Json | undefined, right: Json | undefined): boolean {
  if (left === right) return true;
  if (isList(left)) return isList(right) && sameLists(left, right);
  if (!isObject(left) || !isObject(right)) return false;
  const keys = definedKeys(left);
  if (keys.length !== definedKeys(right).length) return false;
  return keys.every(key => own(right, key) !== undefined && same(left[key], right[key]));
}

function sameLists(left: readonly Json[], right: readonly Json[]): boolean {
  return left.length === right.length && left.every((item, index) => same(item, right[index]));
}

function definedKeys(object: JsonObject): string[] {
  return Object.keys(object).filter(key => object[key] !== undefined);
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
