/** What tests of formats make: values as a pickle has them. */
import { DType, NdArray, PyClass, PyDict, PyObject, type PickleFile, type PyValue } from './index.ts';

export type Attributes = Readonly<Record<string, PyValue>>;

export function dict(entries: Attributes): PyDict {
  const made = new PyDict();
  made.add(Object.entries(entries).flat());
  return made;
}

/** @param path module and name of its class, with a dot between */
export function object(path: string, attributes: Attributes): PyObject {
  const dot = path.lastIndexOf('.');
  const made = new PyObject(new PyClass(path.slice(0, dot), path.slice(dot + 1)), 'newobj', []);
  made.state = dict(attributes);
  return made;
}

export function floats(shape: readonly number[], ...values: number[]): NdArray {
  const bytes = new Uint8Array(Float64Array.from(values).buffer);
  return new NdArray(DType.spelled('<f8') as DType, shape, false, bytes);
}

export function fileOf(...objects: readonly PyValue[]): PickleFile {
  return { objects, container: 'plain', protocol: 4, joblib: false, classes: [], trailingBytes: 0 };
}
