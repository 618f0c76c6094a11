import { PyDict, type PyValue } from '../pickle/index.ts';
import { checkedMatrix } from './checked.ts';
import type { Estimator, Matrix } from './estimator.ts';
import type { Translation } from './family.ts';
import { featuresOf, type Features } from './features.ts';
import { kernelOf } from './machines.ts';
import { numberOf } from './python.ts';

/** Kernels of `sklearn.metrics.pairwise.pairwise_kernels`, as the operator `kernel` names them. */
const names: Readonly<Record<string, string>> = {
  linear: 'linear',
  poly: 'poly',
  polynomial: 'poly',
  rbf: 'rbf',
  laplacian: 'laplacian',
  sigmoid: 'sigmoid',
  additive_chi2: 'additiveChi2',
  chi2: 'chi2',
};

/** A parameter of the kernel: its own attribute, or an entry of `kernel_params`. */
function parameterOf(estimator: Estimator, name: string): number | undefined {
  const own = estimator.anyOf(`${name}_`, name);
  if (own !== undefined) return numberOf(estimator.raw(own));
  const given: PyValue | undefined = estimator.raw('kernel_params');
  return given instanceof PyDict ? numberOf(given.get(name)) : undefined;
}

/** Each row divided by its length. */
function unitVectors({ values, shape }: Matrix): Matrix {
  const [rows, width] = shape;
  const scaled = values.slice();
  for (let row = 0; row < rows; row++) {
    const part = scaled.subarray(row * width, (row + 1) * width);
    const norm = Math.sqrt(part.reduce((sum, value) => sum + value * value, 0));
    if (norm > 0) part.set(part.map(value => value / norm));
  }
  return { values: scaled, shape };
}

/** The kernel of an estimator between the rows and the vectors in its attribute `vectors`. */
export function pairwiseKernel(estimator: Estimator, x: Features, vectors: string, to: Translation): number {
  const { builder } = to;
  const kernel = estimator.text('kernel') ?? '';
  if (kernel === 'cosine') {
    const unit = builder.add('unitRows', [checkedMatrix(estimator, x, to)], { norm: 'l2' });
    const attributes = { function: 'linear', gamma: 0, coef0: 0, degree: 0 };
    return builder.add('kernel', [unit], attributes, { vectors: unitVectors(estimator.matrix(vectors)) });
  }
  if (kernel === 'precomputed') return givenKernel(estimator, x, vectors, to);
  const name = Object.hasOwn(names, kernel) ? names[kernel] : undefined;
  if (name === undefined) return estimator.unsupported('kernel', 'a function cannot be run');
  const shaped = name === 'poly' || name === 'sigmoid';
  const gamma = parameterOf(estimator, 'gamma') ?? (name === 'chi2' ? 1 : 1 / x.width);
  const rows = kernel.endsWith('chi2') ? notNegative(estimator, x, to) : x;
  return kernelOf(
    estimator,
    rows,
    vectors,
    {
      function: name,
      gamma: name === 'linear' || name === 'additiveChi2' ? 0 : gamma,
      coef0: shaped ? (parameterOf(estimator, 'coef0') ?? 1) : 0,
      degree: name === 'poly' ? (parameterOf(estimator, 'degree') ?? 3) : 0,
    },
    to,
  );
}

/** Rows that are kernel values already. */
function givenKernel(estimator: Estimator, x: Features, vectors: string, to: Translation): number {
  if (estimator.matrix(vectors).shape[0] !== x.width)
    return estimator.unsupported(
      'kernel',
      'the library takes no rows where some rows of training are left out',
    );
  return checkedMatrix(estimator, x, to);
}

/** Features that must not be below 0. */
export function notNegative(estimator: Estimator, x: Features, to: Translation): Features {
  const checked = checkedMatrix(estimator, x, to);
  const attributes = { owner: estimator.name, least: 0, strict: false };
  return featuresOf(to.builder, to.builder.add('notBelow', [checked], attributes));
}
