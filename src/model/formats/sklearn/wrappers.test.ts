/** Classes of other libraries that hold scikit-learn's: of what their own libraries write, as far as it matters. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { viewOf, type Plan } from '../../plan/index.ts';
import { PyClass, PyDict, type PyObject, PyTuple, type PyValue } from '../pickle/index.ts';
import { fileOf, floats, object } from '../pickle/objects.contract.ts';
import { openObjects } from './open.ts';

function scaler(mean: number): PyObject {
  return object('sklearn.preprocessing._data.StandardScaler', {
    _sklearn_version: '1.4.2',
    with_mean: true,
    with_std: false,
    mean_: floats([1], mean),
    n_features_in_: 1n,
  });
}

async function planOf(root: PyObject): Promise<Plan> {
  return (await openObjects(fileOf(root))).plan();
}

/** Columns that the nodes of the request read. */
function columnsRead({ nodes, buffer }: Plan): number[][] {
  return nodes
    .filter(node => node.op === 'input')
    .map(({ arrays }) =>
      arrays['columns'] === undefined ? [] : [...(viewOf(buffer, arrays['columns']) as Int32Array)],
    );
}

function mapper(
  features: readonly (readonly PyValue[])[],
  more: Readonly<Record<string, PyValue>> = {},
): PyObject {
  return object('sklearn_pandas.dataframe_mapper.DataFrameMapper', {
    features: features.map(feature => new PyTuple(feature)),
    default: false,
    ...more,
  });
}

suite('a mapper of data frames', () => {
  test('takes the columns that it names, each once', async () => {
    const plan = await planOf(
      mapper([
        [['pay'], [scaler(1), scaler(2)]],
        ['age', null],
        [['age', 'pay'], null, new PyDict()],
      ]),
    );
    assert.deepEqual(plan.featureNames, ['pay', 'age']);
    assert.equal(plan.furtherColumns, true);
    assert.deepEqual(columnsRead(plan), [[0], [1], [1, 0]]);
    assert.equal(plan.nodes.filter(node => node.op === 'columnwise').length, 2);
    assert.deepEqual(plan.outputs[0]?.shape, [-1, 4]);
  });

  test('is refused when it passes columns on that the file does not name', async () => {
    await assert.rejects(planOf(mapper([['age', null]], { default: null })), {
      code: 'sklearn-parameter-unsupported',
      message: /default=None .*left over in training/,
    });
  });

  test('is refused when a function picks its columns', async () => {
    const picks = new PyClass('__main__', 'numeric');
    await assert.rejects(planOf(mapper([[picks, null]])), {
      code: 'sklearn-parameter-unsupported',
      message: /not picked by their names/,
    });
  });
});

suite('a pipeline of imbalanced-learn', () => {
  test('leaves its samplers out', async () => {
    const step = (name: string, part: PyObject): PyTuple => new PyTuple([name, part]);
    const plan = await planOf(
      object('imblearn.pipeline.Pipeline', {
        steps: [
          step('smote', object('imblearn.over_sampling._smote.base.SMOTE', {})),
          step('scale', scaler(1)),
          step('less', object('imblearn.under_sampling._prototype_selection.RandomUnderSampler', {})),
          step('again', scaler(2)),
        ],
      }),
    );
    assert.equal(plan.nodes.filter(node => node.op === 'columnwise').length, 2);
  });
});
