import { badRequest, type Json, type JsonObject } from '../../meta/index.ts';
import type { TypedSchema } from '../../schema/index.ts';
import { withoutNulls } from '../merge.ts';
import { assertShallow, fieldsOf, fromFields, isList, isObject } from '../values.ts';
import {
  directive,
  orderPrefix,
  removalPrefix,
  retainDirective,
  targetOf,
  withoutDirectives,
} from './directives.ts';
import { badPrimitiveList, badRetainKeys, unknownDirective } from './faults.ts';
import { goType, notDecoded, objectTarget } from '../go.ts';
import { hintOf } from './hints.ts';
import { mergedList, withoutScalars } from './lists.ts';
import { applyOrder } from './order.ts';

/**
 * Applies a strategic merge patch by the hints of the shape (apimachinery's `strategicpatch`): lists merge by key, `$patch`,
 * `$retainKeys`, `$setElementOrder/…` and `$deleteFromPrimitiveList/…` direct it.
 * @throws StatusError 400 for a malformed directive, 422 for lists in lists, 500 without a reason for everything else, as the real
 * server.
 */
export function strategicMergePatch(document: unknown, patch: unknown, shape: TypedSchema): unknown {
  if (patch !== null && !isObject(patch)) throw badRequest(notDecoded(patch, objectTarget));
  assertShallow(patch);
  const { apiVersion, kind } = document as JsonObject;
  const merged = mergedObject(document as JsonObject, patch ?? {}, shape);
  // Directives at the top cannot take from an object what it is.
  return { ...(kind !== undefined && { kind }), ...(apiVersion !== undefined && { apiVersion }), ...merged };
}

/** Merges a patch into an object. */
function mergedObject(original: JsonObject, patch: JsonObject, shape: TypedSchema): JsonObject {
  if (Object.hasOwn(patch, directive)) return directed(patch);
  const fields = retained(fieldsOf(original), patch);
  const changes = fieldsOf(patch);
  changes.delete(retainDirective);
  for (const key of [...changes.keys()].filter(key => key.startsWith(orderPrefix))) {
    applyOrder(fields, changes, key, shape, mergedObject);
  }
  for (const [key, value] of changes) mergeField(fields, key, value, shape);
  return fromFields(fields);
}

function directed(patch: JsonObject): JsonObject {
  const { [directive]: said, ...rest } = patch;
  if (said === 'replace') return rest;
  if (said === 'delete') return {};
  throw unknownDirective(said as Json, patch);
}

/** Keeps only the keys that `$retainKeys` names, which have to be all that the patch sets. */
function retained(fields: Map<string, Json>, patch: JsonObject): Map<string, Json> {
  if (!Object.hasOwn(patch, retainDirective)) return fields;
  const list = patch[retainDirective];
  if (!isList(list)) throw badRetainKeys();
  const kept = new Set(list);
  for (const [key, value] of fieldsOf(patch)) {
    const counts = value !== null && key !== retainDirective && !isParallel(key);
    if (counts && !kept.has(key)) throw badRetainKeys();
  }
  for (const key of fields.keys()) if (!kept.has(key)) fields.delete(key);
  return fields;
}

function isParallel(key: string): boolean {
  return key.startsWith(removalPrefix) || key.startsWith(orderPrefix);
}

function mergeField(fields: Map<string, Json>, said: string, value: Json, shape: TypedSchema): void {
  const removes = said.startsWith(removalPrefix);
  const key = removes ? targetOf(said, removalPrefix, badPrimitiveList) : said;
  const old = fields.get(key);
  if (value === null) fields.delete(key);
  else if (old === undefined || goType(old) !== goType(value)) {
    if (!removes) replaceField(fields, key, value);
  } else if (isObject(old) && isObject(value)) fields.set(key, mergedField(old, value, key, shape));
  else if (isList(old) && isList(value)) fields.set(key, mergedItems(old, value, key, removes, shape));
  else fields.set(key, value);
}

function replaceField(fields: Map<string, Json>, key: string, value: Json): void {
  const plain = withoutDirectives(withoutNulls(value));
  if (plain === undefined) fields.delete(key);
  else fields.set(key, plain);
}

function mergedField(old: JsonObject, patch: JsonObject, key: string, shape: TypedSchema): JsonObject {
  const hint = hintOf(shape, key);
  return hint.strategy === 'replace' ? patch : mergedObject(old, patch, hint.shape);
}

function mergedItems(
  old: readonly Json[],
  patch: readonly Json[],
  key: string,
  removes: boolean,
  shape: TypedSchema,
): readonly Json[] {
  const hint = hintOf(shape, key);
  if (removes) return withoutScalars(old, patch, hint, mergedObject);
  return hint.strategy === 'merge' ? mergedList(old, patch, hint, mergedObject) : patch;
}
