import { PyDict } from '../../pickle/index.ts';
import { checkedMatrix } from '../checked.ts';
import { withLogs } from '../classifying.ts';
import type { Estimator } from '../estimator.ts';
import type { Family, Methods, Translation } from '../family.ts';
import type { Features } from '../features.ts';
import { labelCount } from '../labels.ts';
import { numberOf } from '../python.ts';
import { targetsOf } from '../targets.ts';

const metrics = ['euclidean', 'manhattan', 'chebyshev', 'minkowski', 'cosine'];
const otherNames: Readonly<Record<string, string>> = {
  l1: 'manhattan',
  cityblock: 'manhattan',
  l2: 'euclidean',
  infinity: 'chebyshev',
  p: 'minkowski',
};

/** Minkowski distances with the exponents 1 and 2 have names of their own. */
function metricOf(estimator: Estimator): { readonly metric: string; readonly exponent: number } {
  const named = estimator.text('effective_metric_') ?? estimator.text('metric');
  const params = estimator.raw('effective_metric_params_') ?? estimator.raw('metric_params');
  const given = params instanceof PyDict ? params : undefined;
  if (given?.get('w') !== undefined && given.get('w') !== null)
    return estimator.unsupported('metric_params', 'weights of columns are not served yet');
  const exponent = numberOf(given?.get('p')) ?? (estimator.has('p') ? estimator.number('p') : 2);
  const metric = otherNames[named ?? ''] ?? named ?? '';
  if (metric === 'minkowski' && exponent === 2) return { metric: 'euclidean', exponent };
  if (metric === 'minkowski' && exponent === 1) return { metric: 'manhattan', exponent };
  if (metric === 'minkowski' && exponent === Infinity) return { metric: 'chebyshev', exponent: 2 };
  if (!metrics.includes(metric)) return estimator.unsupported('metric', `served are ${metrics.join(', ')}`);
  return { metric, exponent: Number.isFinite(exponent) ? exponent : 2 };
}

function weightsOf(estimator: Estimator): string {
  const weights = estimator.raw('weights') ?? 'uniform';
  if (weights === 'uniform' || weights === 'distance') return weights;
  return estimator.unsupported('weights', "it must be 'uniform' or 'distance': no code of a file is run");
}

/** The mean of what the nearest rows of training have in `values`, `outputs` numbers a row. */
function nearestMean(
  estimator: Estimator,
  x: Features,
  values: Float64Array,
  outputs: number,
  to: Translation,
): number {
  const fitted = estimator.matrix(estimator.fitted('_fit_X'));
  if (values.length !== fitted.shape[0] * outputs)
    estimator.malformed('_y', `a target for each of ${fitted.shape[0]} rows`);
  return to.builder.add(
    'nearestMean',
    [checkedMatrix(estimator, x, to)],
    { ...metricOf(estimator), count: estimator.count('n_neighbors'), weights: weightsOf(estimator) },
    { fitted, values: { values, shape: [fitted.shape[0], outputs] } },
  );
}

/** `sklearn.neighbors.KNeighborsClassifier`: shares of the classes among the nearest rows. */
function classifier(estimator: Estimator, x: Features, to: Translation): Methods {
  const [labels, second] = targetsOf(estimator);
  if (labels === undefined || second !== undefined)
    return estimator.unsupported('classes_', 'several targets of neighbours are not served yet');
  const classes = labelCount(labels);
  const codes = estimator.numbers(estimator.fitted('_y')).values;
  const shares = new Float64Array(codes.length * classes);
  for (const [row, code] of codes.entries()) {
    if (!(code >= 0 && code < classes)) return estimator.malformed('_y', `codes of ${classes} classes`);
    shares[row * classes + code] = 1;
  }
  const proba = nearestMean(estimator, x, shares, classes, to);
  return {
    predict: { node: to.builder.add('argmax', [proba]), labels, vector: true },
    ...withLogs(proba, to),
  };
}

/** `sklearn.neighbors.KNeighborsRegressor` */
function regressor(estimator: Estimator, x: Features, to: Translation): Methods {
  const { values, shape } = estimator.numbers(estimator.fitted('_y'));
  const outputs = shape[1] ?? 1;
  const node = nearestMean(estimator, x, values, outputs, to);
  return { predict: { node, vector: shape.length === 1 } };
}

const row = {
  features: (estimator: Estimator) =>
    estimator.has('_fit_X') ? estimator.matrix('_fit_X').shape[1] : undefined,
  facts: (estimator: Estimator) => ({ 'rows kept': estimator.matrix('_fit_X').shape[0] }),
};

export const neighborFamily: Family = {
  'neighbors.KNeighborsClassifier': { translate: classifier, ...row },
  'neighbors.KNeighborsRegressor': { translate: regressor, ...row },
};
