import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readSettings, type Given } from '../../base/settings/index.ts';
import { serveSettings } from '../../cli/index.ts';
import { modelsOf, type NamedPath } from './models.ts';

type Flag = 'models' | 'object' | 'modelName' | 'modelDir' | 'modelRepository';

function asked(paths: readonly string[], flags: Partial<Record<Flag, string[]>> = {}): readonly NamedPath[] {
  const given: Given = new Map(
    Object.entries(flags).map(([name, texts]) => [name, texts.map(text => ({ flag: name, text }))]),
  );
  return modelsOf(paths, readSettings(serveSettings, given, {}));
}

suite('which models a command line asks for', () => {
  for (const [what, paths, flags, wanted] of [
    ['paths, by their names', ['a/iris.joblib', 'wine'], {}, { iris: 'a/iris.joblib', wine: 'wine' }],
    ['a path with a name', ['a/iris.joblib'], { modelName: ['x'] }, { x: 'a/iris.joblib' }],
    [
      'a folder as KServe mounts it',
      [],
      { modelName: ['x'], modelDir: ['/mnt/models'] },
      { x: '/mnt/models' },
    ],
    ['such a folder without a name', [], { modelDir: ['/mnt/models'] }, { model: '/mnt/models' }],
    ['pairs', [], { models: ['a=b', 'c=d=e'] }, { a: 'b', c: 'd=e' }],
    ['paths and pairs', ['iris.pkl'], { models: ['a=b#2'] }, { iris: 'iris.pkl', a: 'b#2' }],
    ['an object of a file', ['iris.pkl'], { object: ['0'] }, { iris: 'iris.pkl#0' }],
    ['nothing, where models come later', [], { modelRepository: ['/mnt/models'] }, {}],
    [
      'nothing, where the folder is that of the models to come',
      [],
      { modelName: ['x'], modelDir: ['/mnt/models/'], modelRepository: ['/mnt/models'] },
      {},
    ],
  ] as const) {
    test(what, () => {
      const found = asked(paths, flags as unknown as Partial<Record<Flag, string[]>>);
      assert.deepEqual(Object.fromEntries(found.map(({ name, path }) => [name, path])), wanted);
    });
  }

  for (const [paths, flags, message] of [
    [[], {}, 'davit serve needs a model: a PATH, or --model NAME=PATH'],
    [['a', 'b'], { modelName: ['x'] }, '--model-name x: found 2 paths, expected exactly one to name'],
    [
      [],
      { models: ['a=b'], modelName: ['x'] },
      '--model-name x: found 0 paths, expected exactly one to name',
    ],
    [
      ['a/iris.pkl', 'b/iris.joblib'],
      {},
      'found two models named "iris", expected different names: use --model NAME=PATH',
    ],
    [
      [],
      { models: ['iris'] },
      '--model: found "iris", expected NAME=PATH such as iris=models/iris-model.joblib',
    ],
    [[], { models: ['=a'] }, '--model: found "=a", expected NAME=PATH such as iris=models/iris-model.joblib'],
    [[], { models: ['a='] }, '--model: found "a=", expected NAME=PATH such as iris=models/iris-model.joblib'],
    [
      ['a', 'b'],
      { object: ['0'] },
      '--object 0: found 2 models, expected one path; for several give PATH#OBJECT',
    ],
  ] as const) {
    test(`usage: ${message}`, () => {
      assert.throws(() => asked(paths, flags as unknown as Partial<Record<Flag, string[]>>), {
        code: 'usage',
        message,
      });
    });
  }
});
