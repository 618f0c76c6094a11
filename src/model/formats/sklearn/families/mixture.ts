import { checkedMatrix } from '../checked.ts';
import { NdArray } from '../../pickle/index.ts';
import { digamma } from '../digamma.ts';
import { itemsOf } from '../python.ts';
import type { Estimator } from '../estimator.ts';
import type { Family, FamilyRow, Methods, Translation } from '../family.ts';
import type { Features } from '../features.ts';

/** Each component's matrix whose columns are the directions of `mahalanobis`; a tied one belongs to all. */
function directionsOf(values: Float64Array, components: number, width: number, tied: boolean): Float64Array {
  const directions = new Float64Array(components * width * width);
  for (let component = 0; component < components; component++) {
    const from = tied ? 0 : component * width * width;
    for (let direction = 0; direction < width; direction++)
      for (let column = 0; column < width; column++)
        directions[(component * width + direction) * width + column] = values[
          from + column * width + direction
        ] as number;
  }
  return directions;
}

/** Sum of the logarithms of a component's diagonal. */
function logDeterminant(values: Float64Array, component: number, width: number, tied: boolean): number {
  const from = tied ? 0 : component * width * width;
  let sum = 0;
  for (let at = 0; at < width; at++) sum += Math.log(values[from + at * width + at] as number);
  return sum;
}

interface Components {
  readonly means: { readonly values: Float64Array; readonly shape: readonly [number, number] };
  readonly logWeights: Float64Array;
  readonly precisions: { readonly values: Float64Array; readonly shape: readonly number[] };
}

/** -½ |(x - mean) P|² + log |P| - ½ d log 2π + log weight, for full and tied covariances. */
function fullDensities(x: number, parts: Components, tied: boolean, { builder }: Translation): number {
  const { means, logWeights, precisions } = parts;
  const [components, width] = means.shape;
  const starts = Int32Array.from({ length: components + 1 }, (_, component) => component * width);
  const distances = builder.add(
    'mahalanobis',
    [x],
    {},
    {
      centres: { values: means.values, shape: [components, width] },
      directions: {
        values: directionsOf(precisions.values, components, width, tied),
        shape: [components * width, width],
      },
      starts,
    },
  );
  const halved = builder.add(
    'columnwise',
    [distances],
    { operation: 'multiply', operandToo: false },
    { operand: Float64Array.of(-0.5) },
  );
  const operand = logWeights.map(
    (weight, component) =>
      weight +
      logDeterminant(precisions.values, component, width, tied) -
      0.5 * width * Math.log(2 * Math.PI),
  );
  return builder.add('columnwise', [halved], { operation: 'add', operandToo: false }, { operand });
}

/** Independent columns, each with its own deviation, or one for all of a component. */
function diagonalDensities(x: number, parts: Components, { builder }: Translation): number {
  const { means, logWeights, precisions } = parts;
  const [components, width] = means.shape;
  const perColumn = precisions.shape.length === 2;
  const variance = Float64Array.from({ length: components * width }, (_, at) => {
    const precision = precisions.values[perColumn ? at : Math.floor(at / width)] as number;
    return 1 / (precision * precision);
  });
  return builder.add(
    'gaussian',
    [x],
    {},
    {
      mean: { values: means.values, shape: [components, width] },
      variance: { values: variance, shape: [components, width] },
      logPrior: logWeights,
    },
  );
}

function componentsOf(estimator: Estimator, logWeights: Float64Array): Components {
  const means = estimator.matrix(estimator.fitted('means_'));
  const precisions = estimator.numbers(estimator.fitted('precisions_cholesky_'));
  const [components, width] = means.shape;
  const shapes: Readonly<Record<string, readonly number[]>> = {
    full: [components, width, width],
    tied: [width, width],
    diag: [components, width],
    spherical: [components],
  };
  const expected = shapes[estimator.text('covariance_type') ?? 'full'];
  if (expected === undefined)
    return estimator.unsupported('covariance_type', "it must be 'full', 'tied', 'diag' or 'spherical'");
  if (precisions.shape.join() !== expected.join() || logWeights.length !== components)
    return estimator.malformed('precisions_cholesky_', `the shape (${expected.join(', ')})`);
  return { means, logWeights, precisions };
}

