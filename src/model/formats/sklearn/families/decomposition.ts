import { addAffine, transposed } from '../affine.ts';
import { checkedMatrix, checkedNumbers } from '../checked.ts';
import { backward, cholesky, forward, logDeterminant, timesTransposed } from '../cholesky.ts';
import type { Estimator, Matrix } from '../estimator.ts';
import type { Column, Family, FamilyRow, Methods, Translation } from '../family.ts';
import { featuresOf, type Features } from '../features.ts';
import { pairwiseKernel } from '../pairwise.ts';
import { isBefore } from '../version.ts';

type Operation = 'add' | 'subtract' | 'multiply' | 'divide';

function columnwise(to: Translation, node: number, operation: Operation, operand: Float64Array): number {
  return to.builder.add('columnwise', [node], { operation, operandToo: false }, { operand });
}

/** The attribute `components_` [components, features]. */
function componentsOf(estimator: Estimator): Matrix {
  return estimator.matrix(estimator.fitted('components_'));
}

/** Components whose products with each other are taken: a square matrix of them is made. */
function fewComponentsOf(estimator: Estimator): Matrix {
  const components = componentsOf(estimator);
  return components.shape[0] <= mostComponents
    ? components
    : estimator.unsupported('components_', `more than ${mostComponents} components`);
}

const mostComponents = 4096;

function width(estimator: Estimator): number | undefined {
  return estimator.has('components_') ? componentsOf(estimator).shape[1] : undefined;
}

function zeros(count: number): Float64Array {
  return new Float64Array(count);
}

/** Rows less `mean`, times the components. */
function projected(
  estimator: Estimator,
  x: Features,
  to: Translation,
  components: Matrix,
  mean?: Float64Array,
) {
  const checked = checkedMatrix(estimator, x, to);
  const centred = mean === undefined ? checked : columnwise(to, checked, 'subtract', mean);
  return addAffine(to.builder, centred, components, zeros(components.shape[0]));
}

function isSparse(x: Features, to: Translation): boolean {
  return x.kind !== undefined && to.builder.typeOf(x.numbers()).kind === 'sparse';
}

/** `-mean · component` of each component: what centring takes away after the product. */
function shifts(components: Matrix, mean: Float64Array): Float64Array {
  const row = timesTransposed({ values: mean, shape: [1, mean.length] }, components);
  return row.values.map(value => -value);
}

function meanOf(estimator: Estimator): Float64Array | undefined {
  return estimator.has('mean_') ? estimator.vector('mean_') : undefined;
}

/** Each row of a matrix times its own number. */
function scaledRows({ values, shape }: Matrix, factors: Float64Array): Matrix {
  const [, columns] = shape;
  return {
    values: values.map((value, at) => value * (factors[Math.floor(at / columns)] as number)),
    shape,
  };
}

/** `sklearn.decomposition.PCA`, `IncrementalPCA` and the old `RandomizedPCA`, which folded the scale in. */
function principal(estimator: Estimator, x: Features, to: Translation): Methods {
  const components = componentsOf(estimator);
  const mean = meanOf(estimator);
  if (mean !== undefined && mean.length !== components.shape[1])
    return estimator.malformed('mean_', `${components.shape[1]} numbers`);
  // Since 1.5 the mean is taken away after the product, and so is it from sparse rows.
  const after = mean !== undefined && (isSparse(x, to) || !isBefore(estimator.version, 1, 5));
  const product = after
    ? addAffine(to.builder, checkedNumbers(estimator, x, to), components, shifts(components, mean))
    : projected(estimator, x, to, components, mean);
  const whitens = estimator.flag('whiten', false) && estimator.name !== 'RandomizedPCA';
  const scale = whitens ? estimator.vector('explained_variance_').map(Math.sqrt) : undefined;
  const least = isBefore(estimator.version, 1, 5) ? 0 : Number.EPSILON;
  const node =
    scale === undefined
      ? product
      : columnwise(
          to,
          product,
          'divide',
          scale.map(value => Math.max(value, least)),
        );
  const score_samples = estimator.name === 'PCA' ? principalScores(estimator, x, to, components) : undefined;
  return { transform: featuresOf(to.builder, node), ...(score_samples && { score_samples }) };
}

/** Beyond this the square matrix of a likelihood would be too large for what it is asked for. */
const widestLikelihood = 1024;

