import { NdArray } from '../pickle/index.ts';
import { encoded, onesAt, type Encoding } from './categories.ts';
import { checkedMatrix } from './checked.ts';
import type { Estimator } from './estimator.ts';
import type { Translation } from './family.ts';
import { featuresOf, joined, type Features } from './features.ts';
import { itemsOf, numberOf } from './python.ts';

/** A file that claims more would take long to be written out. */
const mostValues = 2 ** 24;

/** Columns that are encoded; the others stay as they are and come last. */
function chosenColumns(estimator: Estimator, width: number): readonly number[] {
  const name = estimator.anyOf('categorical_features', '_categorical_features');
  const raw = name === undefined ? 'all' : estimator.raw(name);
  const all = Array.from({ length: width }, (_, column) => column);
  if (raw === 'all' || name === undefined) return all;
  if (raw instanceof NdArray && raw.dtype.kind === 'b') {
    const mask = raw.float64();
    return all.filter(column => mask[column] !== 0);
  }
  const items = raw instanceof NdArray ? Array.from(raw.float64()) : itemsOf(raw)?.map(numberOf);
  const chosen = new Set(items);
  return all.filter(column => chosen.has(column));
}

function featureIndices(estimator: Estimator): Int32Array {
  return estimator.counts(estimator.fitted('feature_indices_', '_feature_indices_'));
}

/** Columns of the encoded part; how many others there were, such a file does not say. */
export function legacyFeatureCount(estimator: Estimator): number | undefined {
  const name = estimator.anyOf('categorical_features', '_categorical_features');
  const isAll = name === undefined || estimator.raw(name) === 'all';
  const indices = estimator.anyOf('feature_indices_', '_feature_indices_');
  return isAll && indices !== undefined ? estimator.counts(indices).length - 1 : undefined;
}

/** Place of each value in the output: under `n_values='auto'` only values of training have one. */
function places(estimator: Estimator, total: number): { readonly at: Float64Array; readonly width: number } {
  const at = new Float64Array(total).fill(-1);
  const given = estimator.anyOf('_n_values', 'n_values');
  const isAuto = given === undefined || estimator.raw(given) === 'auto';
  if (!isAuto) return { at: at.map((_, value) => value), width: total };
  const active = estimator.counts(estimator.fitted('active_features_', '_active_features_'));
  for (const [place, value] of active.entries()) at[value] = place;
  return { at, width: active.length };
}

/**
 * `sklearn.preprocessing.OneHotEncoder` before 0.20, and its legacy mode of 0.20 and 0.21: categories of a column are the
 * whole numbers from 0 on.
 */
export function legacyOneHot(estimator: Estimator, x: Features, to: Translation): Features {
  const { builder } = to;
  const indices = featureIndices(estimator);
  const total = indices.at(-1) ?? 0;
  if (total < 0) return estimator.malformed('feature_indices_', 'indices from 0 on');
  if (total > mostValues) return estimator.unsupported('n_values', `more than ${mostValues} values`);
  const chosen = chosenColumns(estimator, x.width);
  if (chosen.length !== indices.length - 1)
    return estimator.malformed('feature_indices_', `${chosen.length + 1} indices`);
  const { at, width } = places(estimator, total);
  const other = (estimator.text('handle_unknown') ?? 'error') === 'error' ? undefined : -1;
  const encodings = chosen.map((_, column): Encoding => {
    const [first, end] = [indices[column] as number, indices[column + 1] as number];
    const numbers = Float64Array.from({ length: Math.max(0, end - first) }, (_ignored, value) => value);
    return {
      categories: { kind: 'numbers', isNone: false, numbers, count: numbers.length, missing: -1 },
      values: at.slice(first, first + numbers.length),
      other,
    };
  });
  const whole = builder.add('map', [checkedMatrix(estimator, x.select(chosen), to)], { function: 'trunc' });
  const ones = onesAt(to, encoded(estimator, featuresOf(builder, whole), to, encodings), width);
  const kept = Array.from({ length: x.width }, (_, column) => column).filter(
    column => !chosen.includes(column),
  );
  return kept.length === 0 ? ones : joined(builder, [ones, x.select(kept)]);
}