/** What the components of a mixture answer, whose weights have these logarithms. */
function answersOf(estimator: Estimator, logWeights: Float64Array, x: Features, to: Translation): Methods {
  const { builder } = to;
  const parts = componentsOf(estimator, logWeights);
  const input = checkedMatrix(estimator, x, to);
  const type = estimator.text('covariance_type') ?? 'full';
  const joint =
    type === 'full' || type === 'tied'
      ? fullDensities(input, parts, type === 'tied', to)
      : diagonalDensities(input, parts, to);
  const log = builder.add('logNormalize', [joint]);
  const total = builder.add('weightedSum', [joint, log], {}, { weights: Float64Array.of(1, -1) });
  const score = builder.add('columns', [total], {}, { indices: Int32Array.of(0) });
  const components = parts.logWeights.length;
  return {
    predict: {
      node: builder.add('argmax', [joint]),
      labels: { datatype: 'INT64', values: BigInt64Array.from(Array(components).keys(), BigInt) },
      vector: true,
    },
    predict_proba: { node: builder.add('map', [log], { function: 'exp' }) },
    score_samples: { node: score, vector: true },
  };
}

/** `sklearn.mixture.GaussianMixture` */
function gaussianMixture(estimator: Estimator, x: Features, to: Translation): Methods {
  const logWeights = estimator.vector(estimator.fitted('weights_')).map(Math.log);
  return answersOf(estimator, logWeights, x, to);
}

/** Expected logarithms of a stick's parts: `_estimate_log_weights` of a Dirichlet process. */
function stickWeights(estimator: Estimator, name: string): Float64Array {
  const [first, second] = (itemsOf(estimator.raw(name)) ?? []).map(item =>
    item instanceof NdArray ? item.float64() : estimator.malformed(name, 'a pair of arrays'),
  );
  if (first === undefined || second?.length !== first.length)
    return estimator.malformed(name, 'a pair of arrays');
  let left = 0;
  return first.map((a, component) => {
    const b = second[component] as number;
    const total = digamma(a + b);
    const log = digamma(a) - total + left;
    left += digamma(b) - total;
    return log;
  });
}

function dirichletWeights(estimator: Estimator, name: string): Float64Array {
  const values = estimator.vector(name);
  const total = digamma(values.reduce((sum, value) => sum + value, 0));
  return values.map(value => digamma(value) - total);
}

/** What is expected of a component's density beside its covariance: `_estimate_log_prob`. */
function expectedScale(width: number, freedom: number, meanPrecision: number): number {
  let logLambda = width * Math.log(2);
  for (let at = 0; at < width; at++) logLambda += digamma(0.5 * (freedom - at));
  return 0.5 * (logLambda - width / meanPrecision) - 0.5 * width * Math.log(freedom);
}

/** `sklearn.mixture.BayesianGaussianMixture`: a mixture whose parameters have distributions themselves. */
function bayesianMixture(estimator: Estimator, x: Features, to: Translation): Methods {
  const name = estimator.fitted('weight_concentration_');
  const type = estimator.text('weight_concentration_prior_type') ?? 'dirichlet_process';
  const weights =
    type === 'dirichlet_process' ? stickWeights(estimator, name) : dirichletWeights(estimator, name);
  const each = (attribute: string): Float64Array => {
    const values = estimator.vector(estimator.fitted(attribute));
    // A tied covariance has a single number of degrees of freedom.
    if (values.length === 1) return weights.map(() => values[0] as number);
    return values.length === weights.length
      ? values
      : estimator.malformed(attribute, `${weights.length} numbers`);
  };
  const freedom = each('degrees_of_freedom_');
  const precision = each('mean_precision_');
  const [, width] = estimator.matrix(estimator.fitted('means_')).shape;
  const logWeights = weights.map(
    (log, at) => log + expectedScale(width, freedom[at] as number, precision[at] as number),
  );
  return answersOf(estimator, logWeights, x, to);
}

const shared: Omit<FamilyRow, 'translate'> = {
  features: estimator => (estimator.has('means_') ? estimator.matrix('means_').shape[1] : undefined),
  facts: estimator => ({ components: estimator.matrix('means_').shape[0] }),
};

export const mixtureFamily: Family = {
  'mixture.GaussianMixture': { ...shared, translate: gaussianMixture },
  'mixture.BayesianGaussianMixture': { ...shared, translate: bayesianMixture },
};
