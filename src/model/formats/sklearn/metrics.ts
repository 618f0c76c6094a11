import { metricNames } from '../../plan/index.ts';
import { PyDict, PyObject, PyTuple, NdArray, type PyValue } from '../pickle/index.ts';
import { checkedMatrix } from './checked.ts';
import type { Matrix, Estimator } from './estimator.ts';
import type { Translation } from './family.ts';
import type { Features } from './features.ts';
import { notNegative } from './pairwise.ts';
import { itemsOf, numberOf } from './python.ts';
import { isSparse } from './sparse.ts';
import { isBefore } from './version.ts';

/** A metric and the rows it is taken to, as the operators of neighbours have them. */
export interface MetricSpec {
  readonly attributes: { readonly metric: string; readonly exponent: number };
  readonly arrays: {
    readonly fitted: { readonly values: Float64Array; readonly shape: readonly number[] };
    readonly factors?: Float64Array;
    readonly inverse?: { readonly values: Float64Array; readonly shape: readonly number[] };
  };
}

const otherNames: Readonly<Record<string, string>> = {
  l1: 'manhattan',
  cityblock: 'manhattan',
  l2: 'euclidean',
  infinity: 'chebyshev',
  p: 'minkowski',
};

/** Names that the library does not know. */
const ours: readonly string[] = ['braycurtisApart', 'euclideanProducts', 'given'];

const served = new Set<string>([
  ...metricNames.filter(name => !ours.includes(name)),
  'wminkowski',
  'precomputed',
]);

/** Parts of a `KDTree` or `BallTree` of the library, by their places in what it pickles. */
const inTree = { data: 0, order: 1, levels: 5, metric: 11, weights: 12 } as const;

/** What a pickled tree holds. */
export function treePart(tree: PyValue | undefined, part: keyof typeof inTree): PyValue | undefined {
  return tree instanceof PyObject ? itemsOf(tree.state)?.[inTree[part]] : undefined;
}

/** The matrix that a tree's metric keeps: the inverse covariance of a Mahalanobis distance. */
function inverseInTree(tree: PyValue | undefined): PyValue | undefined {
  const metric = treePart(tree, 'metric');
  return metric instanceof PyObject && metric.state instanceof PyTuple ? metric.state.items[2] : undefined;
}

function nameOf(estimator: Estimator): string {
  const key = estimator.has('effective_metric_') ? 'effective_metric_' : 'metric';
  const named = estimator.text(key);
  if (named === undefined)
    return estimator.unsupported(key, 'a distance that is a function: no code of a file is run');
  const metric = otherNames[named] ?? named;
  if (!served.has(metric)) return estimator.unsupported(key, `served are ${[...served].join(', ')}`);
  return metric;
}

function numbersOf(
  estimator: Estimator,
  value: PyValue | undefined,
  name: string,
  count: number,
): Float64Array {
  const items = value instanceof NdArray ? undefined : itemsOf(value)?.map(numberOf);
  const numbers =
    value instanceof NdArray && 'biuf'.includes(value.dtype.kind)
      ? value.float64()
      : Float64Array.from((items ?? []).map(Number));
  return numbers.length === count
    ? numbers
    : estimator.unsupported('metric_params', `${name} must be ${count} numbers kept in the file`);
}

/** Minkowski distances with the exponents 1, 2 and infinity have names of their own. */
function minkowski(
  estimator: Estimator,
  metric: string,
  params: PyDict | undefined,
  fitted: Matrix,
): MetricSpec {
  const exponent = numberOf(params?.get('p')) ?? (estimator.has('p') ? estimator.number('p') : 2);
  const w = params?.get('w') ?? undefined;
  const plain = new Map([
    [1, 'manhattan'],
    [2, 'euclidean'],
    [Infinity, 'chebyshev'],
  ]).get(exponent);
  if (w === undefined)
    return {
      attributes: { metric: plain ?? 'minkowski', exponent: plain ? 2 : exponent },
      arrays: { fitted },
    };
  if (!Number.isFinite(exponent)) return estimator.unsupported('p', 'infinite, with weights of columns');
  const given = numbersOf(estimator, w, 'w', fitted.shape[1]);
  const factors = metric === 'wminkowski' ? given.map(one => Math.abs(one) ** exponent) : given;
  return { attributes: { metric: 'minkowski', exponent }, arrays: { fitted, factors } };
}

/**
 * The metric of an estimator of `sklearn.neighbors`.
 * @param fitted the rows that distances are taken to
 * @param compiled whether the library computes it in its own `DistanceMetric`, not in SciPy
 * @throws `sklearn-parameter-unsupported` for functions, and what no row of a request can have
 */
