import type { NewLabels } from '../../../plan/index.ts';
import { NdArray, type PyValue } from '../../pickle/index.ts';
import type { Estimator } from '../estimator.ts';
import type { Methods, Translation } from '../family.ts';
import type { Features } from '../features.ts';
import { labelCount } from '../labels.ts';
import { searchedRows, searchSpec, weightsOf, type NeighbourSearch } from '../metrics.ts';
import { describeValue, itemsOf, numberOf } from '../python.ts';
import { eachTarget, predictedTargets, targetCodes, targetsOf } from '../targets.ts';
import { isBefore } from '../version.ts';

interface Within {
  readonly spec: NeighbourSearch;
  readonly values: Float64Array;
  readonly outputs: number;
  readonly alone?: Float64Array | undefined;
}

function meanWithin(
  estimator: Estimator,
  x: Features,
  to: Translation,
  { spec, values, outputs, alone }: Within,
): number {
  const [rows] = spec.arrays.fitted.shape as [number];
  const attributes = {
    ...spec.attributes,
    radius: estimator.number('radius'),
    weights: weightsOf(estimator),
    owner: estimator.name,
  };
  const arrays = { ...spec.arrays, values: { values, shape: [rows, outputs] } };
  return to.builder.add(
    'meanWithin',
    [searchedRows(estimator, spec, x, to)],
    attributes,
    alone === undefined ? arrays : { ...arrays, alone },
  );
}

/** The labels with one more, unless it is among them, and its code. */
function withLabel(
  estimator: Estimator,
  labels: NewLabels,
  value: PyValue,
): { readonly labels: NewLabels; readonly code: number } {
  const wrong = (): never =>
    estimator.unsupported('outlier_label', `${describeValue(value)} is no label like the others`);
  if (labels.datatype === 'BYTES') {
    if (typeof value !== 'string') return wrong();
    const strings = [...new Set([...labels.strings, value])];
    return { labels: { datatype: 'BYTES', strings }, code: strings.indexOf(value) };
  }
  const number = typeof value === 'boolean' ? Number(value) : (numberOf(value) ?? wrong());
  const known = Array.from(labels.values, Number).indexOf(number);
  if (known >= 0) return { labels, code: known };
  const code = labels.values.length;
  switch (labels.datatype) {
    case 'INT64':
      if (!Number.isSafeInteger(number)) return wrong();
      return {
        labels: { datatype: 'INT64', values: BigInt64Array.of(...labels.values, BigInt(number)) },
        code,
      };
    case 'FP64':
      return { labels: { datatype: 'FP64', values: Float64Array.of(...labels.values, number) }, code };
    case 'BOOL':
    case 'INT32':
      return wrong();
  }
}

/** The label of rows without neighbours for each target; undefined where such rows are refused. */
function outlierLabels(estimator: Estimator, targets: number): readonly PyValue[] | undefined {
  const name = estimator.anyOf('outlier_label_', 'outlier_label');
  if (name === undefined) return undefined;
  const value = estimator.raw(name);
  const given = value instanceof NdArray ? value.values() : itemsOf(value);
  const labels = given ?? Array<PyValue>(targets).fill(value as PyValue);
  return labels.length === targets
    ? labels
    : estimator.malformed(name, `a label for each of ${targets} targets`);
}

/** `sklearn.neighbors.RadiusNeighborsClassifier`: all rows within the radius vote; a column more is the outliers' label. */
export function radiusClassifier(estimator: Estimator, x: Features, to: Translation): Methods {
  const spec = searchSpec(estimator, x);
  const [rows] = spec.arrays.fitted.shape as [number];
  const targets = targetsOf(estimator);
  const outliers = outlierLabels(estimator, targets.length);
  const extended = targets.map((labels, target) => {
    const label = outliers?.[target];
    return label === undefined ? { labels, code: undefined } : withLabel(estimator, labels, label);
  });
  const shares = targetCodes(estimator, rows, targets).map((codes, target) => {
    const { labels, code } = extended[target] as (typeof extended)[number];
    const outputs = labelCount(labels);
    const values = new Float64Array(rows * outputs);
    for (const [row, one] of codes.entries()) values[row * outputs + one] = 1;
    const alone = code === undefined ? undefined : new Float64Array(outputs).fill(1, code, code + 1);
    return meanWithin(estimator, x, to, { spec, values, outputs, alone });
  });
  const predict = predictedTargets(
    estimator,
    shares,
    extended.map(({ labels }) => labels),
    false,
    to,
  );
  if (isBefore(estimator.version, 0, 22)) return { predict };
  const known = shares.map((node, target) => {
    const count = labelCount(targets[target] as NewLabels);
    const indices = Int32Array.from(Array(count).keys());
    return to.builder.typeOf(node).width === count
      ? { node }
      : { node: to.builder.add('columns', [node], {}, { indices }) };
  });
  return { predict, predict_proba: eachTarget(known) };
}

/** NaN as `numpy.full_like` writes it for targets of this type: the smallest integer for whole numbers. */
function nothing(estimator: Estimator, outputs: number): Float64Array | undefined {
  // Weights of no row cannot be divided by their sum: 0.18 raises ZeroDivisionError.
  if (isBefore(estimator.version, 0, 20) && weightsOf(estimator) === 'distance') return undefined;
  const whole = !isBefore(estimator.version, 0, 20) && estimator.array('_y').dtype.kind === 'i';
  return new Float64Array(outputs).fill(whole ? -(2 ** 63) : NaN);
}

/** `sklearn.neighbors.RadiusNeighborsRegressor` */
export function radiusRegressor(estimator: Estimator, x: Features, to: Translation): Methods {
  const spec = searchSpec(estimator, x);
  const [rows] = spec.arrays.fitted.shape as [number];
  const { values, shape } = estimator.numbers(estimator.fitted('_y'));
  const outputs = shape[1] ?? 1;
  if (values.length !== rows * outputs) return estimator.malformed('_y', `a target for each of ${rows} rows`);
  const node = meanWithin(estimator, x, to, { spec, values, outputs, alone: nothing(estimator, outputs) });
  return { predict: { node, vector: shape.length === 1 } };
}
