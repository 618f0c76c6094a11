import { NdArray, PyDict, PyObject, PyTuple, type PyValue } from '../pickle/index.ts';

export { itemsOf } from '../pickle/index.ts';

/** A Python value for people to read, shortened; never the contents of an array. */
export function describeValue(value: PyValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'None';
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'bigint') return describeInteger(value);
  if (typeof value === 'number') return String(value);
  if (value instanceof NdArray)
    return `an array of ${value.dtype.name} with shape (${describeShape(value.shape)})`;
  if (value instanceof PyObject) return value.cls.qualified;
  if (value instanceof PyDict) return `a dict of ${value.size}`;
  if (value instanceof PyTuple) return `a tuple of ${value.items.length}`;
  return Array.isArray(value) ? `a list of ${value.length}` : value.constructor.name;
}

/** Decimal digits take time that grows faster than their number, and nobody reads a million of them. */
function describeInteger(value: bigint): string {
  return BigInt.asIntN(256, value) === value ? String(value) : 'an integer of more than 256 bits';
}

function describeShape(shape: readonly number[]): string {
  return shape.length > 8 ? `${shape.slice(0, 8).join(', ')}, … ${shape.length} in all` : shape.join(', ');
}

/** A Python or NumPy number as float64; booleans are none. */
export function numberOf(value: PyValue | undefined): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof NdArray && value.size === 1 && 'biuf'.includes(value.dtype.kind))
    return value.float64()[0];
  return undefined;
}
