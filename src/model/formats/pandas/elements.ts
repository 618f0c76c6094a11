import { NdArray, PyClass, PyDict, PyObject, PyTuple, type PyValue } from '../pickle/index.ts';
import { arrowTexts } from './arrow.ts';

/** An index around an array around an array of NumPy: real files nest four deep. */
const deepest = 8;

/** A range takes no bytes of its file, however long it says that it is. */
const longestRange = 2 ** 20;

/** Kinds of NumPy whose elements are what they look like; dates would come out as counts of their unit. */
const plainKinds = 'biufUSO';

function isMissing(value: PyValue): boolean {
  return (value instanceof PyClass || value instanceof PyObject) && /^_?NA(?:Type)?$/.test(named(value).name);
}

function named(value: PyClass | PyObject): PyClass {
  return value instanceof PyObject ? value.cls : value;
}

/** Elements of an array of NumPy of one dimension; `pandas.NA` is NaN. */
function ofArray(array: NdArray): readonly PyValue[] | undefined {
  if (array.shape.length !== 1 || !plainKinds.includes(array.dtype.kind)) return undefined;
  const values = array.values();
  return array.dtype.kind === 'O' && values.some(isMissing)
    ? values.map(value => (isMissing(value) ? NaN : value))
    : values;
}

/** `RangeIndex`: start, stop and step. */
function ofRange(parts: PyDict): readonly PyValue[] | undefined {
  const [start, stop, step] = ['start', 'stop', 'step'].map(name => parts.get(name));
  if (typeof start !== 'bigint' || typeof stop !== 'bigint' || typeof step !== 'bigint' || step === 0n)
    return undefined;
  const found: bigint[] = [];
  for (let at = start; step > 0n ? at < stop : at > stop; at += step) {
    if (found.length === longestRange) return undefined;
    found.push(at);
  }
  return found;
}

/** `_new_Index(class, parts)`: how all indexes are made, but those of several levels. */
function ofIndex({ args }: PyObject, depth: number): readonly PyValue[] | undefined {
  const [cls, parts] = args;
  if (!(cls instanceof PyClass) || !(parts instanceof PyDict)) return undefined;
  return cls.name === 'RangeIndex' ? ofRange(parts) : elementsOf(parts.get('data'), depth + 1);
}

/** The category of each code, NaN where the code is -1. */
function ofCodes(
  codes: PyValue | undefined,
  dtype: PyValue | undefined,
  depth: number,
): readonly PyValue[] | undefined {
  const categories =
    dtype instanceof PyObject ? elementsOf(dtype.attribute('categories'), depth + 1) : undefined;
  if (categories === undefined || !(codes instanceof NdArray) || codes.dtype.kind !== 'i') return undefined;
  return Array.from(codes.int32(), code => (code === -1 ? NaN : (categories[code] ?? null)));
}

/** Arrays of pandas that hold one of NumPy, made in Cython: their state is (dtype, array, attributes). */
function ofBacked({ args: [cls], state }: PyObject, depth: number): readonly PyValue[] | undefined {
  if (!(cls instanceof PyClass) || !(state instanceof PyTuple)) return undefined;
  const [dtype, array] = state.items;
  return cls.name === 'Categorical' ? ofCodes(array, dtype, depth) : elementsOf(array, depth + 1);
}

/** Arrays with a mask beside them: integers, truths and floats that may be missing. */
function ofMasked(object: PyObject, mask: NdArray, depth: number): readonly PyValue[] | undefined {
  const data = elementsOf(object.attribute('_data'), depth + 1);
  const missing = mask.dtype.kind === 'b' ? mask.values() : undefined;
  return data !== undefined && missing?.length === data.length
    ? data.map((value, at) => (missing[at] === true ? NaN : value))
    : undefined;
}

/** Arrays of pandas whose state is a dict of attributes. */
function ofAttributes(object: PyObject, depth: number): readonly PyValue[] | undefined {
  if (object.cls.name === 'Categorical')
    return ofCodes(object.attribute('_codes'), object.attribute('_dtype'), depth);
  const mask = object.attribute('_mask');
  if (mask instanceof NdArray) return ofMasked(object, mask, depth);
  const arrow = arrowTexts(object.attribute('_pa_array') ?? object.attribute('_data'));
  return arrow ?? elementsOf(object.attribute('_ndarray'), depth + 1);
}

/**
 * Elements of an index or array of pandas, or of an array of NumPy, as plain values: missing ones are NaN, None stays None.
 * @returns undefined for anything else, dates and indexes of several levels included
 */
export function elementsOf(value: PyValue | undefined, depth = 0): readonly PyValue[] | undefined {
  if (value instanceof NdArray) return ofArray(value);
  if (!(value instanceof PyObject) || depth > deepest || !value.cls.module.startsWith('pandas'))
    return undefined;
  switch (value.cls.name) {
    case '_new_Index':
      return ofIndex(value, depth);
    case '__pyx_unpickle_NDArrayBacked':
      return ofBacked(value, depth);
    default:
      return ofAttributes(value, depth);
  }
}
