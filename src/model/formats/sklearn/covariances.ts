import { smoothestMatern } from '../../plan/index.ts';
import { PyDict, PyObject } from '../pickle/index.ts';
import { multiplied } from './answers.ts';
import { Estimator, type Matrix } from './estimator.ts';
import type { Translation } from './family.ts';
import { numberOf } from './python.ts';

/** Kernels in kernels: a file may nest without end, or hold the same one over and over. */
const deepest = 16;
const mostKernels = 256;

/** A node, or one number for all rows: what is constant needs no node. */
export type Term = { readonly node: number } | { readonly constant: number };

/** The rows of a request, and the rows they are compared with. */
export interface Pair {
  readonly rows: number;
  readonly fitted: Matrix;
}

export function shifted(node: number, by: number, { builder }: Translation): number {
  const attributes = { operation: 'add', operandToo: false };
  return builder.add('columnwise', [node], attributes, { operand: Float64Array.of(by) });
}

function mapped(node: number, name: string, { builder }: Translation): number {
  return builder.add('map', [node], { function: name });
}

function raised(node: number, exponent: number, to: Translation): number {
  if (exponent === 1) return node;
  return exponent === 2 ? mapped(node, 'square', to) : to.builder.add('raise', [node], { exponent });
}

function sumOf(a: Term, b: Term, to: Translation): Term {
  if ('node' in a && 'node' in b)
    return { node: to.builder.add('weightedSum', [a.node, b.node], {}, { weights: Float64Array.of(1, 1) }) };
  if ('constant' in a && 'constant' in b) return { constant: a.constant + b.constant };
  const [varying, constant] = 'node' in a ? [a, b as { constant: number }] : [b as { node: number }, a];
  return constant.constant === 0 ? varying : { node: shifted(varying.node, constant.constant, to) };
}

function productOf(a: Term, b: Term, to: Translation): Term {
  if ('node' in a && 'node' in b) return { node: to.builder.add('product', [a.node, b.node]) };
  if ('constant' in a && 'constant' in b) return { constant: a.constant * b.constant };
  const [varying, constant] = 'node' in a ? [a, b as { constant: number }] : [b as { node: number }, a];
  if (constant.constant === 0) return { constant: 0 };
  return constant.constant === 1 ? varying : { node: multiplied(varying.node, constant.constant, to) };
}

function plainKernel(
  name: string,
  rows: number,
  vectors: Matrix,
  { builder }: Translation,
  shape: Partial<Record<'gamma' | 'coef0' | 'degree', number>> = {},
): number {
  const attributes = { gamma: 0, coef0: 0, degree: 0, ...shape, function: name };
  return builder.add('kernel', [rows], attributes, { vectors });
}

/** Rows and fitted rows divided by `length_scale`: one number, or one for each column. */
function scaled(kernel: Estimator, { rows, fitted }: Pair, { builder }: Translation): Pair {
  const { values: scales } = kernel.numbers('length_scale');
  const [, width] = fitted.shape;
  if (scales.length !== 1 && scales.length !== width)
    return kernel.malformed('length_scale', `one number or ${width}`);
  if (scales.length === 1 && scales[0] === 1) return { rows, fitted };
  const attributes = { operation: 'divide', operandToo: false };
  const values = fitted.values.map(
    (value, at) => value / (scales[scales.length === 1 ? 0 : at % width] as number),
  );
  return {
    rows: builder.add('columnwise', [rows], attributes, { operand: scales }),
    fitted: { values, shape: fitted.shape },
  };
}

function squares({ rows, fitted }: Pair, to: Translation): number {
  return plainKernel('squares', rows, fitted, to);
}

/** The polynomial that comes before exp(-d) in a Matern kernel of half-integral smoothness. */
function maternPolynomial(distance: number, nu: number, to: Translation): number {
  const linear = shifted(distance, 1, to);
  if (nu === 1.5) return linear;
  const third = multiplied(mapped(distance, 'square', to), 1 / 3, to);
  return to.builder.add('weightedSum', [linear, third], {}, { weights: Float64Array.of(1, 1) });
}

