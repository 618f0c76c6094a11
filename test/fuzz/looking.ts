/** Looks at what was read, as those do who make models of it. */
import {
  NdArray,
  PyDict,
  PyObject,
  PySet,
  PyTuple,
  type PyValue,
} from '../../src/model/formats/pickle/index.ts';

/** Of one file: values form graphs, and large ones say no more than their beginning. */
const mostValues = 2000;
const mostElements = 10_000;

/** Every value that can be come to from these, as far as there is a bound. */
function reached(from: readonly PyValue[]): Set<PyValue> {
  const seen = new Set<PyValue>();
  const left = [...from];
  for (let value = left.pop(); value !== undefined && seen.size < mostValues; value = left.pop()) {
    if (seen.has(value)) continue;
    seen.add(value);
    left.push(...partsOf(value).slice(0, mostValues));
  }
  return seen;
}

function partsOf(value: PyValue): readonly PyValue[] {
  if (Array.isArray(value)) return value as PyValue[];
  if (value instanceof PyTuple || value instanceof PySet) return value.items;
  if (value instanceof PyDict) return [...value.keys(), ...value.values()];
  if (!(value instanceof PyObject)) return [];
  const { args, kwargs, state, listItems, dictItems } = value;
  return [...args, kwargs, state, listItems, dictItems].filter(part => part !== undefined);
}

/** Every way of asking an array for its elements. */
function looksAt(array: NdArray): readonly (() => unknown)[] {
  const fields = ['none', ...array.dtype.fields.map(({ name }) => name)];
  return [
    () => array.numbers(),
    () => array.float64(),
    () => array.int64(),
    () => array.int32(),
    () => array.strings(),
    () => array.values(),
    ...fields.map(name => () => array.field(name).values()),
  ];
}

/** One look after another at what was read; each may end in a coded error. */
export function looks(objects: readonly PyValue[]): readonly (() => unknown)[] {
  return [...reached(objects)].flatMap(value => {
    if (value instanceof PyDict)
      return [() => value.keys().map(key => typeof key === 'string' && value.get(key))];
    if (value instanceof PyObject) return [() => value.attribute('state')];
    return value instanceof NdArray && value.size <= mostElements ? looksAt(value) : [];
  });
}
