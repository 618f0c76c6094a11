import type { Json } from '../../meta/index.ts';
import { isObject, own } from '../values.ts';
import { directive } from './directives.ts';
import { noMergeKey, unexpectedType } from './faults.ts';

/**
 * The value of an item's merge key.
 * @throws StatusError when it has none.
 */
export function keyOf(item: Json, mergeKey: string): Json {
  if (!isObject(item)) throw unexpectedType({}, item);
  const key = own(item, mergeKey);
  if (key === undefined) throw noMergeKey(item, mergeKey);
  return key;
}

/** What an item is known by: its merge key, or itself in a list of scalars. */
function identity(item: Json, mergeKey: string): Json {
  return mergeKey === '' ? item : keyOf(item, mergeKey);
}

/** Where each item stands first in a list. */
function placesIn(list: readonly Json[], mergeKey: string): Map<Json, number> {
  const places = new Map<Json, number>();
  for (const [place, item] of list.entries()) {
    const key = identity(item, mergeKey);
    if (!places.has(key)) places.set(key, place);
  }
  return places;
}

/**
 * Orders a merged list: items that `order` names in its order, the others in the order of `old`, put between them where the order
 * of `old` says.
 */
export function arranged(
  merged: readonly Json[],
  order: readonly Json[],
  old: readonly Json[],
  mergeKey: string,
): readonly Json[] {
  const wanted = placesIn(order, mergeKey);
  const before = placesIn(old, mergeKey);
  const place = (item: Json, places: ReadonlyMap<Json, number>): number =>
    places.get(identity(item, mergeKey)) ?? -1;
  const named = merged.filter(item => place(item, wanted) >= 0);
  const others = merged.filter(item => place(item, wanted) < 0);
  return interleaved(
    sorted(others, item => place(item, before)),
    sorted(named, item => place(item, wanted)),
    item => place(item, before),
  );
}

function sorted(items: readonly Json[], place: (item: Json) => number): Json[] {
  const deletions = items.filter(isDeletion);
  const rest = items.filter(item => !isDeletion(item));
  return [...rest.toSorted((a, b) => place(a) - place(b)), ...deletions];
}

function isDeletion(item: Json): boolean {
  return isObject(item) && own(item, directive) === 'delete';
}

function interleaved(
  others: readonly Json[],
  named: readonly Json[],
  before: (item: Json) => number,
): readonly Json[] {
  const all: Json[] = [];
  let next = 0;
  for (const item of named) {
    const limit = before(item);
    while (next < others.length && isBefore(before(others[next] as Json), limit)) {
      all.push(others[next++] as Json);
    }
    all.push(item);
  }
  return [...all, ...others.slice(next)];
}

function isBefore(place: number, limit: number): boolean {
  return place >= 0 && place < limit;
}
