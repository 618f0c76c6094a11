export { PyBytes, PyClass, PyComplex, PyDict, PyObject, PyRange, PySet, PyTuple } from './values.ts';
export type { PyValue, Via } from './values.ts';
