import { addAffine, transposed } from '../affine.ts';
import { checkedMatrix, checkedNumbers } from '../checked.ts';
import type { Estimator, Matrix } from '../estimator.ts';
import type { Column, Family, Methods, Translation } from '../family.ts';
import { featuresOf, joined, type Features } from '../features.ts';
import { notNegative, pairwiseKernel } from '../pairwise.ts';
import { isBefore } from '../version.ts';

type Operation = 'add' | 'subtract' | 'multiply' | 'divide';

function columnwise(to: Translation, node: number, operation: Operation, operand: Float64Array): number {
  return to.builder.add('columnwise', [node], { operation, operandToo: false }, { operand });
}

function times(to: Translation, node: number, factor: number): number {
  return columnwise(to, node, 'multiply', Float64Array.of(factor));
}

function mapped(to: Translation, node: number, name: string): number {
  return to.builder.add('map', [node], { function: name });
}

/** Two matrices of the same width, value by value. */
function multiplied(to: Translation, one: number, other: number): number {
  const { width } = to.builder.typeOf(one);
  const columns = Int32Array.from({ length: 2 * width }, (_, at) => (at >> 1) + (at % 2) * width);
  const starts = Int32Array.from({ length: width + 1 }, (_, at) => 2 * at);
  return to.builder.add('products', [to.builder.add('concatenate', [one, other])], {}, { columns, starts });
}

/** `sklearn.kernel_approximation.Nystroem` */
function nystroem(estimator: Estimator, x: Features, to: Translation): Methods {
  const kernel = pairwiseKernel(estimator, x, estimator.fitted('components_'), to);
  const weights = estimator.matrix(estimator.fitted('normalization_'));
  const node = addAffine(to.builder, kernel, weights, new Float64Array(weights.shape[0]));
  return { transform: featuresOf(to.builder, node) };
}

/** The products that a count sketch sums up, one degree of it: `indexHash_` and `bitHash_` [degree, features]. */
function sketch(estimator: Estimator, rows: number, degree: number, to: Translation): number {
  const places = estimator.matrix(estimator.fitted('indexHash_'));
  const signs = estimator.matrix(estimator.fitted('bitHash_'));
  const count = estimator.count('n_components');
  const { width } = to.builder.typeOf(rows);
  const columns = places.shape[1];
  const weights = new Float64Array(count * width);
  const bias = new Float64Array(count);
  const scale = Math.sqrt(estimator.number('gamma'));
  for (let column = 0; column < columns; column++) {
    const place = places.values[degree * columns + column] as number;
    const sign = signs.values[degree * columns + column] as number;
    if (!(place >= 0 && place < count)) return estimator.malformed('indexHash_', `places below ${count}`);
    // Behind the features a column of the constant.
    if (column === width) bias[place] = (bias[place] as number) + sign * Math.sqrt(estimator.number('coef0'));
    else weights[place * width + column] = sign * scale;
  }
  return addAffine(to.builder, rows, { values: weights, shape: [count, width] }, bias);
}

/** Each degree is a matrix. */
const mostSketched = 2 ** 26;

/** `sklearn.kernel_approximation.PolynomialCountSketch` */
function polynomialSketch(estimator: Estimator, x: Features, to: Translation): Methods {
  const [degrees, columns] = estimator.matrix(estimator.fitted('indexHash_')).shape;
  if (degrees * columns * estimator.count('n_components') > mostSketched)
    return estimator.unsupported('n_components', `more than ${mostSketched} weights in all`);
  const signs = estimator.matrix(estimator.fitted('bitHash_')).shape;
  if (degrees < 1 || signs[0] !== degrees || signs[1] !== columns)
    return estimator.malformed('bitHash_', 'as many signs as there are places in indexHash_');
  const rows = checkedNumbers(estimator, x, to);
  let node = sketch(estimator, rows, 0, to);
  for (let degree = 1; degree < degrees; degree++)
    node = to.builder.add('convolve', [node, sketch(estimator, rows, degree, to)]);
  return { transform: featuresOf(to.builder, node) };
}

/** Cosines of random products: `random_weights_` [features, components]. */
function cosines(estimator: Estimator, to: Translation, rows: number, factor: number): Features {
  const weights = transposed(estimator.matrix(estimator.fitted('random_weights_')));
  const product = addAffine(to.builder, rows, weights, estimator.vector('random_offset_'));
  return featuresOf(to.builder, times(to, mapped(to, product, 'cos'), factor));
}

function sampler(estimator: Estimator, x: Features, to: Translation): Methods {
  const count = estimator.vector('random_offset_').length;
  return { transform: cosines(estimator, to, checkedNumbers(estimator, x, to), Math.sqrt(2 / count)) };
}

/** `sklearn.kernel_approximation.SkewedChi2Sampler` */
function skewed(estimator: Estimator, x: Features, to: Translation): Methods {
  const skewedness = estimator.number('skewedness');
  const limit = { owner: estimator.name, least: -skewedness, strict: true };
  const checked = to.builder.add('notBelow', [checkedMatrix(estimator, x, to)], limit);
  const logs = mapped(to, columnwise(to, checked, 'add', Float64Array.of(skewedness)), 'log');
  const count = estimator.vector('random_offset_').length;
  return { transform: cosines(estimator, to, logs, Math.SQRT2 / Math.sqrt(count)) };
}

