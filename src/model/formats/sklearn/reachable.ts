import { NdArray, PyDict, PyObject, PyTuple, type PyValue } from '../pickle/index.ts';

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