/** Log-likelihoods under a normal distribution with covariance Cᵀ diag(λ - σ²) C + σ² I: by components, and what they leave. */
function principalScores(
  estimator: Estimator,
  x: Features,
  to: Translation,
  components: Matrix,
): Column | undefined {
  const { shape } = components;
  const [count, size] = shape;
  const mean = meanOf(estimator);
  const noise = estimator.has('noise_variance_') ? estimator.number('noise_variance_') : 0;
  // The library multiplies whitened components by their deviation once more.
  const variances = estimator
    .vector('explained_variance_')
    .map(value => (estimator.flag('whiten', false) ? value * (value - noise) + noise : value));
  if (size > widestLikelihood || mean === undefined || variances.some(value => value <= 0)) return undefined;
  if (count < size && noise <= 0) return undefined;
  const parts = [
    scaledRows(
      components,
      variances.map(value => 1 / Math.sqrt(value)),
    ),
  ];
  if (count < size) parts.push(residual(components, 1 / Math.sqrt(noise)));
  const rows = parts.reduce((sum, part) => sum + part.shape[0], 0);
  const values = new Float64Array(rows * size);
  let at = 0;
  for (const part of parts) {
    values.set(part.values, at);
    at += part.values.length;
  }
  const logs =
    variances.reduce((sum, value) => sum + Math.log(value), 0) + (size - count) * Math.log(noise || 1);
  return likelihood(estimator, x, to, {
    whitening: { values, shape: [rows, size] },
    mean,
    negative: 0,
    logs,
  });
}

/** I - Cᵀ C, times a number. */
function residual(components: Matrix, factor: number): Matrix {
  const turned = transposed(components);
  const [size] = turned.shape;
  const { values } = timesTransposed(turned, turned);
  return {
    values: values.map((value, at) => ((at % (size + 1) === 0 ? 1 : 0) - value) * factor),
    shape: [size, size],
  };
}

/** A normal distribution: the squares of `whitening` times the centred row add up, the last `negative` of them against it. */
interface Normal {
  readonly whitening: Matrix;
  readonly mean: Float64Array;
  readonly negative: number;
  /** Logarithm of the covariance's determinant. */
  readonly logs: number;
}

function likelihood(
  estimator: Estimator,
  x: Features,
  to: Translation,
  { whitening, mean, negative, logs }: Normal,
): Column {
  const { builder } = to;
  const [rows] = whitening.shape;
  const squares = builder.add('map', [projected(estimator, x, to, whitening, mean)], { function: 'square' });
  const signs = Float64Array.from({ length: rows }, (_, at) => (at < rows - negative ? -0.5 : 0.5));
  const bias = Float64Array.of(-0.5 * (mean.length * Math.log(2 * Math.PI) + logs));
  return { node: addAffine(builder, squares, { values: signs, shape: [1, rows] }, bias), vector: true };
}

/** `sklearn.decomposition.FactorAnalysis` */
function factors(estimator: Estimator, x: Features, to: Translation): Methods {
  const components = fewComponentsOf(estimator);
  const [count, size] = components.shape;
  const mean = estimator.vector(estimator.fitted('mean_'));
  const noise = estimator.vector('noise_variance_');
  const scaled: Matrix = {
    values: components.values.map((value, at) => value / (noise[at % size] as number)),
    shape: components.shape,
  };
  const inner = timesTransposed(scaled, components);
  const lower = cholesky({
    values: inner.values.map((value, at) => value + (at % (count + 1) === 0 ? 1 : 0)),
    shape: [count, count],
  });
  if (lower === undefined) return estimator.malformed('noise_variance_', 'numbers above 0');
  const half = forward(lower, scaled);
  const weights = backward(lower, half);
  const transform = featuresOf(to.builder, projected(estimator, x, to, weights, mean));
  if (size > widestLikelihood) return { transform };
  const values = new Float64Array((size + count) * size);
  for (let at = 0; at < size; at++) values[at * (size + 1)] = 1 / Math.sqrt(noise[at] as number);
  values.set(half.values, size * size);
  const logs = noise.reduce((sum, value) => sum + Math.log(value), 0) + logDeterminant(lower);
  const whitening: Matrix = { values, shape: [size + count, size] };
  return {
    transform,
    score_samples: likelihood(estimator, x, to, { whitening, mean, negative: count, logs }),
  };
}

/** `sklearn.decomposition.TruncatedSVD` and random projections: a product, of sparse rows too. */
function product(estimator: Estimator, x: Features, to: Translation): Methods {
  const components = componentsOf(estimator);
  const node = addAffine(
    to.builder,
    checkedNumbers(estimator, x, to),
    components,
    zeros(components.shape[0]),
  );
  return { transform: featuresOf(to.builder, node) };
}

/** `sklearn.decomposition.FastICA` */
function independent(estimator: Estimator, x: Features, to: Translation): Methods {
  const whitens = estimator.raw('whiten') !== false;
  const mean = whitens ? meanOf(estimator) : undefined;
  return { transform: featuresOf(to.builder, projected(estimator, x, to, componentsOf(estimator), mean)) };
}

