import type { NewLabels } from '../../plan/index.ts';
import { NdArray } from '../pickle/index.ts';
import type { Estimator } from './estimator.ts';
import type { Column, Translation } from './family.ts';
import { labelCount, labelsOf } from './labels.ts';
import { itemsOf } from './python.ts';

/** One table of labels for several targets, and where each target's codes stand in it, one target after another. */
export interface Union {
  readonly labels: NewLabels;
  readonly table: Int32Array;
}

type Value = string | bigint | number;

function valuesOf(labels: NewLabels): readonly Value[] {
  return labels.datatype === 'BYTES' ? labels.strings : Array.from<Value>(labels.values);
}

function labelsFrom(datatype: NewLabels['datatype'], values: readonly Value[]): NewLabels {
  switch (datatype) {
    case 'BYTES':
      return { datatype, strings: values as string[] };
    case 'INT32':
      return { datatype, values: Int32Array.from(values as number[]) };
    case 'INT64':
      return { datatype, values: BigInt64Array.from(values as bigint[]) };
    case 'FP64':
      return { datatype, values: Float64Array.from(values as number[]) };
    case 'BOOL':
      return { datatype, values: Uint8Array.from(values as number[]) };
  }
}

/**
 * Joins the classes of several targets; the first target's datatype is that of all, as in scikit-learn.
 * @param asFloats all labels become float64
 * @throws `sklearn-malformed` when the targets' classes are of different kinds
 */
export function unionOf(estimator: Estimator, targets: readonly NewLabels[], asFloats: boolean): Union {
  const first = targets[0]?.datatype;
  if (first === undefined || targets.some(target => target.datatype !== first))
    return estimator.malformed('classes_', 'classes of one kind for all targets');
  if (asFloats && first === 'BYTES')
    return estimator.unsupported('classes_', 'text labels of several targets before 0.21');
  const known = new Map<Value, number>();
  const table: number[] = [];
  for (const target of targets) {
    for (const value of valuesOf(target)) {
      const label = asFloats ? Number(value) : value;
      if (!known.has(label)) known.set(label, known.size);
      table.push(known.get(label) as number);
    }
  }
  return { labels: labelsFrom(asFloats ? 'FP64' : first, [...known.keys()]), table: Int32Array.from(table) };
}

/** Classes of each target, in order. */
export function targetsOf(estimator: Estimator): readonly NewLabels[] {
  const name = estimator.fitted('classes_');
  const value = estimator.raw(name);
  if (value instanceof NdArray) return [labelsOf(estimator, name, value)];
  const arrays = itemsOf(value) ?? estimator.malformed(name, 'an array, or a list of arrays');
  return arrays.map(array =>
    array instanceof NdArray
      ? labelsOf(estimator, name, array)
      : estimator.malformed(name, 'a list of arrays'),
  );
}

/**
 * Labels of the largest column of each target's scores.
 * @param asFloats several targets come out as float64, whatever the classes
 */
export function predictedTargets(
  estimator: Estimator,
  scores: readonly number[],
  targets: readonly NewLabels[],
  asFloats: boolean,
  { builder }: Translation,
): Column {
  const codes = scores.map(node => builder.add('argmax', [node]));
  const [only] = targets;
  if (targets.length === 1) return { node: codes[0] as number, labels: only, vector: true };
  const union = unionOf(estimator, targets, asFloats);
  return { node: builder.add('stackCodes', codes, {}, { table: union.table }), labels: union.labels };
}

/** Codes of the classes of training for each target, one row of training after another. */
export function targetCodes(
  estimator: Estimator,
  rows: number,
  targets: readonly NewLabels[],
): readonly Int32Array[] {
  const { values } = estimator.numbers(estimator.fitted('_y'));
  if (values.length !== rows * targets.length)
    return estimator.malformed('_y', `a code for each of ${rows} rows and ${targets.length} targets`);
  return targets.map((labels, target) => {
    const classes = labelCount(labels);
    return Int32Array.from({ length: rows }, (_, row) => {
      const code = values[row * targets.length + target] as number;
      return code >= 0 && code < classes ? code : estimator.malformed('_y', `codes of ${classes} classes`);
    });
  });
}

/** A list of columns where there are several targets. */
export function eachTarget(columns: readonly Column[]): Column | readonly Column[] {
  return columns.length === 1 ? (columns[0] as Column) : columns;
}
