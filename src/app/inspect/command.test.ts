import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, suite, test } from 'node:test';
import { runProgram } from '../../cli/index.ts';
import { inspect } from './command.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const iris = join(root, 'examples', 'iris', 'iris-model.joblib');
const corpus = join(root, 'test', 'corpus', 'pickle', 'files', 'joblib-1.6.0');
const scratch = mkdtempSync(join(tmpdir(), 'davit-inspect-'));
after(() => rmSync(scratch, { recursive: true }));

async function typed(...words: readonly string[]): Promise<{ status: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const status = await runProgram(
    ['inspect', ...words],
    { inspect: () => Promise.resolve(inspect) },
    {
      out: text => void (out += text),
      err: text => void (err += text),
      colour: false,
      input: () => Readable.from([]),
      env: {},
      version: '0.0.0',
    },
  );
  return { status, out, err };
}

suite('davit inspect', () => {
  test('tells what a model is, what it takes and gives, and its estimators with their parameters', async () => {
    const { status, out, err } = await typed(iris);
    assert.deepEqual([status, err], [0, '']);
    const [facts = '', tree = ''] = out.split('\n\n');
    assert.deepEqual(
      facts.split('\n').map(line => line.slice(0, 10).trim()),
      ['file', 'format', 'library', 'inputs', 'outputs', 'memory', 'servable'],
    );
    assert.match(facts, /^library +scikit-learn \d+\.\d+\.\d+$/m);
    assert.match(facts, /^inputs +input-0 FP64 \[-1, 4\]$/m);
    assert.match(facts, /^servable +yes$/m);
    assert.match(tree, /^model: sklearn\.svm\._classes\.SVC\n {2}.*\bkernel=rbf\b.*\bgamma=scale\b.*\bC=1\b/);
    assert.match(tree, /\n {2}fitted: .*\bclasses 3\b/);
  });

  test('tells the same as one JSON object', async () => {
    const { status, out } = await typed(iris, '--json');
    const told = JSON.parse(out) as Record<string, unknown> & {
      model: { class: string; parameters: unknown };
    };
    assert.equal(status, 0);
    assert.deepEqual(
      [told['file'], told['servable'], told['library'], told.model.class],
      [iris, true, 'scikit-learn', 'sklearn.svm._classes.SVC'],
    );
    assert.deepEqual(told['inputs'], [{ name: 'input-0', datatype: 'FP64', shape: [-1, 4] }]);
    assert.deepEqual(
      (told['outputs'] as { name: string }[]).map(({ name }) => name),
      ['predict', 'decision_function'],
    );
    assert.equal('refusal' in told, false);
  });

  for (const [file, code, reason] of [
    [
      'own-class-in-pipeline.joblib',
      'sklearn-class-unsupported',
      /^pipeline\.steps\[1\] 'thing': __main__\.Thing \(a class of the author's own script\)/,
    ],
    [
      'unfitted-in-pipeline.joblib',
      'sklearn-not-fitted',
      /^pipeline\.steps\[1\] 'logisticregression': this LogisticRegression is not fitted/,
    ],
    ['os-system-p4.pkl', 'sklearn-class-unsupported', /posix\.system/],
    ['no-model.joblib', 'sklearn-no-model', /a dict of 2/],
    ['os-system-in-array.joblib', 'sklearn-no-model', /an array of .*; inside: deeper inside posix\.system$/],
    ['class-itself.joblib', 'sklearn-no-model', /the class sklearn\..*\.LogisticRegression itself, expected/],
    ['git-lfs.joblib', 'pickle-git-lfs', /Git LFS/],
    ['page.joblib', 'pickle-html', /HTML|web page/],
    ['empty.pkl', 'pickle-empty', /./],
    ['cut-zlib.joblib', 'pickle-truncated', /./],
  ] as const) {
    test(`tells exactly why ${file} cannot be served, with exit status 1`, async () => {
      const path = join(corpus, file);
      const text = await typed(path);
      assert.deepEqual([text.status, text.err], [1, '']);
      const said = /^servable +no: (.*) \[([a-z-]+)\]$/m.exec(text.out);
      assert.equal(said?.[2], code, text.out);
      assert.match(said?.[1] ?? '', reason);
      const json = await typed(path, '--json');
      const told = JSON.parse(json.out) as { servable: boolean; refusal: { code: string; reason: string } };
      assert.deepEqual([json.status, told.servable, told.refusal.code], [1, false, code]);
      assert.match(told.refusal.reason, reason);
    });
  }

  test('what is refused is described as far as it was read', async () => {
    const { out } = await typed(join(corpus, 'own-class-in-pipeline.joblib'));
    assert.match(out, /^library +scikit-learn \d/m);
    assert.match(out, /^pipeline: sklearn\.pipeline\.Pipeline$/m);
    assert.match(out, /^ {2}standardscaler: sklearn\.preprocessing\._data\.StandardScaler$/m);
    assert.match(out, /^ {2}thing: __main__\.Thing$/m);
  });

  test('of several pickles the one that is a model is told', async () => {
    const { status, out } = await typed(join(corpus, 'several.pkl'));
    assert.equal(status, 0);
    assert.match(out, /^note +the estimator is at 0 in 3 pickles one after another; the rest is not used$/m);
  });

  test('a path that is not there is an error on standard error', async () => {
    const { status, out, err } = await typed(join(scratch, 'nothing.joblib'));
    assert.deepEqual([status, out], [1, '']);
    assert.match(err, /^davit: .*nothing\.joblib.* \[model-path-missing\]\n$/);
  });

  test('names in a file do not steer the terminal', async () => {
    const file = join(scratch, 'odd.pkl');
    // A class whose name has an escape, the same in one character, and a line break within.
    const name = Buffer.from('Thi\u001B[2Jng\u009B31m\nservable  yes');
    writeFileSync(
      file,
      Buffer.concat([
        Buffer.from('\u0080\u0004\u008C\u0002my\u008C', 'latin1'),
        Buffer.of(name.length),
        name,
        Buffer.from('\u0093)\u0081.', 'latin1'),
      ]),
    );
    const { status, out } = await typed(file);
    assert.equal(status, 1);
    // oxlint-disable-next-line no-control-regex
    assert.doesNotMatch(out, /[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/);
    assert.doesNotMatch(out, /^servable +yes/m);
    assert.ok(out.includes(String.raw`my.Thi\u001b[2Jng\u009b31m\nservable  yes`), out);
  });
});
