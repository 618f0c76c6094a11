import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DType, NdArray, PyClass, PyDict, PyObject, type PyValue } from '../../pickle/index.ts';
import { openObjects } from '../open.ts';

function object(name: string, attributes: Readonly<Record<string, PyValue>>): PyObject {
  const made = new PyObject(new PyClass('sklearn.multiclass', name), 'newobj', []);
  const state = new PyDict();
  state.add(Object.entries(attributes).flat());
  made.state = state;
  return made;
}

function numbers(shape: readonly number[], ...values: number[]): NdArray {
  const bytes = new Uint8Array(Float64Array.from(values).buffer);
  return new NdArray(DType.spelled('<f8') as DType, [...shape], false, bytes);
}

/** Classes by codes, which tell a class and no score. */
function codes(): PyObject {
  return object('OutputCodeClassifier', {
    classes_: numbers([2], 0, 1),
    code_book_: numbers([2, 1], 0, 1),
    estimators_: [object('_ConstantPredictor', { y_: numbers([1], 1) })],
  });
}

test('pairs of classes need members that score them: one that does not is refused', async () => {
  const pairs = object('OneVsOneClassifier', {
    _sklearn_version: '1.4.2',
    n_features_in_: 2n,
    classes_: numbers([3], 0, 1, 2),
    estimators_: [codes(), codes(), codes()],
  });
  const opened = openObjects({
    objects: [pairs],
    container: 'plain',
    protocol: 4,
    joblib: false,
    classes: [],
    trailingBytes: 0,
  });
  await assert.rejects(async () => (await opened).plan(), {
    code: 'sklearn-parameter-unsupported',
    message: /estimators_\[0\]: it has neither decision_function nor predict_proba/,
  });
});