const intervals: readonly number[] = [0.8, 0.5, 0.4];

function intervalOf(estimator: Estimator, steps: number): number {
  const name = estimator.anyOf('sample_interval_', 'sample_interval');
  if (name !== undefined) return estimator.number(name);
  return intervals[steps - 1] ?? estimator.malformed('sample_interval', 'a number for so many steps');
}

/** Beyond this an answer would be too wide for a sampler of few steps. */
const mostSteps = 1024;

/**
 * `sklearn.kernel_approximation.AdditiveChi2Sampler`: what is 0 stays 0. The library writes into an array like the one that it
 * is given: of integers, such as counts of words, its roots and waves are cut to whole numbers.
 */
function additive(estimator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  const steps = estimator.count('sample_steps');
  if (steps > mostSteps) return estimator.unsupported('sample_steps', `more than ${mostSteps} steps`);
  const interval = intervalOf(estimator, steps);
  const rows = notNegative(estimator, x, to).matrix();
  const root = mapped(to, times(to, rows, interval), 'sqrt');
  const isPositive = builder.add('step', [rows], { threshold: 0 });
  const logs = times(to, mapped(to, rows, 'log'), interval);
  const parts = [root];
  for (let step = 1; step < steps; step++) {
    const factor = times(to, root, Math.sqrt(2 / Math.cosh(Math.PI * step * interval)));
    for (const wave of ['cos', 'sin']) {
      const turned = mapped(to, times(to, logs, step), wave);
      parts.push(builder.add('choose', [root, multiplied(to, factor, turned), isPositive]));
    }
  }
  if (x.whole === true) {
    const cut = mapped(to, builder.add('concatenate', parts), 'trunc');
    return { transform: featuresOf(builder, cut, { datatype: 'INT64' }, true) };
  }
  return {
    transform: joined(
      builder,
      parts.map(part => featuresOf(builder, part)),
    ),
  };
}

/** Mean and deviation of a column; `x_mean_` was renamed in 0.24. */
function standardised(estimator: Estimator, x: Features, to: Translation, scales: boolean): number {
  const mean = estimator.vector(estimator.fitted('_x_mean', 'x_mean_'));
  const centred = columnwise(to, checkedMatrix(estimator, x, to), 'subtract', mean);
  if (!scales) return centred;
  return columnwise(to, centred, 'divide', estimator.vector(estimator.fitted('_x_std', 'x_std_')));
}

function rotated(estimator: Estimator, x: Features, to: Translation, name: string): Features {
  const weights = transposed(estimator.matrix(estimator.fitted(name)));
  const rows = standardised(estimator, x, to, true);
  return featuresOf(to.builder, addAffine(to.builder, rows, weights, new Float64Array(weights.shape[0])));
}

/** Targets by row of `coef_`, which was the other way round before 1.3. */
function targetWeights(estimator: Estimator): Matrix {
  if (estimator.has('_coef_')) return estimator.matrix('_coef_');
  const weights = estimator.matrix(estimator.fitted('coef_'));
  return isBefore(estimator.version, 1, 1) ? transposed(weights) : weights;
}

/** `sklearn.cross_decomposition.PLSRegression` and its kin; from 1.5 on the weights hold the scale. */
function partialLeastSquares(estimator: Estimator, x: Features, to: Translation): Methods {
  const weights = targetWeights(estimator);
  const rows = standardised(estimator, x, to, isBefore(estimator.version, 1, 5));
  const bias = estimator.vector(estimator.fitted('intercept_', '_y_mean', 'y_mean_'));
  const vector = estimator.flag('_predict_1d', false);
  const predict: Column = { node: addAffine(to.builder, rows, weights, bias), vector };
  return { predict, transform: rotated(estimator, x, to, 'x_rotations_') };
}

/** `sklearn.cross_decomposition.PLSSVD`, whose weights were `x_weights_` throughout. */
function leastSquaresVectors(estimator: Estimator, x: Features, to: Translation): Methods {
  return { transform: rotated(estimator, x, to, 'x_weights_') };
}

function rowsOf(name: string) {
  return (estimator: Estimator): number | undefined =>
    estimator.has(name) ? estimator.matrix(name).shape[0] : undefined;
}

const leastSquares = { translate: partialLeastSquares, features: rowsOf('x_rotations_') };

export const approximationFamily: Family = {
  'kernel_approximation.Nystroem': {
    translate: nystroem,
    features: estimator =>
      estimator.has('components_') ? estimator.matrix('components_').shape[1] : undefined,
  },
  'kernel_approximation.PolynomialCountSketch': {
    translate: polynomialSketch,
    features: estimator =>
      estimator.has('indexHash_')
        ? estimator.matrix('indexHash_').shape[1] - (estimator.number('coef0') === 0 ? 0 : 1)
        : undefined,
  },
  'kernel_approximation.RBFSampler': { translate: sampler, features: rowsOf('random_weights_') },
  'kernel_approximation.SkewedChi2Sampler': { translate: skewed, features: rowsOf('random_weights_') },
  'kernel_approximation.AdditiveChi2Sampler': { translate: additive, features: () => undefined },
  'cross_decomposition.PLSRegression': leastSquares,
  'cross_decomposition.PLSCanonical': leastSquares,
  'cross_decomposition.CCA': leastSquares,
  'cross_decomposition.PLSSVD': { translate: leastSquaresVectors, features: rowsOf('x_weights_') },
};
