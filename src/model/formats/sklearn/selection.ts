import { NdArray, PyRange, type PyValue } from '../pickle/index.ts';
import type { Estimator } from './estimator.ts';
import { listedItems } from './listed.ts';
import { numberOf } from './python.ts';

/** The columns that an estimator was fitted with. */
export interface Fitted {
  readonly width: number;
  readonly names: readonly string[] | undefined;
}

function positionOf(item: PyValue, { width, names }: Fitted): number | undefined {
  if (typeof item === 'string') {
    const position = names?.indexOf(item) ?? -1;
    return position === -1 ? undefined : position;
  }
  const number = numberOf(item);
  if (number === undefined || !Number.isInteger(number) || number < -width || number >= width)
    return undefined;
  return number < 0 ? number + width : number;
}

/** An end of a slice, as NumPy and pandas take it: a name as the last column is included. */
function endOf(end: PyValue, absent: number, fitted: Fitted, included: 0 | 1): number | undefined {
  if (end === null) return absent;
  if (typeof end === 'string') {
    const position = positionOf(end, fitted);
    return position === undefined ? undefined : position + included;
  }
  const number = numberOf(end);
  if (number === undefined) return undefined;
  return Math.min(Math.max(number < 0 ? number + fitted.width : number, 0), fitted.width);
}

function sliced(range: PyRange, fitted: Fitted): readonly number[] | undefined {
  const step = range.step === null ? 1 : numberOf(range.step);
  const start = endOf(range.start, 0, fitted, 0);
  const stop = endOf(range.stop, fitted.width, fitted, 1);
  if (step === undefined || !Number.isInteger(step) || step < 1) return undefined;
  if (start === undefined || stop === undefined) return undefined;
  const found: number[] = [];
  for (let at = start; at < stop; at += step) found.push(at);
  return found;
}

function listed(items: readonly PyValue[], fitted: Fitted): readonly number[] | undefined {
  if (items.length > 0 && items.every(item => typeof item === 'boolean'))
    return items.length === fitted.width ? items.flatMap((item, at) => (item ? [at] : [])) : undefined;
  const positions = items.map(item => positionOf(item, fitted));
  return positions.includes(undefined) ? undefined : (positions as readonly number[]);
}

/**
 * Positions of the columns that a key names: a name, a position (negative from the end), a list or array of either, a
 * slice of either, a mask. After `sklearn.utils._get_column_indices`.
 * @returns undefined for a key that fits none of the columns, or is none of these
 */
export function positionsOf(key: PyValue | undefined, fitted: Fitted): readonly number[] | undefined {
  if (key === undefined) return undefined;
  if (key instanceof PyRange) return key.kind === 'slice' ? sliced(key, fitted) : ranged(key, fitted);
  if (typeof key === 'string' || (numberOf(key) !== undefined && !isListOfOne(key))) {
    const position = positionOf(key, fitted);
    return position === undefined ? undefined : [position];
  }
  const items = listedItems(key);
  return items && listed(items, fitted);
}

function isListOfOne(key: PyValue): boolean {
  return key instanceof NdArray && key.shape.length > 0;
}

function ranged({ start, stop, step }: PyRange, fitted: Fitted): readonly number[] | undefined {
  const [from, to, by] = [numberOf(start), numberOf(stop), numberOf(step) ?? 1];
  if (from === undefined || to === undefined || by === 0) return undefined;
  const found: number[] = [];
  for (let at = from; by > 0 ? at < to : at > to; at += by) {
    // More than the columns there are would be no selection, and a file may name a range without end.
    if (found.length > fitted.width) return undefined;
    found.push(at);
  }
  return listed(found, fitted);
}

/** As `positionsOf`. @throws `sklearn-malformed` when they are not to be found */
export function selectedBy(
  estimator: Estimator,
  name: string,
  key: PyValue | undefined,
  fitted: Fitted,
): readonly number[] {
  const found = positionsOf(key, fitted);
  if (found !== undefined) return found;
  const known = fitted.names === undefined ? 'without names' : 'by name or position';
  return estimator.malformed(name, `columns among the ${fitted.width} of training, ${known}`);
}
