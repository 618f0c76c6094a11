import type { PyValue } from '../../pickle/index.ts';
import type { Categories } from '../categories.ts';
import type { Estimator } from '../estimator.ts';
import { isMissing } from './mappings.ts';

/** What becomes of the values of one column: each gets a row of a table. */
export interface Coding {
  /** Labels of training with their rows; never a missing one. */
  readonly labels: ReadonlyMap<PyValue, number>;
  /** Row of a missing value; undefined where the library refuses it. */
  readonly missing: number | undefined;
  /** Row of a value that is no label; undefined where the library refuses it. */
  readonly other: number | undefined;
  readonly width: number;
  /** Row-major `[rows, width]`. */
  readonly table: Float64Array;
  /** Names of the columns that come out; undefined where it is the column itself. */
  readonly columns: readonly PyValue[] | undefined;
}

/** How an encoder takes what training did not have, `handle_unknown` and `handle_missing`: a word, a number, or None. */
export function handling(estimator: Estimator, name: 'handle_unknown' | 'handle_missing'): PyValue {
  const how = estimator.raw(name);
  return how === undefined ? 'value' : how;
}

/**
 * Labels with the places in which they come; a missing one apart, and without None, which nobody can ask with. The first of equal ones
 * counts.
 */
export function placesOf(index: readonly PyValue[]): {
  readonly labels: Map<PyValue, number>;
  readonly missing: number | undefined;
} {
  const labels = new Map<PyValue, number>();
  let missing: number | undefined;
  for (const [place, label] of index.entries()) {
    if (isMissing(label)) missing ??= place;
    else if (label !== null && !labels.has(label)) labels.set(label, place);
  }
  return { labels, missing };
}

/** A coding in which each label has a number of its own. */
export function singleCoding(
  labels: readonly (readonly [label: PyValue, value: number])[],
  missing: number | undefined,
  other: number | undefined,
): Coding {
  const table = [...labels.map(([, value]) => value), missing ?? NaN, other ?? NaN];
  return {
    labels: new Map(labels.map(([label], row) => [label, row])),
    missing: missing === undefined ? undefined : labels.length,
    other: other === undefined ? undefined : labels.length + 1,
    width: 1,
    table: Float64Array.from(table),
    columns: undefined,
  };
}

/** A coding whose labels stand for others first: rare ones for a group. */
export function lumped(coding: Coding, groups: readonly (readonly [PyValue, PyValue])[]): Coding {
  const labels = new Map(coding.labels);
  let { missing } = coding;
  for (const [label, group] of groups) {
    const row = coding.labels.get(group) ?? coding.other;
    if (isMissing(label)) missing = row;
    else if (row === undefined) labels.delete(label);
    else labels.set(label, row);
  }
  return { ...coding, labels, missing };
}

/** The labels as categories: all texts or all numbers; a missing one comes last. */
export function categoriesOf(
  estimator: Estimator,
  labels: readonly PyValue[],
  hasMissing: boolean,
): Categories {
  const missing = hasMissing ? labels.length : -1;
  const count = labels.length + (hasMissing ? 1 : 0);
  if (labels.every(label => typeof label === 'string'))
    return { kind: 'texts', texts: hasMissing ? [...labels, ''] : labels, count, missing, isNone: false };
  const numbers = labels.map(numberOfLabel);
  if (numbers.includes(undefined))
    return estimator.unsupported('mapping', 'a column has labels that are neither all numbers nor all texts');
  const all = [...(numbers as number[]), ...(hasMissing ? [NaN] : [])];
  return { kind: 'numbers', numbers: Float64Array.from(all), count, missing, isNone: false };
}

function numberOfLabel(label: PyValue): number | undefined {
  return typeof label === 'number' || typeof label === 'bigint' || typeof label === 'boolean'
    ? Number(label)
    : undefined;
}
