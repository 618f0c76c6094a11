import { latin1, latin1Bytes } from '../machine/text.ts';
import { PyBytes, PyTuple, type PyValue } from '../values.ts';

/** A count or an offset; undefined for anything else, negative numbers and numbers beyond 2^53 included. */
export function asCount(value: PyValue | undefined): number | undefined {
  if (typeof value !== 'bigint') return undefined;
  return value >= 0n && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : undefined;
}

/** A str, also one that stands as bytes in a file of Python 2. */
export function asText(value: PyValue | undefined): string | undefined {
  if (typeof value === 'string') return value;
  return value instanceof PyBytes && value.data.length <= 4096 ? latin1(value.data) : undefined;
}

/** Bytes, also those that stand as str in a file of Python 2. */
export function asBytes(value: PyValue | undefined): Uint8Array | undefined {
  if (value instanceof PyBytes) return value.data;
  return typeof value === 'string' ? latin1Bytes(value) : undefined;
}

/** Python flags are booleans or integers, by version. */
export function asFlag(value: PyValue | undefined): boolean {
  return value === true || (typeof value === 'bigint' && value !== 0n);
}

/** NumPy allows 64 dimensions. */
const mostDimensions = 64;

/** A shape: a tuple or list of counts, or one count. Undefined for anything else. */
export function asShape(value: PyValue | undefined): number[] | undefined {
  const items =
    value instanceof PyTuple ? value.items : Array.isArray(value) ? (value as PyValue[]) : [value];
  if (items.length > mostDimensions) return undefined;
  const counts = items.map(asCount);
  return counts.includes(undefined) ? undefined : (counts as number[]);
}
