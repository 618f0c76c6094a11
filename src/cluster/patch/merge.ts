import { badRequest, type Json, type JsonObject } from '../meta/index.ts';
import { notDecoded, objectTarget } from './go.ts';
import { assertShallow, fieldsOf, fromFields, isList, isObject } from './values.ts';

/**
 * Applies a JSON merge patch (RFC 7386): null removes a key, objects merge, anything else replaces. As in evanphx/json-patch v4,
 * nulls inside what is added are dropped, those inside a list that replaces an object stay.
 * @throws StatusError 400 when the patch is no object, 422 when it is too deep.
 */
export function mergePatch(document: unknown, patch: unknown): unknown {
  if (patch === null) throw badRequest('Invalid JSON Patch');
  if (!isObject(patch)) throw badRequest(`error decoding patch: ${notDecoded(patch, objectTarget)}`);
  assertShallow(patch);
  return merged(document as Json, patch);
}

function merged(current: Json, patch: Json): Json {
  if (!isObject(current)) return withoutNulls(patch);
  return isObject(patch) ? mergedObjects(current, patch) : patch;
}

function mergedObjects(current: JsonObject, patch: JsonObject): JsonObject {
  const fields = fieldsOf(current);
  for (const [key, value] of fieldsOf(patch)) {
    const old = fields.get(key) ?? null;
    if (value === null) fields.delete(key);
    else fields.set(key, old === null ? withoutNulls(value) : merged(old, value));
  }
  return fromFields(fields);
}

/** The value without keys whose value is null, at any depth; elements of lists stay. */
export function withoutNulls(value: Json): Json {
  if (isList(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const kept = [...fieldsOf(value)].filter(([, field]) => field !== null);
  return Object.fromEntries(kept.map(([key, field]) => [key, withoutNulls(field)]));
}
