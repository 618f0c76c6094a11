import { NdArray } from '../pickle/index.ts';
import type { PlanBuilder } from '../../plan/index.ts';
import { checkedNumbers } from './checked.ts';
import type { Estimator, Matrix } from './estimator.ts';
import type { Translation } from './family.ts';
import type { Features } from './features.ts';

/** Rows become columns. */
export function transposed({ values, shape }: Matrix): Matrix {
  const [rows, columns] = shape;
  const turned = new Float64Array(values.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      turned[column * rows + row] = values[row * columns + column] as number;
  return { values: turned, shape: [columns, rows] };
}

/**
 * A node of rows times the transpose of `weights` [outputs, inputs], plus `bias` [outputs], for rows that are sparse or not.
 * @param single whether the library computes in float32 when the features are
 * @param fused whether sums may round as the processor likes: where nothing is decided by their last digits
 */
export function addAffine(
  builder: PlanBuilder,
  x: number,
  weights: Matrix,
  bias: Float64Array,
  single = false,
  fused = false,
): number {
  if (builder.typeOf(x).kind === 'sparse')
    return builder.add('affineSparse', [x], {}, { weights: transposed(weights), bias });
  return builder.add('affine', [x], fused ? { fused } : {}, { weights, bias }, { single });
}

/** `coef_`: [features], or [outputs, features]; `flat` tells which. */
export function coefficientsOf(estimator: Estimator): Matrix & { readonly flat: boolean } {
  const name = estimator.fitted('coef_');
  const { values, shape } = estimator.numbers(name);
  const [first, second, more] = shape;
  if (first === undefined || more !== undefined) return estimator.malformed(name, 'one or two dimensions');
  return { values, shape: second === undefined ? [1, first] : [first, second], flat: second === undefined };
}

/** `intercept_` is one number a target, or a single number for all of them: 0.0 without an intercept. */
function interceptsOf(estimator: Estimator, name: string, outputs: number): Float64Array {
  const values = estimator.has(name) ? estimator.vector(name) : Float64Array.of(0);
  if (values.length === 1) return new Float64Array(outputs).fill(values[0] as number);
  return values.length === outputs ? values : estimator.malformed(name, `${outputs} numbers`);
}

/** float32 numbers times float32 features give float32; a Python float takes the type of what it meets. */
export function isSingle(value: unknown): boolean {
  return value instanceof NdArray
    ? value.dtype.kind === 'f' && value.dtype.itemsize === 4
    : typeof value === 'number';
}

/** What a linear model computes before anything else, and whether its coefficients are one row of numbers. */
export interface Linear {
  readonly node: number;
  readonly flat: boolean;
}

/** `x @ coef_.T + intercept_`, of sparse rows too. */
export function linearOf(estimator: Estimator, x: Features, to: Translation): Linear {
  const finite = checkedNumbers(estimator, x, to);
  const weights = coefficientsOf(estimator);
  const bias = interceptsOf(estimator, 'intercept_', weights.shape[0]);
  const single =
    to.builder.typeOf(finite).single &&
    isSingle(estimator.raw('coef_')) &&
    isSingle(estimator.raw('intercept_'));
  return { node: addAffine(to.builder, finite, weights, bias, single), flat: weights.flat };
}

/** How many features a linear model takes. */
export function linearWidth(estimator: Estimator): number | undefined {
  return estimator.has('coef_') ? coefficientsOf(estimator).shape[1] : undefined;
}
