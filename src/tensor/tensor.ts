import type { Datatype } from './datatypes.ts';

/**
 * Values chosen from a short table: class labels. Element `i` is `values[codes[i]]`. Encoders print each table entry
 * once instead of each element, and 64-bit labels need no BigInt per row.
 */
export interface Coded {
  readonly codes: Int32Array;
  readonly values: BigInt64Array | Int32Array | Float64Array | Uint8Array | readonly string[];
}

/**
 * Row-major elements. BOOL is a Uint8Array of 0 and 1, BF16 a Uint16Array of the upper halves of float32,
 * BYTES an array of strings, null where one is missing; the others are the typed array of their width.
 */
export type TensorData =
  | Float64Array
  | Float32Array
  | Float16Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | readonly (string | null)[]
  | Coded;

export interface Tensor {
  readonly datatype: Datatype;
  /** Dimensions, outermost first; their product is the number of elements. */
  readonly shape: readonly number[];
  readonly data: TensorData;
}

export type ParameterValue = string | number | boolean | bigint;
export type Parameters = Readonly<Record<string, ParameterValue>>;

export interface NamedTensor extends Tensor {
  readonly name: string;
  /** The request gave no name: `name` says where in it the data stood. */
  readonly unnamed?: true | undefined;
  readonly parameters?: Parameters | undefined;
}

/** A tensor's description without its data; -1 marks a dimension that varies. */
export interface TensorSpec {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
}

export function isCoded(data: TensorData): data is Coded {
  return 'codes' in data;
}

/** Product of the dimensions; 1 for a scalar. */
export function elementCount(shape: readonly number[]): number {
  let count = 1;
  for (const dimension of shape) count *= dimension;
  return count;
}
