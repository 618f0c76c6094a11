import { wireErrors } from '../errors.ts';
import type { JsonValue } from '../json/value.ts';

/** Values that rows may have together once all are as long as the longest. */
const mostPlaces = 2 ** 22;

/**
 * Lists of different lengths, each filled with null up to the longest; anything but a list of lists as it is.
 * @throws `wire-rows-limit` when that would take more places than a request may have
 */
export function filledRows(rows: readonly JsonValue[], path: string): readonly JsonValue[] {
  if (!rows.every(row => Array.isArray(row))) return rows;
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  if (rows.every(row => row.length === width)) return rows;
  if (width * rows.length > mostPlaces)
    throw wireErrors.make['wire-rows-limit'](
      `${path}: found ${rows.length} rows of up to ${width} values, expected ${mostPlaces} places at most in one request where all rows are as long as the longest`,
    );
  return rows.map(row => [...row, ...Array.from({ length: width - row.length }, () => null)]);
}
