import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { PyClass, PyDict, PyObject, PyTuple, type PickleFile, type PyValue } from '../pickle/index.ts';
import { fileOf } from '../pickle/objects.contract.ts';
import { openObjects } from './open.ts';

function dict(...entries: readonly (readonly [PyValue, PyValue])[]): PyDict {
  const made = new PyDict();
  made.add(entries.flat());
  return made;
}

/** A model that needs nothing learnt: a pipeline of nothing, known by its name. */
function model(name: string): PyObject {
  const made = new PyObject(new PyClass('sklearn.pipeline', 'Pipeline'), 'newobj', []);
  made.state = dict(['_sklearn_version', '1.6.1'], ['memory', name], ['steps', []]);
  return made;
}

/** Name of the model that a file is opened as; undefined when it is none. */
async function opened(holds: PickleFile, picked?: string): Promise<unknown> {
  const { description } = await openObjects(holds, picked);
  return description.parameters['memory'];
}

suite('a file that holds a container', () => {
  const alone: readonly (readonly [string, PyValue])[] = [
    ['a tuple', new PyTuple([model('a'), 3n, 'words'])],
    ['a dict', dict(['model', model('a')], ['columns', ['x', 'y']])],
    ['a list', [null, model('a')]],
    ['a dict in a dict', dict(['models', dict(['best', model('a')])], ['accuracy', 0.5])],
  ];
  for (const [name, holds] of alone)
    test(`${name} around a single estimator is served as that`, async () => {
      assert.equal(await opened(fileOf(holds)), 'a');
    });

  test('says where the estimator was', async () => {
    const { source } = await openObjects(fileOf(dict(['model', model('a')], ['version', 2n])));
    assert.match(source.notes.join(), /the estimator is at model in a dict of 2/);
    const several = await openObjects(fileOf(null, model('a'), 'words'));
    assert.match(
      several.source.notes.join(),
      /the estimator is at 1 in 3 pickles one after another; the rest/,
    );
  });

  test('the same estimator twice is one', async () => {
    const shared = model('a');
    assert.equal(await opened(fileOf(new PyTuple([shared, shared]))), 'a');
  });

  test('two estimators are not told apart', async () => {
    const open = await openObjects(fileOf(new PyTuple([model('a'), model('b')])));
    assert.throws(() => open.plan(), {
      code: 'sklearn-no-model',
      message: /pick one with --object: 0, 1$/,
    });
  });

  test('a list that holds itself ends', async () => {
    const round: PyValue[] = [];
    round.push(round, model('a'));
    assert.equal(await opened(fileOf(round)), 'a');
  });
});

suite('an object that is picked', () => {
  const bundle = dict(
    ['model', model('a')],
    ['models', [model('b'), model('c')]],
    ['with space', model('d')],
    ['a.b', model('e')],
    [7n, model('f')],
    ['name', 'iris'],
  );
  const paths: readonly (readonly [string, string])[] = [
    ['model', 'a'],
    ['models.1', 'c'],
    ['models[0]', 'b'],
    ['with space', 'd'],
    ['["a.b"]', 'e'],
    ["['a.b']", 'e'],
    ['7', 'f'],
  ];
  for (const [path, name] of paths)
    test(path, async () => {
      assert.equal(await opened(fileOf(bundle), path), name);
    });

  test('of several pickles one after another is found by number', async () => {
    assert.equal(await opened(fileOf(model('a'), model('b')), '1'), 'b');
  });

  test('is an attribute of an object', async () => {
    const holder = new PyObject(new PyClass('__main__', 'Scorer'), 'newobj', []);
    holder.state = dict(['clf', model('a')]);
    assert.equal(await opened(fileOf(holder), 'clf'), 'a');
  });

  const missing: readonly (readonly [string, RegExp])[] = [
    ['modle', /a dict of 6 has no modle, it has model, models, \["with space"\]|with space/],
    ['models.2', /a list of 2 has no 2, it has 0, 1/],
    ['model]', /"\]" is no step/],
    ['name.x', /"iris" has no x, it has nothing/],
    ['["unclosed', /is no step/],
  ];
  for (const [path, message] of missing)
    test(`${path} is refused`, async () => {
      await assert.rejects(openObjects(fileOf(bundle), path), { code: 'sklearn-object-missing', message });
    });

  test('that is no estimator is refused', async () => {
    const open = await openObjects(fileOf(bundle), 'name');
    assert.throws(() => open.plan(), {
      code: 'sklearn-no-model',
      message: /holds "iris"/,
    });
  });
});
