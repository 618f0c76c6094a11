import type { Matrix } from './estimator.ts';
import type { Translation } from './family.ts';

/** (x - centre)ᵀ P (x - centre) for a symmetric matrix P, summed as `numpy.sum(d.dot(P) * d)`: [rows, 1]. */
export function quadraticForm(
  x: number,
  centre: Float64Array,
  precision: Matrix,
  { builder }: Translation,
): number {
  const [width] = precision.shape;
  const attributes = { operation: 'subtract', operandToo: false };
  const centred = builder.add('columnwise', [x], attributes, { operand: centre });
  const turned = builder.add('affine', [centred], {}, { weights: precision, bias: new Float64Array(width) });
  const parts = builder.add('product', [turned, centred]);
  const weights = { values: new Float64Array(width).fill(1), shape: [1, width] };
  return builder.add('affine', [parts], {}, { weights, bias: Float64Array.of(0) });
}
