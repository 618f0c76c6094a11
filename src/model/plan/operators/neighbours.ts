import {
  codesInput,
  defineOperators,
  expectShape,
  expectWithin,
  matrix,
  matrixInput,
  sizeOf,
  type ArrayRule,
  type AttributeRule,
  type NodeFacts,
} from './definition.ts';

/**
 * Distances by the names of SciPy and scikit-learn. Of `euclideanProducts` the square is (|a|² - 2 a·b) + |b|². The Bray-Curtis distance divides by Σ|a + b|, `braycurtisApart` by
 * Σ(|a| + |b|). Where it is `given`, a row holds its distances to the fitted rows. From jaccard on, what is not 0 is true.
 */
export const metricNames = [
  'given',
  'euclideanProducts',
  'euclidean',
  'sqeuclidean',
  'manhattan',
  'chebyshev',
  'minkowski',
  'seuclidean',
  'mahalanobis',
  'haversine',
  'nan_euclidean',
  'cosine',
  'correlation',
  'hamming',
  'canberra',
  'braycurtis',
  'braycurtisApart',
  'jaccard',
  'dice',
  'matching',
  'kulsinski',
  'rogerstanimoto',
  'russellrao',
  'sokalmichener',
  'sokalsneath',
  'yule',
] as const;

export type MetricName = (typeof metricNames)[number];

export const metricAttributes = {
  metric: { kind: 'choice', of: metricNames },
  exponent: { kind: 'number' },
} as const satisfies Readonly<Record<string, AttributeRule>>;

/**
 * Rows that distances are taken to; `factors` [inputs] are the weights of a Minkowski distance or the variances of
 * seuclidean; `inverse` [inputs, inputs] is the inverse covariance of mahalanobis.
 */
export const metricArrays = {
  fitted: { dtype: 'f64', rank: 2 },
  factors: { dtype: 'f64', rank: 1, optional: true },
  inverse: { dtype: 'f64', rank: 2, optional: true },
} as const satisfies Readonly<Record<string, ArrayRule>>;

/** @returns the number of fitted rows, one at least */
export function checkMetric(node: NodeFacts): number {
  const width = matrixInput(node);
  const rows = sizeOf(node, 'fitted', 0);
  expectShape(node, 'fitted', [rows, width]);
  expectShape(node, 'factors', [width]);
  expectShape(node, 'inverse', [width, width]);
  if (rows === 0) node.fail('no row to take a distance to');
  const { metric, exponent } = node.attributes as { metric: MetricName; exponent: number };
  if (metric === 'minkowski' && !(exponent > 0))
    node.fail(`a Minkowski distance with the exponent ${exponent}`);
  if (metric === 'given' && width !== rows) node.fail(`distances to ${rows} rows are expected`);
  if (metric === 'haversine' && width !== 2) node.fail(`a haversine distance of ${width} columns`);
  if (metric === 'seuclidean' && node.shape('factors') === undefined) node.fail('seuclidean without factors');
  if (metric === 'mahalanobis' && node.shape('inverse') === undefined)
    node.fail('mahalanobis without inverse');
  return rows;
}

const weights = { kind: 'choice', of: ['uniform', 'distance'] } as const satisfies AttributeRule;

