import { internalError, type Json, type JsonObject } from '../../meta/index.ts';
import type { TypedSchema } from '../../schema/index.ts';
import { own } from '../values.ts';
import { directive } from './directives.ts';
import { listsOfLists, mixedTypes, unknownDirective } from './faults.ts';
import { goType } from '../go.ts';
import type { Hint } from './hints.ts';
import { arranged, keyOf } from './arrange.ts';

/** Merges a patch into an object. */
export type MergeObjects = (original: JsonObject, patch: JsonObject, shape: TypedSchema) => JsonObject;

/** Merges two lists whose strategy is `merge`: objects by their key, scalars as a set; the patch's order comes first. */
export function mergedList(
  old: readonly Json[],
  patch: readonly Json[],
  hint: Hint,
  merge: MergeObjects,
): readonly Json[] {
  if (old.length === 0 && patch.length === 0) return old;
  if (elementType(old, patch) !== objectType) {
    return arranged([...new Set([...old, ...patch])], patch, old, hint.mergeKey);
  }
  if (hint.mergeKey === '') throw internalError('cannot merge lists without merge key for struct');
  const { base, items } = withDirectivesApplied(old as readonly JsonObject[], patch, hint.mergeKey);
  const merged = mergedByKey(base, items, hint, merge);
  return arranged(merged, items, base, hint.mergeKey);
}

/** The list without the scalars of another. */
export function withoutScalars(
  old: readonly Json[],
  patch: readonly Json[],
  hint: Hint,
  merge: MergeObjects,
): readonly Json[] {
  if (old.length === 0 && patch.length === 0) return old;
  if (elementType(old, patch) === objectType) return mergedList(old, patch, hint, merge);
  const removed = new Set(patch);
  return old.filter(item => !removed.has(item));
}

const objectType = goType({});

/**
 * The one type of all elements of the lists.
 * @throws StatusError when they differ, are lists themselves, or there is none.
 */
export function elementType(...lists: readonly (readonly Json[])[]): string {
  let type: string | undefined;
  for (const item of lists.flat()) {
    const current = goType(item);
    if (current === goType([])) {
      if (type === undefined) throw listsOfLists();
    }
    if (type !== undefined && type !== current) throw mixedTypes(lists);
    type = current;
  }
  if (type === undefined) throw internalError('no elements in any of the given slices');
  return type;
}

interface Applied {
  /** What the items are merged into. */
  readonly base: readonly JsonObject[];
  readonly items: readonly JsonObject[];
}

function withDirectivesApplied(
  old: readonly JsonObject[],
  patch: readonly Json[],
  mergeKey: string,
): Applied {
  const items: JsonObject[] = [];
  const deleted = new Set<Json>();
  let replaces = false;
  for (const item of patch as readonly JsonObject[]) {
    const said = own(item, directive);
    if (said === undefined) items.push(item);
    else if (said === 'replace') replaces = true;
    else if (said === 'delete') deleted.add(keyOf(item, mergeKey));
    else if (said === 'merge') throw internalError('merging lists cannot yet be specified in the patch');
    else throw unknownDirective(said, item);
  }
  if (replaces) return { base: items, items: [] };
  return { base: old.filter(item => !deleted.has(own(item, mergeKey) ?? null)), items };
}

function mergedByKey(
  base: readonly JsonObject[],
  items: readonly JsonObject[],
  { mergeKey, shape }: Hint,
  merge: MergeObjects,
): JsonObject[] {
  const merged = [...base];
  const places = new Map<Json | undefined, number>();
  for (const [place, item] of merged.entries()) {
    const key = own(item, mergeKey);
    if (!places.has(key)) places.set(key, place);
  }
  for (const item of items) {
    const key = keyOf(item, mergeKey);
    const place = places.get(key);
    if (place === undefined) {
      places.set(key, merged.push(item) - 1);
      continue;
    }
    const result = merge(merged[place] as JsonObject, item, shape);
    merged[place] = result;
    // A patch can take its key from an item (`port: null`), which then is not found by it any more.
    if (own(result, mergeKey) !== key) forget(places, key, merged, mergeKey, place);
  }
  return merged;
}

function forget(
  places: Map<Json | undefined, number>,
  key: Json,
  merged: readonly JsonObject[],
  mergeKey: string,
  place: number,
): void {
  const next = merged.slice(place + 1).findIndex(item => own(item, mergeKey) === key);
  if (next < 0) places.delete(key);
  else places.set(key, place + 1 + next);
}
