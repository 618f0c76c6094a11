import type { PyClass, PyValue } from '../values.ts';
import type { DType } from './dtype.ts';

/** Native-endian elements; complex numbers are pairs, booleans bytes of 0 and 1, dates int64 counts of their unit. */
export type NumericArray =
  | Float64Array
  | Float32Array
  | Float16Array
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;

/** A `numpy.ndarray`. Numeric elements stay in the bytes of the file until asked for. */
export declare class NdArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Whether the elements lie in Fortran (column-major) order in `bytes`. */
  readonly fortranOrder: boolean;
  /** The subclass of ndarray (numpy.matrix, numpy.recarray), undefined for ndarray itself. */
  readonly cls: PyClass | undefined;
  /** Product of the shape. */
  readonly size: number;
  /** The raw elements in the order and endianness of the file; empty for dtype object. */
  readonly bytes: Uint8Array;
  /** Elements in memory order, native-endian: a view on the file, or a copy when alignment or endianness ask for it. */
  numbers(): NumericArray;
  /** Row-major float64 copy or view of a bool, int, uint or float array; int64 beyond 2^53 are rounded as NumPy does. */
  float64(): Float64Array;
  /** Row-major int64 of a bool, int or uint array. */
  int64(): BigInt64Array;
  /** Row-major int32 of a bool, int or uint array; throws a coded error when an element does not fit. */
  int32(): Int32Array;
  /** Row-major strings of an array of dtype U, S, or object with only strings. */
  strings(): string[];
  /** Row-major elements as values; int → bigint, float → number, records → tuples. */
  values(): readonly PyValue[];
  /** The column of one field of a structured array, same shape. */
  field(name: string): NdArray;
}
