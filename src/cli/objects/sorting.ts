import { compareQuantities, parseQuantity } from '../../cluster/meta/index.ts';
import { Complaint } from './failures.ts';
import { pathOf, resultsAt } from './fieldpaths.ts';
import { relaxed } from './jsonpath/relaxed.ts';

/**
 * Sorts by a field of objects, those without it first, as kubectl does: numbers and quantities by what they are worth, everything else
 * by its letters.
 * @throws Complaint when no object has the field, or its values have no order.
 */
export function sortedBy<T>(list: readonly T[], objectOf: (one: T) => unknown, path: string): readonly T[] {
  const field = pathOf(path);
  const keyed = list.map(one => ({ one, values: resultsAt(field, objectOf(one)).flat() }));
  if (list.length > 0 && keyed.every(({ values }) => values.length === 0)) {
    throw new Complaint(
      `couldn't find any field with path ${JSON.stringify(relaxed(path))} in the list of objects`,
    );
  }
  return keyed.toSorted((a, b) => order(a.values, b.values, path)).map(({ one }) => one);
}

function order([a]: readonly unknown[], [b]: readonly unknown[], path: string): number {
  if (isNothing(a) || isNothing(b)) return Number(isNothing(b)) - Number(isNothing(a));
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return textOrder(a, b);
  const found = Array.isArray(a) ? 'a list' : typeof a === 'object' ? 'an object' : typeof a;
  throw new Complaint(`field ${path} has ${found}, expected numbers or strings to sort by`);
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null;
}

function textOrder(a: string, b: string): number {
  const [first, second] = [parseQuantity(a), parseQuantity(b)];
  if (first !== undefined && second !== undefined) return compareQuantities(first, second);
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