/** `sklearn.gaussian_process.kernels.Matern` */
function matern(kernel: Estimator, pair: Pair, to: Translation): number {
  const nu = numberOf(kernel.raw('nu')) ?? kernel.malformed('nu', 'a number');
  const near = scaled(kernel, pair, to);
  if (nu === Infinity) return plainKernel('rbf', near.rows, near.fitted, to, { gamma: 0.5 });
  const distance = mapped(squares(near, to), 'sqrt', to);
  const decay = (node: number) => mapped(mapped(node, 'negate', to), 'exp', to);
  if (nu === 0.5) return decay(distance);
  if (nu !== 1.5 && nu !== 2.5) {
    if (!(nu > 0)) return kernel.malformed('nu', 'a number above 0');
    if (nu > smoothestMatern)
      return kernel.unsupported('nu', `above ${smoothestMatern} the library's own numbers leave float64`);
    return to.builder.add('matern', [distance], { nu });
  }
  const stretched = multiplied(distance, Math.sqrt(2 * nu), to);
  return to.builder.add('product', [maternPolynomial(stretched, nu, to), decay(stretched)]);
}

/** `sklearn.gaussian_process.kernels.RationalQuadratic` */
function rationalQuadratic(kernel: Estimator, pair: Pair, to: Translation): number {
  const alpha = kernel.number('alpha');
  const divisor = 2 * alpha * kernel.number('length_scale') ** 2;
  return raised(shifted(multiplied(squares(pair, to), 1 / divisor, to), 1, to), -alpha, to);
}

/** `sklearn.gaussian_process.kernels.ExpSineSquared` */
function periodic(kernel: Estimator, pair: Pair, to: Translation): number {
  const distance = mapped(squares(pair, to), 'sqrt', to);
  const angle = multiplied(distance, Math.PI / kernel.number('periodicity'), to);
  const sine = multiplied(mapped(angle, 'sin', to), 1 / kernel.number('length_scale'), to);
  return mapped(multiplied(mapped(sine, 'square', to), -2, to), 'exp', to);
}

/** Kernels of `sklearn.metrics.pairwise.pairwise_kernels`, as the operator `kernel` names them. */
const metrics: Readonly<Record<string, string>> = {
  linear: 'linear',
  poly: 'poly',
  polynomial: 'poly',
  rbf: 'rbf',
  laplacian: 'laplacian',
  sigmoid: 'sigmoid',
};

interface PairwiseFunction {
  readonly name: string;
  readonly shape: { readonly gamma: number; readonly coef0: number; readonly degree: number };
}

function pairwiseFunction(kernel: Estimator): PairwiseFunction {
  const metric = kernel.text('metric') ?? '';
  const name = Object.hasOwn(metrics, metric) ? (metrics[metric] as string) : undefined;
  if (name === undefined)
    return kernel.unsupported('metric', `supported are ${Object.keys(metrics).join(', ')}`);
  const given = kernel.raw('pairwise_kernels_kwargs');
  const further = (key: string) => (given instanceof PyDict ? numberOf(given.get(key)) : undefined);
  const shape = {
    gamma: name === 'linear' ? 0 : kernel.number('gamma'),
    coef0: name === 'poly' || name === 'sigmoid' ? (further('coef0') ?? 1) : 0,
    degree: name === 'poly' ? (further('degree') ?? 3) : 0,
  };
  return { name, shape };
}

/** The square of each row's length. */
function lengths(rows: number, { builder }: Translation): number {
  const { width } = builder.typeOf(rows);
  const directions = new Float64Array(width * width);
  for (let at = 0; at < width; at++) directions[at * (width + 1)] = 1;
  return builder.add(
    'mahalanobis',
    [rows],
    {},
    {
      centres: { values: new Float64Array(width), shape: [1, width] },
      directions: { values: directions, shape: [width, width] },
      starts: Int32Array.of(0, width),
    },
  );
}

function ownPairwise(kernel: Estimator, rows: number, to: Translation): Term {
  const { name, shape } = pairwiseFunction(kernel);
  if (name === 'rbf' || name === 'laplacian') return { constant: 1 };
  const length = lengths(rows, to);
  if (name === 'linear') return { node: length };
  const inner = shifted(multiplied(length, shape.gamma, to), shape.coef0, to);
  return { node: name === 'poly' ? raised(inner, shape.degree, to) : mapped(inner, 'tanh', to) };
}

/** How a kernel without kernels inside compares rows with fitted rows, and each row with itself. */
interface Leaf {
  between(kernel: Estimator, pair: Pair, to: Translation): Term;
  own(kernel: Estimator, rows: number, to: Translation): Term;
}

function stationary(between: (kernel: Estimator, pair: Pair, to: Translation) => number): Leaf {
  return {
    between: (kernel, pair, to) => ({ node: between(kernel, pair, to) }),
    own: () => ({ constant: 1 }),
  };
}