/** What fitted rows near a row say. */
export const neighbourOperators = defineOperators({
  distances: {
    meaning: 'The distance to each row of `fitted` [outputs, inputs] by the metric.',
    inputs: 1,
    attributes: metricAttributes,
    arrays: metricArrays,
    check: node => matrix(checkMetric(node)),
  },
  nearest: {
    meaning:
      'Codes of the `count` rows of `fitted` [fitted, inputs] that are nearest by the metric, the nearest first. Which of equally near ones are among them follows from the `search`: rows are met in their order, or in that of a tree of boxes or balls over the rows in the order of `places` [fitted], halved `levels` - 1 times; or all distances are partitioned as NumPy does it.',
    inputs: 1,
    attributes: {
      ...metricAttributes,
      count: { kind: 'integer', min: 1, max: 2 ** 24 },
      search: { kind: 'choice', of: ['rows', 'partition', 'boxes', 'balls'] },
      levels: { kind: 'integer', min: 1, max: 31 },
    },
    arrays: { ...metricArrays, places: { dtype: 'i32', rank: 1, optional: true } },
    check(node) {
      const rows = checkMetric(node);
      const { count, search, levels, metric } = node.attributes as {
        count: number;
        search: string;
        levels: number;
        metric: string;
      };
      if (count > rows) node.fail(`${count} neighbours of ${rows} rows`);
      if (search === 'boxes' || search === 'balls') {
        expectShape(node, 'places', [rows]);
        expectWithin(node, 'places', rows);
        if (2 ** (levels - 1) > 2 * rows) node.fail(`${levels} levels of ${rows} rows`);
        if (search === 'boxes' && !['euclidean', 'manhattan', 'chebyshev', 'minkowski'].includes(metric))
          node.fail(`boxes do not bound the metric ${metric}`);
      }
      return { kind: 'codes', width: count, cardinality: rows };
    },
  },
  distancesAt: {
    meaning:
      'The distance to those rows of `fitted` [fitted, inputs] that the codes of the second input name.',
    inputs: 2,
    attributes: metricAttributes,
    arrays: metricArrays,
    check(node) {
      const rows = checkMetric(node);
      const { width, cardinality } = codesInput(node, 1);
      if (cardinality > rows) node.fail(`codes of ${cardinality} rows of ${rows}`);
      return matrix(width);
    },
  },
  closeness: {
    meaning: '1 / distance; in a row with distances of 0, these become 1 and all others 0.',
    inputs: 1,
    attributes: {},
    arrays: {},
    check: node => matrix(matrixInput(node)),
  },
  sumVotes: {
    meaning:
      'A column for each code there may be: the sum of the weights (second input) of the columns that have it.',
    inputs: 2,
    attributes: {},
    arrays: {},
    check(node) {
      const { width, cardinality } = codesInput(node);
      if (matrixInput(node, 1) !== width) node.fail(`weights for ${width} columns are expected`);
      return matrix(cardinality);
    },
  },
  meanAt: {
    meaning:
      'The mean of those rows of `values` [cardinality, outputs] that the codes name; weighted by the second input, if there is one.',
    inputs: 'many',
    attributes: {},
    arrays: { values: { dtype: 'f64', rank: 2 } },
    check(node) {
      const { width, cardinality } = codesInput(node);
      if (sizeOf(node, 'values', 0) < cardinality) node.fail(`values for ${cardinality} codes are expected`);
      if (node.inputs.length > 2) node.fail('takes codes and at most one matrix of weights');
      if (node.inputs.length === 2 && matrixInput(node, 1) !== width)
        node.fail(`weights for ${width} columns are expected`);
      return matrix(sizeOf(node, 'values', 1));
    },
  },
  meanWithin: {
    meaning:
      'The mean of `values` [fitted, outputs] over the rows of `fitted` within `radius` by the metric, weighted by 1 / distance when `weights` is distance (rows at distance 0 count alone). A row without any has the values `alone` [outputs]; without these it is refused, and `owner` named.',
    inputs: 1,
    attributes: { ...metricAttributes, radius: { kind: 'number' }, weights, owner: { kind: 'text' } },
    arrays: {
      ...metricArrays,
      values: { dtype: 'f64', rank: 2 },
      alone: { dtype: 'f64', rank: 1, optional: true },
    },
    check(node) {
      const rows = checkMetric(node);
      const outputs = sizeOf(node, 'values', 1);
      expectShape(node, 'values', [rows, outputs]);
      expectShape(node, 'alone', [outputs]);
      return matrix(outputs);
    },
  },
  logDensity: {
    meaning:
      'The logarithm of the sum of a kernel of distance / `bandwidth` over the rows of `fitted`, each times its number of `weights` [fitted]; plus `shift`.',
    inputs: 1,
    attributes: {
      ...metricAttributes,
      kernel: {
        kind: 'choice',
        of: ['gaussian', 'tophat', 'epanechnikov', 'exponential', 'linear', 'cosine'],
      },
      bandwidth: { kind: 'number' },
      shift: { kind: 'number' },
    },
    arrays: { ...metricArrays, weights: { dtype: 'f64', rank: 1, optional: true } },
    check(node) {
      expectShape(node, 'weights', [checkMetric(node)]);
      if (!((node.attributes['bandwidth'] as number) > 0)) node.fail('the bandwidth must be above 0');
      return matrix(1);
    },
  },
  outlierFactor: {
    meaning:
      'The mean `density` [cardinality] of the rows that codes (second input) name, times the mean of the larger of each distance (first input) and the row’s `reach` [cardinality]: the local outlier factor.',
    inputs: 2,
    attributes: {},
    arrays: { density: { dtype: 'f64', rank: 1 }, reach: { dtype: 'f64', rank: 1 } },
    check(node) {
      const { width, cardinality } = codesInput(node, 1);
      if (matrixInput(node) !== width) node.fail(`distances for ${width} codes are expected`);
      for (const name of ['density', 'reach'])
        if (sizeOf(node, name, 0) < cardinality) node.fail(`${name} of ${cardinality} rows is expected`);
      return matrix(1);
    },
  },
});
