import {
  NdArray,
  PyBytes,
  PyClass,
  PyDict,
  PyObject,
  PySet,
  PyTuple,
  type PyValue,
} from '../pickle/index.ts';

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
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value instanceof PyClass) return `the class ${value.qualified} itself`;
  if (value instanceof PySet) return `a set of ${value.items.length}`;
  return value instanceof PyBytes ? `${value.length} bytes` : 'a value of Python';
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

const fewArguments = 16;

/** Ten thousand estimators, the most that a model may have, have a dozen containers each. */
const mostContainers = 150_000;

/** Hands on what a container holds; nothing for plain values. */
function lookInto(value: PyValue, take: (inside: PyValue) => void): void {
  if (value instanceof PyObject) {
    // Many as one list: a file may give the same million arguments to thousands of objects.
    if (value.args.length > fewArguments) take(value.args);
    else for (const argument of value.args) take(argument);
    take(value.state ?? null);
  } else if (value instanceof PyDict) {
    for (const item of value.contents()) take(item);
  } else if (value instanceof PyTuple) for (const item of value.items) take(item);
  else if (value instanceof NdArray) {
    if (value.dtype.kind === 'O') take(value.values());
  } else if (Array.isArray(value)) for (const item of value as readonly PyValue[]) take(item);
}

/** All objects reachable; each is looked into once, so that the time is that of reading the file. */
export function* objectsIn(values: readonly PyValue[]): Generator<PyObject> {
  const seen = new Set<PyValue>();
  const open: PyValue[] = [];
  const take = (value: PyValue): void => {
    if (typeof value !== 'object' || value === null || seen.size === mostContainers) return;
    if (isPlain(value) || seen.has(value)) return;
    seen.add(value);
    open.push(value);
  };
  for (const value of values) take(value);
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (value instanceof PyObject) yield value;
    lookInto(value, take);
  }
}

/** Values that hold no others, and need not be remembered. */
function isPlain(value: object): boolean {
  return !(
    value instanceof PyObject ||
    value instanceof PyDict ||
    value instanceof PyTuple ||
    value instanceof NdArray ||
    (Array.isArray(value) && value.length > 0)
  );
}

/** The version of scikit-learn that an object of another library, which does not say it, holds objects of. */
export function versionInside(object: PyObject): string | undefined {
  if (object.cls.module.startsWith('sklearn.')) return undefined;
  for (const inside of objectsIn([object])) {
    const written = inside.attribute('_sklearn_version');
    if (typeof written === 'string') return written;
  }
  return undefined;
}
