import type { ArrayRef, ArrayType } from './plan.ts';

/** The typed array of each element type. */
export interface ArrayOf {
  f64: Float64Array;
  f32: Float32Array;
  i64: BigInt64Array;
  i32: Int32Array;
  u8: Uint8Array;
}

export type PlanArray = ArrayOf[ArrayType];

export const arrayTypes: { readonly [T in ArrayType]: { readonly bytes: number } } = {
  f64: { bytes: 8 },
  f32: { bytes: 4 },
  i64: { bytes: 8 },
  i32: { bytes: 4 },
  u8: { bytes: 1 },
};

export function isArrayType(name: unknown): name is ArrayType {
  return typeof name === 'string' && Object.hasOwn(arrayTypes, name);
}

export function arrayTypeOf(array: PlanArray): ArrayType {
  if (array instanceof Float64Array) return 'f64';
  if (array instanceof Float32Array) return 'f32';
  if (array instanceof BigInt64Array) return 'i64';
  return array instanceof Int32Array ? 'i32' : 'u8';
}

function lengthOf(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}

/** Bytes of an array without padding. */
export function byteLengthOf(ref: ArrayRef): number {
  return lengthOf(ref.shape) * arrayTypes[ref.dtype].bytes;
}

/** The array itself, over the plan's own memory. The reference must have been validated. */
export function viewOf<T extends ArrayType>(
  buffer: SharedArrayBuffer,
  ref: ArrayRef & { readonly dtype: T },
): ArrayOf[T];
export function viewOf(buffer: SharedArrayBuffer, ref: ArrayRef): PlanArray;
export function viewOf(buffer: SharedArrayBuffer, { dtype, shape, offset }: ArrayRef): PlanArray {
  const length = lengthOf(shape);
  switch (dtype) {
    case 'f64':
      return new Float64Array(buffer, offset, length);
    case 'f32':
      return new Float32Array(buffer, offset, length);
    case 'i64':
      return new BigInt64Array(buffer, offset, length);
    case 'i32':
      return new Int32Array(buffer, offset, length);
    case 'u8':
      return new Uint8Array(buffer, offset, length);
  }
}
