import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PyObject } from '../../pickle/index.ts';
import { fileOf, floats, object } from '../../pickle/objects.contract.ts';
import { openObjects } from '../open.ts';

/** Classes by codes, which tell a class and no score. */
function codes(): PyObject {
  return object('sklearn.multiclass.OutputCodeClassifier', {
    classes_: floats([2], 0, 1),
    code_book_: floats([2, 1], 0, 1),
    estimators_: [object('sklearn.multiclass._ConstantPredictor', { y_: floats([1], 1) })],
  });
}

test('pairs of classes need members that score them: one that does not is refused', async () => {
  const pairs = object('sklearn.multiclass.OneVsOneClassifier', {
    _sklearn_version: '1.4.2',
    n_features_in_: 2n,
    classes_: floats([3], 0, 1, 2),
    estimators_: [codes(), codes(), codes()],
  });
  const opened = openObjects(fileOf(pairs));
  await assert.rejects(async () => (await opened).plan(), {
    code: 'sklearn-parameter-unsupported',
    message: /estimators_\[0\]: it has neither decision_function nor predict_proba/,
  });
});