/** `sklearn.decomposition.SparsePCA`: a ridge regression of the row on the components. */
function sparsePrincipal(estimator: Estimator, x: Features, to: Translation): Methods {
  const components = fewComponentsOf(estimator);
  const [count] = components.shape;
  const alpha = estimator.number('ridge_alpha');
  const inner = timesTransposed(components, components);
  const lower = cholesky({
    values: inner.values.map((value, at) => value + (at % (count + 1) === 0 ? alpha : 0)),
    shape: [count, count],
  });
  if (lower === undefined)
    return estimator.unsupported('ridge_alpha', 'the components are not independent of each other');
  const weights = backward(lower, forward(lower, components));
  // Before 0.22 each column of a call was divided by its length over all rows unless told otherwise.
  const early = isBefore(estimator.version, 0, 22) && !estimator.flag('normalize_components', false);
  const node = projected(estimator, x, to, weights, early ? undefined : meanOf(estimator));
  return { transform: featuresOf(to.builder, early ? to.builder.add('unitColumns', [node]) : node) };
}

/** `sklearn.preprocessing.KernelCenterer`: rows are kernel values with all rows of training. */
function centredKernel(estimator: Estimator, x: Features, to: Translation): Methods {
  const rows = estimator.vector(estimator.fitted('K_fit_rows_'));
  const all = estimator.number('K_fit_all_');
  const count = rows.length;
  if (count > mostComponents)
    return estimator.unsupported('K_fit_rows_', `more than ${mostComponents} kernel values of a row`);
  const values = new Float64Array(count * count).fill(-1 / count);
  for (let at = 0; at < count; at++) values[at * (count + 1)] = 1 - 1 / count;
  const bias = rows.map(value => all - value);
  const checked = checkedMatrix(estimator, x, to);
  return {
    transform: featuresOf(
      to.builder,
      addAffine(to.builder, checked, { values, shape: [count, count] }, bias),
    ),
  };
}

/** Columns of a matrix divided by the root of their eigenvalue; those of 0 stay out. */
function scaledVectors(estimator: Estimator): Matrix {
  const values = estimator.vector(estimator.fitted('eigenvalues_', 'lambdas_'));
  const vectors = transposed(estimator.matrix(estimator.fitted('eigenvectors_', 'alphas_')));
  return scaledRows(
    vectors,
    values.map(value => (value === 0 ? 0 : 1 / Math.sqrt(value))),
  );
}

/** Kernel values centred and projected on the components of a KernelPCA: centring is folded into the weights. */
export function projectedKernel(estimator: Estimator, kernel: number, to: Translation): number {
  const centerer = estimator.part('_centerer') ?? estimator.malformed('_centerer', 'a centerer');
  const rows = centerer.vector(centerer.fitted('K_fit_rows_'));
  const all = centerer.number('K_fit_all_');
  const weights = scaledVectors(estimator);
  const [outputs, count] = weights.shape;
  if (rows.length !== count) return centerer.malformed('K_fit_rows_', `${count} numbers`);
  const sums = zeros(outputs);
  for (const [at, value] of weights.values.entries())
    sums[Math.floor(at / count)] = (sums[Math.floor(at / count)] as number) + value;
  const centred = weights.values.map((value, at) => value - (sums[Math.floor(at / count)] as number) / count);
  const means = timesTransposed({ values: rows, shape: [1, rows.length] }, weights).values;
  const bias = sums.map((sum, output) => all * sum - (means[output] as number));
  return addAffine(to.builder, kernel, { values: centred, shape: weights.shape }, bias);
}

/** `sklearn.decomposition.KernelPCA` */
function kernelPrincipal(estimator: Estimator, x: Features, to: Translation): Methods {
  const kernel = pairwiseKernel(estimator, x, estimator.fitted('X_fit_'), to);
  return { transform: featuresOf(to.builder, projectedKernel(estimator, kernel, to)) };
}

function vectorCount(name: string): FamilyRow['features'] {
  return estimator => (estimator.has(name) ? estimator.matrix(name).shape[1] : undefined);
}

function facts(estimator: Estimator): Readonly<Record<string, number>> {
  return estimator.has('components_') ? { components: componentsOf(estimator).shape[0] } : {};
}

function row(translate: FamilyRow['translate']): FamilyRow {
  return { translate, features: width, facts };
}

export const decompositionFamily: Family = {
  'decomposition.PCA': row(principal),
  'decomposition.IncrementalPCA': row(principal),
  'decomposition.RandomizedPCA': row(principal),
  'decomposition.FactorAnalysis': row(factors),
  'decomposition.TruncatedSVD': row(product),
  'decomposition.FastICA': row(independent),
  'decomposition.SparsePCA': row(sparsePrincipal),
  'decomposition.MiniBatchSparsePCA': row(sparsePrincipal),
  'decomposition.KernelPCA': { translate: kernelPrincipal, features: vectorCount('X_fit_') },
  'preprocessing.KernelCenterer': {
    translate: centredKernel,
    features: estimator =>
      estimator.has('K_fit_rows_') ? estimator.vector('K_fit_rows_').length : undefined,
  },
  'random_projection.GaussianRandomProjection': row(product),
  'random_projection.SparseRandomProjection': row(product),
};
