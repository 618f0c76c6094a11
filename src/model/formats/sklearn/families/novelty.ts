import { NdArray, type PyValue } from '../../pickle/index.ts';
import { checkedMatrix } from '../checked.ts';
import { shifted } from '../covariances.ts';
import type { Estimator, Matrix } from '../estimator.ts';
import type { Family, Methods, Translation } from '../family.ts';
import type { Features } from '../features.ts';
import { metricSpec, treePart } from '../metrics.ts';
import { numberOf } from '../python.ts';
import { distancesOf, keepsRows, nearestRows } from './neighbors.ts';

const labels = { datatype: 'INT64', values: BigInt64Array.of(-1n, 1n) } as const;

/** The distance to the farthest neighbour of each row of training. */
function reachOf(estimator: Estimator, rows: number, count: number): Float64Array {
  const { values, shape } = estimator.matrix(estimator.fitted('_distances_fit_X_'));
  if (shape[0] !== rows || shape[1] < count)
    return estimator.malformed('_distances_fit_X_', `${count} distances of ${rows} rows`);
  return Float64Array.from({ length: rows }, (_, row) => values[row * shape[1] + count - 1] as number);
}

/** `sklearn.neighbors.LocalOutlierFactor` with `novelty=True`. */
function localOutlierFactor(estimator: Estimator, x: Features, to: Translation): Methods {
  if (!estimator.flag('novelty', false))
    return estimator.unsupported(
      'novelty',
      'it labels the rows it was fitted on only; train with novelty=True',
    );
  const { builder } = to;
  const nearest = nearestRows(estimator, 'n_neighbors_', x, to);
  const [rows] = nearest.spec.arrays.fitted.shape as [number];
  const density = estimator.vector(estimator.fitted('_lrd'));
  if (density.length !== rows) return estimator.malformed('_lrd', `a density of each of ${rows} rows`);
  const reach = reachOf(estimator, rows, builder.typeOf(nearest.codes).width);
  const factor = builder.add(
    'outlierFactor',
    [distancesOf(nearest, to), nearest.codes],
    {},
    { density, reach },
  );
  const scores = builder.add('map', [factor], { function: 'negate' });
  const decision = builder.add(
    'columnwise',
    [scores],
    { operation: 'subtract', operandToo: false },
    { operand: Float64Array.of(estimator.number(estimator.fitted('offset_'))) },
  );
  // A decision of 0 is still inside.
  const inside = builder.add('above', [decision], { threshold: -Number.MIN_VALUE });
  return {
    predict: { node: inside, labels, vector: true },
    decision_function: { node: decision, vector: true },
    score_samples: { node: scores, vector: true },
  };
}

/** log Γ of multiples of 1/2 from 1/2 on. */
function logGamma(at: number): number {
  let log = at % 1 === 0 ? 0 : 0.5 * Math.log(Math.PI);
  for (let below = at % 1 === 0 ? 1 : 0.5; below < at; below++) log += Math.log(below);
  return log;
}

/** Volume of the unit ball, and surface of the unit sphere, of so many dimensions; logarithms. */
function logVolume(dimensions: number): number {
  return 0.5 * dimensions * Math.log(Math.PI) - logGamma(0.5 * dimensions + 1);
}

function logSurface(dimensions: number): number {
  return Math.log(2 * Math.PI) + logVolume(dimensions - 1);
}

/** The integral of 1 - the cosine kernel's polynomial remainders: by parts, two powers at a time. */
function cosineIntegral(dimensions: number): number {
  const share = 2 / Math.PI;
  let sum = 0;
  let term = share;
  for (let power = 1; power <= dimensions; power += 2) {
    sum += term;
    term *= -(dimensions - power) * (dimensions - power - 1) * share * share;
  }
  return Math.log(sum) + logSurface(dimensions - 1);
}

/** Logarithm of the integral of a kernel of bandwidth 1 over so many dimensions. */
const logIntegrals: Readonly<Record<string, (dimensions: number) => number>> = {
  gaussian: dimensions => 0.5 * dimensions * Math.log(2 * Math.PI),
  tophat: logVolume,
  epanechnikov: dimensions => logVolume(dimensions) + Math.log(2 / (dimensions + 2)),
  exponential: dimensions => logSurface(dimensions - 1) + logGamma(dimensions),
  linear: dimensions => logVolume(dimensions) - Math.log(dimensions + 1),
  cosine: cosineIntegral,
};

function rowsOfTree(estimator: Estimator): Matrix | undefined {
  const data = treePart(estimator.raw('tree_'), 'data');
  if (!(data instanceof NdArray) || data.dtype.kind !== 'f' || data.shape.length !== 2) return undefined;
  const [rows, columns] = data.shape as [number, number];
  return { values: data.float64(), shape: [rows, columns] };
}

function weightsIn(tree: PyValue | undefined): Float64Array | undefined {
  const weights = treePart(tree, 'weights');
  return weights instanceof NdArray && weights.dtype.kind === 'f' ? weights.float64() : undefined;
}

/** `sklearn.neighbors.KernelDensity`; a tolerance above 0 lets the library stop early. */
function kernelDensity(estimator: Estimator, x: Features, to: Translation): Methods {
  const fitted = rowsOfTree(estimator) ?? estimator.malformed(estimator.fitted('tree_'), 'a tree of rows');
  for (const name of ['atol', 'rtol'])
    if (estimator.has(name) && estimator.number(name) > 1e-10)
      return estimator.unsupported(name, 'which approximation the library stops at is not computed');
  const kernel = estimator.text('kernel') ?? '';
  const integral = logIntegrals[kernel];
  if (integral === undefined)
    return estimator.unsupported('kernel', `served are ${Object.keys(logIntegrals).join(', ')}`);
  const bandwidth = numberOf(estimator.raw('bandwidth_')) ?? estimator.number('bandwidth');
  const [rows, columns] = fitted.shape;
  const weights = weightsIn(estimator.raw('tree_'));
  const total = weights?.reduce((sum, weight) => sum + weight, 0) ?? rows;
  const shift = -integral(columns) - columns * Math.log(bandwidth) - Math.log(total);
  const spec = metricSpec(estimator, fitted, true);
  const node = to.builder.add(
    'logDensity',
    [checkedMatrix(estimator, x, to)],
    { ...spec.attributes, kernel, bandwidth, shift: Number.isFinite(shift) ? shift : 0 },
    { ...spec.arrays, ...(weights === undefined ? {} : { weights }) },
  );
  // The integral of a cosine over hundreds of dimensions is lost in rounding: the library answers with NaN.
  const scores = Number.isFinite(shift) ? node : shifted(node, shift, to);
  return { score_samples: { node: scores, vector: true } };
}

export const noveltyFamily: Family = {
  'neighbors.LocalOutlierFactor': { translate: localOutlierFactor, ...keepsRows },
  'neighbors.KernelDensity': {
    translate: kernelDensity,
    features: estimator => rowsOfTree(estimator)?.shape[1],
    facts: estimator => ({ 'rows kept': rowsOfTree(estimator)?.shape[0] ?? 0 }),
  },
};
