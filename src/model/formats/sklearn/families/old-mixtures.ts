import { multiplied } from '../answers.ts';
import { checkedMatrix } from '../checked.ts';
import { cholesky, forward, logDeterminant } from '../cholesky.ts';
import { shifted } from '../covariances.ts';
import { quadraticForm } from '../densities.ts';
import { digamma } from '../digamma.ts';
import type { Estimator, Matrix } from '../estimator.ts';
import type { Family, FamilyRow, Methods, Translation } from '../family.ts';
import type { Features } from '../features.ts';
import { NdArray } from '../../pickle/index.ts';
import { itemsOf } from '../python.ts';

function matrices(estimator: Estimator, name: string, components: number, width: number): readonly Matrix[] {
  const shape: Matrix['shape'] = [width, width];
  const whole = (values: Float64Array): Float64Array =>
    values.length === width * width
      ? values
      : estimator.malformed(name, `matrices of ${width} rows and columns`);
  const items = itemsOf(estimator.raw(name));
  if (items !== undefined) {
    if (items.length !== components) return estimator.malformed(name, `${components} matrices`);
    return items.map(item =>
      item instanceof NdArray
        ? { values: whole(item.float64()), shape }
        : estimator.malformed(name, 'matrices'),
    );
  }
  const { values, shape: found } = estimator.numbers(name);
  if (found.length === 2) return Array.from({ length: components }, () => ({ values: whole(values), shape }));
  if (values.length !== components * width * width)
    return estimator.malformed(name, `${components} matrices of ${width} rows and columns`);
  return Array.from({ length: components }, (_, component) => ({
    values: values.slice(component * width * width, (component + 1) * width * width),
    shape,
  }));
}

/** A number for each column of each component, [components, width]; [components] or [components, 1] in the file, perhaps. */
function perColumn(estimator: Estimator, name: string, components: number, width: number): Float64Array {
  const { values } = estimator.numbers(name);
  if (values.length === components * width) return values;
  return values.length === components
    ? Float64Array.from({ length: components * width }, (_, at) => values[Math.floor(at / width)] as number)
    : estimator.malformed(name, `${components} times ${width} numbers`);
}

function isWhole(estimator: Estimator): boolean {
  const type = estimator.text('covariance_type') ?? '';
  if (!['full', 'tied', 'diag', 'spherical'].includes(type))
    return estimator.unsupported('covariance_type', "it must be 'full', 'tied', 'diag' or 'spherical'");
  return type === 'full' || type === 'tied';
}

function added(node: number, operand: Float64Array, { builder }: Translation): number {
  return builder.add('columnwise', [node], { operation: 'add', operandToo: false }, { operand });
}

function argmaxOf(node: number, components: number, to: Translation): Methods {
  const labels = {
    datatype: 'INT64' as const,
    values: BigInt64Array.from({ length: components }, (_, component) => BigInt(component)),
  };
  return { predict: { node: to.builder.add('argmax', [node]), labels, vector: true } };
}

/** The triangle whose product with x - mean has the squared length of the Mahalanobis distance. */
function whitening(estimator: Estimator, covariances: readonly Matrix[], width: number) {
  const directions = new Float64Array(covariances.length * width * width);
  const logs = new Float64Array(covariances.length);
  for (const [component, covariance] of covariances.entries()) {
    const lower = cholesky(covariance);
    if (lower === undefined)
      return estimator.unsupported('covariance_type', 'a covariance is not positive definite');
    const one = new Float64Array(width * width);
    for (let at = 0; at < width; at++) one[at * (width + 1)] = 1;
    directions.set(forward(lower, { values: one, shape: [width, width] }).values, component * width * width);
    logs[component] = logDeterminant(lower);
  }
  return { directions, logs };
}

/** Log-densities of the components with their weights: `log_multivariate_normal_density`. */
function densities(estimator: Estimator, x: number, means: Matrix, to: Translation): number {
  const { builder } = to;
  const [components, width] = means.shape;
  const logWeights = estimator.vector(estimator.fitted('weights_')).map(Math.log);
  if (!isWhole(estimator))
    return builder.add(
      'gaussian',
      [x],
      {},
      {
        mean: means,
        variance: { values: perColumn(estimator, 'covars_', components, width), shape: means.shape },
        logPrior: logWeights,
      },
    );
  const covariances = matrices(estimator, 'covars_', components, width);
  const { directions, logs } = whitening(estimator, covariances, width);
  const squares = builder.add(
    'mahalanobis',
    [x],
    {},
    {
      centres: means,
      directions: { values: directions, shape: [components * width, width] },
      starts: Int32Array.from({ length: components + 1 }, (_, component) => component * width),
    },
  );
  const constants = logs.map(log => width * Math.log(2 * Math.PI) + log);
  return added(multiplied(added(squares, constants, to), -0.5, to), logWeights, to);
}

