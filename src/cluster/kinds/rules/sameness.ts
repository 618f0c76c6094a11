import { compareQuantities, parseQuantity } from '../../meta/index.ts';

/**
 * Whether two parts of objects mean the same (Kubernetes' semantic equality): an absent field is like an empty list, map or text.
 * Quantities are compared by {@link sameQuantities}.
 */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (empty(a) || empty(b)) return empty(a) && empty(b);
  if (typeof a !== 'object' || typeof b !== 'object') return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  if (Array.isArray(a)) {
    const other = b as unknown[];
    return a.length === other.length && a.every((item, index) => same(item, other[index]));
  }
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].every(key => same(own(left, key), own(right, key)));
}

function own(object: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function empty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** Whether two texts are the same quantity. */
export function sameQuantities(a: string | undefined, b: string | undefined): boolean {
  const [left, right] = [parseQuantity(a ?? '0'), parseQuantity(b ?? '0')];
  return left !== undefined && right !== undefined && compareQuantities(left, right) === 0;
}
