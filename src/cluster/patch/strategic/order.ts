import { internalError, type Json, sameJson } from '../../meta/index.ts';
import type { TypedSchema } from '../../schema/index.ts';
import { isList, isObject, own } from '../values.ts';
import { arranged, keyOf } from './arrange.ts';
import { directive, orderPrefix, targetOf, withoutDirectives } from './directives.ts';
import { badElementOrder, unexpectedType } from './faults.ts';
import { goText } from '../go.ts';
import { type Hint, hintOf } from './hints.ts';
import { elementType, type MergeObjects, mergedList } from './lists.ts';

/**
 * Merges the list that a `$setElementOrder/…` is about and puts it in that order; the directive and its list are taken out of the
 * patch.
 * @throws StatusError when the directive does not fit the list.
 */
export function applyOrder(
  fields: Map<string, Json>,
  changes: Map<string, Json>,
  key: string,
  shape: TypedSchema,
  merge: MergeObjects,
): void {
  const order = listOf(changes.get(key));
  changes.delete(key);
  const field = targetOf(key, orderPrefix, badElementOrder);
  const old = fields.has(field) ? listOf(fields.get(field)) : undefined;
  const patch = changes.has(field) ? listOf(changes.get(field)) : undefined;
  const hint = hintOf(shape, field);
  checkOrder(patch ?? [], order, hint.mergeKey);
  const merged = mergedWith(old, patch, hint, merge);
  if (merged === undefined) return;
  elementType(old ?? [], patch ?? []);
  fields.set(field, arranged(merged, order, old ?? [], hint.mergeKey));
  changes.delete(field);
}

function listOf(value: Json | undefined): readonly Json[] {
  if (value === undefined || !isList(value)) throw unexpectedType([], value);
  return value;
}

function mergedWith(
  old: readonly Json[] | undefined,
  patch: readonly Json[] | undefined,
  hint: Hint,
  merge: MergeObjects,
): readonly Json[] | undefined {
  if (patch === undefined) return old;
  if (old === undefined) return withoutDirectives(patch) as readonly Json[];
  return hint.strategy === 'merge' ? mergedList(old, patch, hint, merge) : patch;
}

/** The items of the patch must stand in the order given, all of them. */
function checkOrder(patch: readonly Json[], order: readonly Json[], mergeKey: string): void {
  if (patch.length === 0 || order.length === 0) return;
  const items = mergeKey === '' ? patch : patch.filter(item => !isDeleted(item));
  let next = 0;
  for (const wanted of order) {
    while (next < items.length && hasDirective(items[next] as Json)) next++;
    if (next >= items.length) return;
    if (sameItem(items[next] as Json, wanted, mergeKey)) next++;
  }
  if (next < items.length) throw notInOrder(patch, order);
}

function isDeleted(item: Json): boolean {
  if (!isObject(item)) throw unexpectedType({}, item);
  return own(item, directive) === 'delete';
}

function hasDirective(item: Json): boolean {
  return isObject(item) && own(item, directive) !== undefined;
}

function sameItem(left: Json, right: Json, mergeKey: string): boolean {
  return mergeKey === '' ? left === right : sameJson(keyOf(left, mergeKey), keyOf(right, mergeKey));
}

function notInOrder(patch: readonly Json[], order: readonly Json[]): Error {
  return internalError(
    `The order in patch list:\n${goText(patch)}\n doesn't match ${orderPrefix} list:\n${goText(order)}\n`,
  );
}