export function metricSpec(estimator: Estimator, fitted: Matrix, compiled: boolean): MetricSpec {
  const metric = nameOf(estimator);
  const [, width] = fitted.shape;
  const given = estimator.raw('effective_metric_params_') ?? estimator.raw('metric_params');
  const params = given instanceof PyDict ? given : undefined;
  const plain = { metric, exponent: 2 };
  switch (metric) {
    case 'minkowski':
    case 'wminkowski':
      return minkowski(estimator, metric, params, fitted);
    case 'seuclidean':
      return {
        attributes: plain,
        arrays: { fitted, factors: numbersOf(estimator, params?.get('V'), 'V', width) },
      };
    case 'mahalanobis': {
      const matrix = params?.get('VI') ?? inverseInTree(estimator.raw('_tree') ?? estimator.raw('tree_'));
      const values = numbersOf(estimator, matrix, 'VI', width * width);
      return { attributes: plain, arrays: { fitted, inverse: { values, shape: [width, width] } } };
    }
    case 'precomputed':
      if (width !== fitted.shape[0]) return estimator.malformed('_fit_X', 'as many rows as columns');
      return { attributes: { ...plain, metric: 'given' }, arrays: { fitted } };
    case 'haversine':
      if (width !== 2) return estimator.malformed('_fit_X', 'two columns, latitude and longitude');
      return { attributes: plain, arrays: { fitted } };
    case 'braycurtis':
      return {
        attributes: { ...plain, metric: compiled ? 'braycurtisApart' : metric },
        arrays: { fitted },
      };
    default:
      return { attributes: plain, arrays: { fitted } };
  }
}

/** How the library looks for the rows near one: in all of them, or in the tree that the file holds. */
export interface NeighbourSearch extends MetricSpec {
  readonly search: { readonly search: string; readonly levels: number };
  readonly places?: Int32Array;
  /** NaN counts as a value. */
  readonly nan: 'allow' | 'refuse';
}

function treeOrder(estimator: Estimator, rows: number): { places: Int32Array; levels: number } {
  const tree = estimator.raw('_tree');
  const order = treePart(tree, 'order');
  const levels = numberOf(treePart(tree, 'levels'));
  if (!(order instanceof NdArray) || order.size !== rows || levels === undefined)
    return estimator.malformed('_tree', `a tree of ${rows} rows`);
  return { places: order.int32(), levels };
}

/** Metrics that `ArgKmin` computes row after row. */
const rowAfterRow = new Set([
  'euclidean',
  'sqeuclidean',
  'manhattan',
  'chebyshev',
  'minkowski',
  'seuclidean',
  'haversine',
  'canberra',
  'braycurtisApart',
]);

/**
 * Whether all distances are computed and then partitioned by NumPy, as before 1.1 and for what `ArgKmin` does not take. Where
 * training had sparse rows, those of a request are dense, and those that another estimator makes of them are sparse, too: the
 * first it takes since 1.3, the others in 1.2 and 1.3.
 */
function isPartitioned(estimator: Estimator, metric: string, x: Features): boolean {
  if (isBefore(estimator.version, 1, 1) || !rowAfterRow.has(metric)) return true;
  if (!isSparse(estimator.raw('_fit_X'))) return false;
  if (metric !== 'euclidean' && metric !== 'sqeuclidean') return isBefore(estimator.version, 1, 2);
  if (x.ofRequest === true) return isBefore(estimator.version, 1, 3);
  return isBefore(estimator.version, 1, 2) || !isBefore(estimator.version, 1, 4);
}

/** The rows that an estimator keeps, and how it finds those among them that are near to `x`. */
export function searchSpec(estimator: Estimator, x: Features): NeighbourSearch {
  const fitted = estimator.matrix(estimator.fitted('_fit_X'));
  const method = estimator.text('_fit_method');
  const inTrees = method === 'kd_tree' || method === 'ball_tree';
  const spec = metricSpec(estimator, fitted, inTrees || !isBefore(estimator.version, 1, 1));
  const nan = spec.attributes.metric === 'nan_euclidean' ? 'allow' : 'refuse';
  const { metric } = spec.attributes;
  if (!inTrees)
    return {
      ...spec,
      attributes: {
        ...spec.attributes,
        metric: metric === 'euclidean' && isSparse(estimator.raw('_fit_X')) ? 'euclideanProducts' : metric,
      },
      nan,
      search: { search: isPartitioned(estimator, metric, x) ? 'partition' : 'rows', levels: 1 },
    };
  const { places, levels } = treeOrder(estimator, fitted.shape[0]);
  return { ...spec, nan, places, search: { search: method === 'kd_tree' ? 'boxes' : 'balls', levels } };
}

/** The rows of a request, checked; distances that were computed outside are not below 0. */
export function searchedRows(
  estimator: Estimator,
  { attributes, nan }: NeighbourSearch,
  x: Features,
  to: Translation,
): number {
  if (attributes.metric === 'given') return notNegative(estimator, x, to).matrix();
  return checkedMatrix(estimator, x, to, { nan });
}

/** Whether near rows count more. */
export function weightsOf(estimator: Estimator): 'uniform' | 'distance' {
  const weights = estimator.raw('weights') ?? 'uniform';
  if (weights === 'uniform' || weights === 'distance') return weights;
  return estimator.unsupported('weights', "it must be 'uniform' or 'distance': no code of a file is run");
}
