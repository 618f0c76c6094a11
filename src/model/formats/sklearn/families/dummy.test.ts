/** How wide the rows of dummies are, which before 1.6 keep no note of it. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Plan } from '../../../plan/index.ts';
import type { PyObject, PyValue } from '../../pickle/index.ts';
import { fileOf, floats, object } from '../../pickle/objects.contract.ts';
import { openObjects } from '../open.ts';

const own = { _sklearn_version: '1.2.2' };

function dummy(more: Readonly<Record<string, PyValue>> = {}): PyObject {
  return object('sklearn.dummy.DummyRegressor', {
    ...own,
    strategy: 'mean',
    constant_: floats([1, 1], 3),
    n_outputs_: 1n,
    ...more,
  });
}

const line = object('sklearn.linear_model._base.LinearRegression', {
  ...own,
  coef_: floats([2], 1, 1),
  intercept_: 0,
  n_features_in_: 2n,
});

async function planOf(root: PyObject): Promise<Plan> {
  return (await openObjects(fileOf(root))).plan();
}

function vote(...estimators_: readonly PyObject[]): PyObject {
  return object('sklearn.ensemble._voting.VotingRegressor', {
    ...own,
    estimators: estimators_.map(() => null),
    estimators_,
    weights: null,
  });
}

suite('rows of dummies', () => {
  test('are of any width where nothing in the file says which', async () => {
    for (const root of [dummy(), vote(dummy(), dummy())]) {
      const { openColumns, inputs } = await planOf(root);
      assert.equal(openColumns, true);
      assert.deepEqual(inputs, [{ name: 'input-0', datatype: 'FP64', shape: [-1, -1] }]);
    }
  });

  const chain = object('sklearn.multioutput.RegressorChain', {
    ...own,
    estimators_: [dummy(), dummy()],
    order_: [0n, 1n],
    n_features_in_: 2n,
  });
  for (const [name, root] of [
    ['the dummy', dummy({ n_features_in_: 2n })],
    ['what holds the dummies', chain],
    ['one that stands beside the dummy', vote(dummy(), line)],
  ] as const)
    test(`are as wide as ${name} says`, async () => {
      const { openColumns, inputs, features } = await planOf(root);
      assert.equal(openColumns, undefined);
      assert.equal(features, 2);
      assert.deepEqual(inputs, [{ name: 'input-0', datatype: 'FP64', shape: [-1, 2] }]);
    });
});
