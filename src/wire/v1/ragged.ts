import { wireErrors } from '../errors.ts';
import type { JsonValue } from '../json/value.ts';
import { described, isLeaf, type Leaf } from './leaves.ts';

/** Places that rows may have together once all are as long as the longest, however many values are sent. */
const mostPlaces = 2 ** 22;

/** Places that they may have for each value and row that is sent, and besides: a short body takes no long time. */
const placesPerValue = 16;
const freePlaces = 2 ** 17;

/** Places that rows with this many values together may have. */
function placesFor(values: number, rows: number): number {
  return Math.min(mostPlaces, placesPerValue * (values + rows) + freePlaces);
}

/** Values of all rows in one list, row-major `[rows, width]`. */
interface Filled {
  readonly width: number;
  readonly leaves: readonly Leaf[];
}

/**
 * Lists of values of different lengths, each filled with null up to the longest.
 * @returns undefined for lists of one length, and for anything but lists of values
 * @throws `wire-rows-limit` when that would take more places than the values that were sent allow; `wire-element-range` for
 * an integer that float64 cannot hold: null is NaN beside it
 */
export function filledRows(rows: readonly JsonValue[], path: string): Filled | undefined {
  if (!areLists(rows)) return undefined;
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  if (rows.every(row => row.length === width)) return undefined;
  const sent = rows.reduce((sum, row) => sum + row.length, 0);
  const most = placesFor(sent, rows.length);
  if (width * rows.length > most)
    throw wireErrors.make['wire-rows-limit'](
      `${path}: found ${rows.length} rows of up to ${width} values, expected ${most} places at most for ${sent} values where all rows are as long as the longest`,
    );
  const leaves: Leaf[] = [];
  for (const [at, row] of rows.entries()) {
    for (const [column, value] of row.entries()) {
      if (typeof value === 'bigint' && BigInt(Number(value)) !== value)
        throw wireErrors.make['wire-element-range'](
          `${path}[${at}][${column}]: found ${described(value)}, expected an integer that float64 can hold, as rows of different lengths are filled with NaN`,
        );
      leaves.push(value);
    }
    for (let column = row.length; column < width; column++) leaves.push(null);
  }
  return { width, leaves };
}

function areLists(rows: readonly JsonValue[]): rows is readonly (readonly Leaf[])[] {
  return rows.every(row => Array.isArray(row) && row.every(value => isLeaf(value as JsonValue)));
}