/** `sklearn.mixture.GMM` of 0.18; its score_samples gives a pair, of which this is the first. */
function mixture(estimator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  const means = estimator.matrix(estimator.fitted('means_'));
  const joint = densities(estimator, checkedMatrix(estimator, x, to), means, to);
  const log = builder.add('logNormalize', [joint]);
  const total = builder.add('weightedSum', [joint, log], {}, { weights: Float64Array.of(1, -1) });
  const proba = builder.add('map', [log], { function: 'exp' });
  return {
    ...argmaxOf(proba, means.shape[0], to),
    predict_proba: { node: proba },
    score_samples: {
      node: builder.add('columns', [total], {}, { indices: Int32Array.of(0) }),
      vector: true,
    },
  };
}

function precisionsOf(estimator: Estimator, components: number, width: number): readonly Matrix[] {
  if (isWhole(estimator)) return matrices(estimator, 'precs_', components, width);
  const precisions = perColumn(estimator, 'precs_', components, width);
  return Array.from({ length: components }, (_, component) => {
    const values = new Float64Array(width * width);
    for (let at = 0; at < width; at++)
      values[at * (width + 1)] = precisions[component * width + at] as number;
    return { values, shape: [width, width] };
  });
}

/** Bounds of the log-likelihood under each component: `_bound_state_log_lik`. */
function bounds(estimator: Estimator, x: number, means: Matrix, to: Translation): number {
  const { builder } = to;
  const [components, width] = means.shape;
  const initial = estimator.number('_initial_bound');
  const { values: found } = estimator.numbers('bound_prec_');
  if (found.length !== 1 && found.length !== components)
    return estimator.malformed('bound_prec_', `${components} numbers`);
  const start = Float64Array.from(
    { length: components },
    (_, component) => initial + (found[found.length === 1 ? 0 : component] as number),
  );
  const squares = builder.add(
    'concatenate',
    precisionsOf(estimator, components, width).map((precision, component) =>
      quadraticForm(x, means.values.slice(component * width, (component + 1) * width), precision, to),
    ),
  );
  return added(multiplied(squares, -0.5, to), start, to);
}

/** Expected logarithms of the weights of a stick that is broken again and again: [0, a, b] of each component. */
function stickWeights(estimator: Estimator, components: number): Float64Array {
  const { values, shape } = estimator.matrix(estimator.fitted('gamma_'));
  if (shape[0] !== components || shape[1] !== 3)
    return estimator.malformed('gamma_', `three numbers for each of ${components} components`);
  const remaining = (component: number): number => {
    const [, a, b] = values.subarray(3 * component) as unknown as readonly [number, number, number];
    return digamma(b) - digamma(a + b);
  };
  // The library counts what the first component leaves twice: for itself as well.
  let left = remaining(0);
  return Float64Array.from({ length: components }, (_, component) => {
    if (component > 0) left += remaining(component - 1);
    const [, a, b] = values.subarray(3 * component) as unknown as readonly [number, number, number];
    return digamma(a) - digamma(a + b) + left;
  });
}

/** Expected logarithms of weights that follow a Dirichlet distribution. */
function dirichletWeights(estimator: Estimator, components: number): Float64Array {
  const values = estimator.vector(estimator.fitted('gamma_'));
  if (values.length !== components) return estimator.malformed('gamma_', `${components} numbers`);
  const total = digamma(values.reduce((sum, value) => sum + value, 0));
  return values.map(value => digamma(value) - total);
}

/** float32's epsilon, which these classes add to every probability. */
const floor = 2 ** -23;

/** `sklearn.mixture.DPGMM` and `VBGMM` of 0.18 */
function bounded(weights: (estimator: Estimator, components: number) => Float64Array) {
  return (estimator: Estimator, x: Features, to: Translation): Methods => {
    const { builder } = to;
    const means = estimator.matrix(estimator.fitted('means_'));
    const [components] = means.shape;
    const likelihoods = bounds(estimator, checkedMatrix(estimator, x, to), means, to);
    const joint = added(likelihoods, weights(estimator, components), to);
    const raised = shifted(builder.add('softmax', [joint]), floor, to);
    const proba = builder.add('normalizeRows', [raised], { zero: 'divide' });
    const ones = { values: new Float64Array(components).fill(1), shape: [1, components] };
    const products = builder.add('product', [proba, likelihoods]);
    const score = builder.add('affine', [products], {}, { weights: ones, bias: Float64Array.of(0) });
    return {
      ...argmaxOf(proba, components, to),
      predict_proba: { node: proba },
      score_samples: { node: score, vector: true },
    };
  };
}

const shared: Omit<FamilyRow, 'translate'> = {
  features: estimator => (estimator.has('means_') ? estimator.matrix('means_').shape[1] : undefined),
  facts: estimator => (estimator.has('means_') ? { components: estimator.matrix('means_').shape[0] } : {}),
};

export const oldMixtureFamily: Family = {
  'mixture.GMM': { ...shared, translate: mixture },
  'mixture.DPGMM': { ...shared, translate: bounded(stickWeights) },
  'mixture.VBGMM': { ...shared, translate: bounded(dirichletWeights) },
};
