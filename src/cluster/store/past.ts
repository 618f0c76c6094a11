import { type Collection, keyOf } from './collection.ts';
import type { Change, Place, Stored } from './contract.ts';

type Around = Iterable<Stored>;

/**
 * The objects of a resource as they were before some changes, in order: what the changes touched comes from them, all else is as it is
 * now. Costs what is asked for and what has changed, not the whole collection.
 */
export function* before(
  changes: readonly Change[],
  now: Collection | undefined,
  namespace: string | undefined,
  after: Place | Pick<Place, 'namespace' | 'name'> | undefined,
): Generator<Stored> {
  const touched = new Map<string, Stored | undefined>();
  for (const { stored, previous } of changes) {
    const key = keyOf(stored.place);
    if (!touched.has(key)) touched.set(key, previous);
  }
  const first = after && keyOf(after);
  const past = [...touched]
    .filter(([key, stored]) => stored !== undefined && (first === undefined || key > first))
    .filter(([, stored]) => namespace === undefined || stored?.place.namespace === namespace)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([, stored]) => stored as Stored);
  yield* merged(past, untouched(now?.from(namespace, first) ?? [], touched));
}

function* untouched(objects: Around, touched: ReadonlyMap<string, unknown>): Generator<Stored> {
  for (const stored of objects) if (!touched.has(keyOf(stored.place))) yield stored;
}

function* merged(past: readonly Stored[], present: Around): Generator<Stored> {
  let at = 0;
  for (const stored of present) {
    const key = keyOf(stored.place);
    for (; at < past.length && keyOf((past[at] as Stored).place) < key; at++) yield past[at] as Stored;
    yield stored;
  }
  yield* past.slice(at);
}
