import { PyBytes, PyComplex, PyTuple, type PyValue } from '../values.ts';
import type { DType } from './dtype.ts';
import { decodeNumbers, type NumericArray } from './numbers.ts';
import { gather } from './records.ts';
import { decodeStrings, pieces, withoutPadding } from './unicode.ts';

/** All `count` elements as values, in memory order: see `NdArray.values`. */
export function decodeElements(dtype: DType, bytes: Uint8Array, count: number): PyValue[] {
  if (dtype.subarray !== undefined) return subarrays(dtype.subarray, bytes, count);
  if (dtype.fields.length > 0) return records(dtype, bytes, count);
  switch (dtype.kind) {
    case 'U':
      return decodeStrings(dtype, bytes, count);
    case 'S':
      return pieces(bytes, dtype.itemsize, count).map(piece => new PyBytes(withoutPadding(piece)));
    case 'V':
      return pieces(bytes, dtype.itemsize, count).map(piece => new PyBytes(piece));
    case 'b':
      return Array.from(bytes, byte => byte !== 0);
    case 'c':
      return complexes(decodeNumbers(dtype, bytes));
    case 'f':
      return Array.from(decodeNumbers(dtype, bytes) as Float64Array);
    case 'i':
    case 'u':
    case 'M':
    case 'm':
    case 'O':
      return Array.from(decodeNumbers(dtype, bytes) as Int32Array, BigInt);
  }
}

function complexes(parts: NumericArray): PyComplex[] {
  return Array.from(
    { length: parts.length / 2 },
    (_, at) => new PyComplex(parts[2 * at] as number, parts[2 * at + 1] as number),
  );
}

/** Each column at once, then across: a record becomes the tuple of its fields. */
function records(dtype: DType, bytes: Uint8Array, count: number): PyTuple[] {
  const columns = dtype.fields.map(field => {
    const width = field.dtype.itemsize;
    return decodeElements(field.dtype, gather(bytes, count, dtype.itemsize, field.offset, width), count);
  });
  return Array.from(
    { length: count },
    (_, row) => new PyTuple(columns.map(column => column[row] as PyValue)),
  );
}

function subarrays(
  { base, shape }: { readonly base: DType; readonly shape: readonly number[] },
  bytes: Uint8Array,
  count: number,
): PyTuple[] {
  const each = shape.reduce((product, one) => product * one, 1);
  const elements = decodeElements(base, bytes.subarray(0, count * each * base.itemsize), count * each);
  return Array.from({ length: count }, (_, at) => new PyTuple(elements.slice(at * each, (at + 1) * each)));
}
