import type { PyValue } from '../values.ts';

/** NumPy's kind characters: bool, int, uint, float, complex, bytes, unicode, void (structured), object, datetime, timedelta. */
export type DKind = 'b' | 'i' | 'u' | 'f' | 'c' | 'S' | 'U' | 'V' | 'O' | 'M' | 'm';

/** A field of a structured dtype; `offset` in bytes from the start of a record. */
export interface DField {
  readonly name: string;
  readonly dtype: DType;
  readonly offset: number;
}

/** A `numpy.dtype`. */
export interface DType {
  readonly kind: DKind;
  /** Bytes per element; a unicode character takes four. */
  readonly itemsize: number;
  readonly bigEndian: boolean;
  /** Fields of a structured dtype, in order; empty otherwise. */
  readonly fields: readonly DField[];
  /** For fields such as `('f8', (3,))`: each element is an array of this shape. */
  readonly subarray: { readonly base: DType; readonly shape: readonly number[] } | undefined;
  /** Unit of datetime64 and timedelta64, e.g. `ns`. */
  readonly unit: string | undefined;
  /** NumPy's spelling, e.g. `<f8`, `<U12`, `|O`. */
  readonly name: string;
  /** @internal */
  readonly pending?: PyValue;
}
