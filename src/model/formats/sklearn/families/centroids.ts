import { checkedMatrix } from '../checked.ts';
import { decisionColumn } from '../classifying.ts';
import type { Estimator, Matrix } from '../estimator.ts';
import type { Family, Methods, Translation } from '../family.ts';
import { featuresOf, type Features } from '../features.ts';
import { classesOf } from '../labels.ts';
import { metricSpec } from '../metrics.ts';
import { isBefore } from '../version.ts';

function distancesTo(estimator: Estimator, centres: Matrix, input: number, { builder }: Translation): number {
  const { attributes, arrays } = metricSpec(estimator, centres, false);
  return builder.add('distances', [input], attributes, arrays);
}

/** -distance² of the columns over their deviation within classes, plus twice the logarithm of the class's share. */
function discriminants(estimator: Estimator, centres: Matrix, input: number, to: Translation): number {
  const { builder } = to;
  const [classes, width] = centres.shape;
  const deviations = estimator
    .vector(estimator.fitted('within_class_std_dev_'))
    .map(deviation => (deviation === 0 ? 1 : deviation));
  if (deviations.length !== width) return estimator.malformed('within_class_std_dev_', `${width} numbers`);
  const priors = estimator.vector(estimator.fitted('class_prior_'));
  if (priors.length !== classes) return estimator.malformed('class_prior_', `${classes} numbers`);
  const scaled = builder.add(
    'columnwise',
    [input],
    { operation: 'divide', operandToo: false },
    { operand: deviations },
  );
  const values = centres.values.map((value, at) => value / (deviations[at % width] as number));
  const distances = distancesTo(estimator, { values, shape: centres.shape }, scaled, to);
  const squares = builder.add('map', [distances], { function: 'square' });
  return builder.add(
    'columnwise',
    [builder.add('map', [squares], { function: 'negate' })],
    { operation: 'add', operandToo: false },
    { operand: priors.map(prior => 2 * Math.log(prior)) },
  );
}

/** `numpy.isclose` of all shares to an even one. */
function isEven(priors: Float64Array): boolean {
  const even = 1 / priors.length;
  return priors.every(prior => Math.abs(prior - even) <= 1e-8 + 1e-5 * even);
}

/** The second of two columns minus the first; several as they are. */
function decisions(scores: number, { builder }: Translation): number {
  if (builder.typeOf(scores).width !== 2) return scores;
  return builder.add(
    'affine',
    [scores],
    {},
    { weights: { values: Float64Array.of(-1, 1), shape: [1, 2] }, bias: new Float64Array(1) },
  );
}

/** `sklearn.neighbors.NearestCentroid`; since 1.6 with the shares of the classes. */
function nearestCentroid(estimator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  const centres = estimator.matrix(estimator.fitted('centroids_'));
  const labels = classesOf(estimator, centres.shape[0]);
  const nan = estimator.text('metric') === 'nan_euclidean' ? 'allow' : 'refuse';
  const input = checkedMatrix(estimator, x, to, { nan });
  const nearest = (): number =>
    builder.add('map', [distancesTo(estimator, centres, input, to)], { function: 'negate' });
  const chosen = (scores: number) => ({
    predict: { node: builder.add('argmax', [scores]), labels, vector: true },
  });
  if (isBefore(estimator.version, 1, 6)) return chosen(nearest());
  const scores = discriminants(estimator, centres, input, to);
  const predict = chosen(isEven(estimator.vector('class_prior_')) ? nearest() : scores);
  if (estimator.text('metric') !== 'euclidean') return predict;
  const logs = builder.add('logNormalize', [scores], { inSteps: true });
  return {
    ...predict,
    predict_proba: { node: builder.add('map', [logs], { function: 'exp' }) },
    predict_log_proba: { node: logs },
    decision_function: decisionColumn(decisions(scores, to), to),
  };
}

/** `sklearn.neighbors.NeighborhoodComponentsAnalysis`: a linear map. */
function components(estimator: Estimator, x: Features, to: Translation): Methods {
  const weights = estimator.matrix(estimator.fitted('components_'));
  const bias = new Float64Array(weights.shape[0]);
  const node = to.builder.add('affine', [checkedMatrix(estimator, x, to)], {}, { weights, bias });
  return { transform: featuresOf(to.builder, node) };
}

export const centroidFamily: Family = {
  'neighbors.NearestCentroid': {
    translate: nearestCentroid,
    features: estimator =>
      estimator.has('centroids_') ? estimator.matrix('centroids_').shape[1] : undefined,
    facts: estimator =>
      estimator.has('centroids_') ? { centres: estimator.matrix('centroids_').shape[0] } : {},
  },
  'neighbors.NeighborhoodComponentsAnalysis': {
    translate: components,
    features: estimator =>
      estimator.has('components_') ? estimator.matrix('components_').shape[1] : undefined,
  },
};
