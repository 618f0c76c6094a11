import { addAffine, transposed } from '../affine.ts';
import { checkedMatrix } from '../checked.ts';
import type { Estimator, Matrix } from '../estimator.ts';
import type { Family, Methods, Translation } from '../family.ts';
import { featuresOf, type Features } from '../features.ts';
import { kernelOf, type KernelFunction } from '../machines.ts';
import { isBefore } from '../version.ts';

/** Kernels of `sklearn.metrics.pairwise.pairwise_kernels`, as the operator `kernel` names them. */
const functions: Readonly<Record<string, string>> = {
  linear: 'linear',
  poly: 'poly',
  polynomial: 'poly',
  rbf: 'rbf',
  laplacian: 'laplacian',
  sigmoid: 'sigmoid',
  additive_chi2: 'additiveChi2',
  chi2: 'chi2',
};

function gammaOf(estimator: Estimator, width: number): number {
  return estimator.has('gamma') ? estimator.number('gamma') : 1 / width;
}

/** Until 0.19 the parameter was not handed on to this kernel, and later None is no default. */
function chiGamma(estimator: Estimator): number {
  if (isBefore(estimator.version, 0, 20)) return 1;
  return estimator.has('gamma')
    ? estimator.number('gamma')
    : estimator.unsupported('gamma', 'scikit-learn needs a number for this kernel');
}

function functionOf(estimator: Estimator, width: number): KernelFunction {
  const kernel = estimator.text('kernel') ?? '';
  const name = Object.hasOwn(functions, kernel) ? functions[kernel] : undefined;
  if (name === undefined)
    return estimator.unsupported(
      'kernel',
      `a function cannot be run; supported are ${Object.keys(functions).join(', ')}, cosine, precomputed`,
    );
  const gamma = kernel === 'chi2' ? chiGamma(estimator) : gammaOf(estimator, width);
  return {
    function: name,
    gamma: name === 'linear' || name === 'additiveChi2' ? 0 : gamma,
    coef0: name === 'poly' || name === 'sigmoid' ? estimator.number('coef0') : 0,
    degree: name === 'poly' ? estimator.number('degree') : 0,
  };
}

function unitRows({ values, shape }: Matrix): Matrix {
  const [rows, width] = shape;
  const scaled = values.slice();
  for (let row = 0; row < rows; row++) {
    const part = scaled.subarray(row * width, (row + 1) * width);
    const norm = Math.sqrt(part.reduce((sum, value) => sum + value * value, 0));
    if (norm > 0) part.set(part.map(value => value / norm));
  }
  return { values: scaled, shape };
}

/** The dot product of rows and vectors of length 1. */
function cosine(estimator: Estimator, x: Features, to: Translation): number {
  const { builder } = to;
  const finite = checkedMatrix(estimator, x, to);
  const unit = builder.add('unitRows', [finite], { norm: 'l2' });
  return builder.add(
    'kernel',
    [unit],
    { function: 'linear', gamma: 0, coef0: 0, degree: 0 },
    { vectors: unitRows(estimator.matrix(estimator.fitted('X_fit_'))) },
  );
}

/** Chi-squared kernels take no negative number. */
function notNegative(estimator: Estimator, x: Features, { builder }: Translation): Features {
  const low = Float64Array.of(0);
  const high = Float64Array.of(Infinity);
  return featuresOf(builder, builder.add('within', [x.matrix()], { owner: estimator.name }, { low, high }));
}

/** Weights [vectors], or [vectors, targets]. */
function dualOf(estimator: Estimator): { readonly weights: Matrix; readonly flat: boolean } {
  const name = estimator.fitted('dual_coef_');
  const { values, shape } = estimator.numbers(name);
  const [vectors, targets, more] = shape;
  if (vectors === undefined || more !== undefined) return estimator.malformed(name, 'one or two dimensions');
  return targets === undefined
    ? { weights: { values, shape: [1, vectors] }, flat: true }
    : { weights: transposed({ values, shape: [vectors, targets] }), flat: false };
}

function kernelValues(estimator: Estimator, x: Features, to: Translation): number {
  const kernel = estimator.text('kernel') ?? '';
  if (kernel === 'cosine') return cosine(estimator, x, to);
  if (kernel === 'precomputed') return checkedMatrix(estimator, x, to);
  const rows = kernel.endsWith('chi2') ? notNegative(estimator, x, to) : x;
  return kernelOf(estimator, rows, estimator.fitted('X_fit_'), functionOf(estimator, x.width), to);
}

/** `sklearn.kernel_ridge.KernelRidge` */
function kernelRidge(estimator: Estimator, x: Features, to: Translation): Methods {
  const node = kernelValues(estimator, x, to);
  const { weights, flat } = dualOf(estimator);
  const sum = addAffine(to.builder, node, weights, new Float64Array(weights.shape[0]));
  return { predict: { node: sum, vector: flat } };
}

export const kernelRidgeFamily: Family = {
  'kernel_ridge.KernelRidge': {
    translate: kernelRidge,
    features: estimator => (estimator.has('X_fit_') ? estimator.matrix('X_fit_').shape[1] : undefined),
    facts: estimator => ({ vectors: estimator.numbers('dual_coef_').shape[0] ?? 0 }),
  },
};