const leaves: Readonly<Record<string, Leaf>> = {
  RBF: stationary((kernel, pair, to) => {
    const near = scaled(kernel, pair, to);
    return plainKernel('rbf', near.rows, near.fitted, to, { gamma: 0.5 });
  }),
  Matern: stationary(matern),
  RationalQuadratic: stationary(rationalQuadratic),
  ExpSineSquared: stationary(periodic),
  DotProduct: {
    between(kernel, { rows, fitted }, to) {
      return { node: shifted(plainKernel('linear', rows, fitted, to), kernel.number('sigma_0') ** 2, to) };
    },
    own: (kernel, rows, to) => ({ node: shifted(lengths(rows, to), kernel.number('sigma_0') ** 2, to) }),
  },
  ConstantKernel: {
    between: kernel => ({ constant: kernel.number('constant_value') }),
    own: kernel => ({ constant: kernel.number('constant_value') }),
  },
  // Noise is a row's own: even an equal row shares none of it.
  WhiteKernel: {
    between: () => ({ constant: 0 }),
    own: kernel => ({ constant: kernel.number('noise_level') }),
  },
  PairwiseKernel: {
    between(kernel, { rows, fitted }, to) {
      const { name, shape } = pairwiseFunction(kernel);
      return { node: plainKernel(name, rows, fitted, to, shape) };
    },
    own: ownPairwise,
  },
};

/** Goes through the kernels of which a kernel is made. */
class Walk {
  readonly #to: Translation;
  readonly #leaf: (leaf: Leaf, kernel: Estimator) => Term;
  #depth = 0;
  #count = 0;

  constructor(leaf: (leaf: Leaf, kernel: Estimator) => Term, to: Translation) {
    this.#leaf = leaf;
    this.#to = to;
  }

  term(holder: Estimator, name: string): Term {
    const kernel = kernelIn(holder, name);
    if (++this.#depth > deepest || ++this.#count > mostKernels)
      return holder.malformed(name, `kernels ${deepest} deep and ${mostKernels} in all at most`);
    const term = this.#termOf(kernel);
    this.#depth--;
    return term;
  }

  #termOf(kernel: Estimator): Term {
    const to = this.#to;
    switch (kernel.name) {
      case 'Sum':
        return sumOf(this.term(kernel, 'k1'), this.term(kernel, 'k2'), to);
      case 'Product':
        return productOf(this.term(kernel, 'k1'), this.term(kernel, 'k2'), to);
      case 'Exponentiation': {
        const base = this.term(kernel, 'kernel');
        const exponent = kernel.number('exponent');
        return 'node' in base
          ? { node: raised(base.node, exponent, to) }
          : { constant: base.constant ** exponent };
      }
      default: {
        const leaf = Object.hasOwn(leaves, kernel.name) ? leaves[kernel.name] : undefined;
        return leaf === undefined
          ? kernel.unsupported('theta', 'it is none of the kernels that Davit computes')
          : this.#leaf(leaf, kernel);
      }
    }
  }
}

const kernelModule = /^sklearn\.gaussian_process\.(_?kernels)$/;

function kernelIn(holder: Estimator, name: string): Estimator {
  const value = holder.raw(name);
  if (!(value instanceof PyObject)) return holder.malformed(name, 'a kernel');
  if (!kernelModule.test(value.cls.module))
    return holder.unsupported(name, `${value.cls.qualified} is no kernel of scikit-learn`);
  return new Estimator(value, `${holder.place}.${name}`, holder.version);
}

/**
 * The kernel in an attribute of `holder` between rows and fitted rows, [rows, fitted]: `sklearn.gaussian_process.kernels`.
 * @throws `sklearn-parameter-unsupported` for kernels outside the library, and Matern's whose numbers leave float64
 */
export function covarianceBetween(holder: Estimator, name: string, pair: Pair, to: Translation): number {
  const term = new Walk((leaf, kernel) => leaf.between(kernel, pair, to), to).term(holder, name);
  if ('node' in term) return term.node;
  const values = new Float64Array(pair.fitted.shape[0]).fill(term.constant);
  return to.builder.add('constant', [pair.rows], {}, { values });
}

/** The kernel of each row and itself: `kernel.diag(X)`. */
export function covarianceOfRows(holder: Estimator, name: string, rows: number, to: Translation): Term {
  return new Walk((leaf, kernel) => leaf.own(kernel, rows, to), to).term(holder, name);
}
