/** What encoders of category_encoders refuse, as they were set to: values of a request, and whole models. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Mappings } from '../../src/model/formats/sklearn/encoders/mappings.ts';
import { Estimator } from '../../src/model/formats/sklearn/estimator.ts';
import { openObjects } from '../../src/model/formats/sklearn/open.ts';
import { libraryFamilies } from '../../src/model/formats/sklearn/libraries.ts';
import { refusedOfOthers } from '../../src/model/formats/sklearn/refused.ts';
import {
  DType,
  NdArray,
  PyClass,
  PyDict,
  PyObject,
  PyRange,
  PyTuple,
} from '../../src/model/formats/pickle/index.ts';
import { fileOf, object } from '../../src/model/formats/pickle/objects.contract.ts';
import type { NamedTensor } from '../../src/tensor/index.ts';
import { compiled, planOf } from './ask.ts';
import { familiesOf, findCase, versions } from './corpus.ts';

const having = versions.filter(version => familiesOf(version).includes('category_encoders'));

type Row = Readonly<Record<string, string | number | null>>;

const usual: Row = { age: 30, city: 'Seoul', plan: 'pro', zip: 101 };

async function ask(version: string, name: string, row: Row): Promise<readonly number[]> {
  const { corpus, entry } = findCase(version, name);
  const executable = await compiled(await planOf(corpus, entry));
  const tensors = Object.entries({ ...usual, ...row }).map(([column, value]): NamedTensor =>
    typeof usual[column] === 'string'
      ? { name: column, datatype: 'BYTES', shape: [1], data: [value as string | null] }
      : {
          name: column,
          datatype: 'FP64',
          shape: [1],
          data: Float64Array.of((value as number | null) ?? NaN),
        },
  );
  const [answer] = await executable.run(tensors, ['transform']);
  return [...((answer as NamedTensor).data as Float64Array)];
}

for (const version of having)
  suite(`encoders beside scikit-learn ${version}`, () => {
    test('refuse unknown texts where they were set to, and take missing ones', async () => {
      for (const name of [
        'ce-ordinal-error',
        'ce-target-error',
        'ce-leave-one-out-error',
        'ce-cat-boost-error',
      ]) {
        await assert.rejects(ask(version, name, { plan: 'gold' }), {
          code: 'category-unknown',
          message: /input 'plan', row 0 is "gold", which is none of the [34] categories/,
        });
        assert.ok((await ask(version, name, { city: null })).length > 2);
      }
    });

    test('refuse missing values where they were set to, and take unknown ones', async () => {
      for (const name of ['ce-ordinal-present', 'ce-target-present', 'ce-cat-boost-present']) {
        await assert.rejects(ask(version, name, { city: null }), {
          code: 'category-unknown',
          message: /input 'city', row 0 is a missing value, which \w+ was set to refuse/,
        });
        assert.ok((await ask(version, name, { city: 'Atlantis' })).length > 2);
      }
      await assert.rejects(ask(version, 'ce-target-present', { zip: null }), { code: 'features-not-finite' });
      assert.equal((await ask(version, 'ce-target-present', { zip: 1e9 })).length, 4);
    });

    test('refuse both', async () => {
      for (const row of [{ plan: 'gold' }, { plan: null }])
        await assert.rejects(ask(version, 'ce-one-hot-error', row), { code: 'category-unknown' });
    });
  });

function piped(part: PyObject): PyObject {
  return object('sklearn.pipeline.Pipeline', {
    steps: [new PyTuple(['encode', part])],
    _sklearn_version: '1.9.1',
  });
}

/** `pandas.DataFrame` with columns 0 to `width`, and no rows. */
function frameWithoutRows(width: bigint): PyObject {
  const range = (stop: bigint): PyObject => {
    const parts = new PyDict();
    parts.add(['start', 0n, 'stop', stop, 'step', 1n]);
    return new PyObject(new PyClass('pandas.core.indexes.base', '_new_Index'), 'reduce', [
      new PyClass('pandas', 'RangeIndex'),
      parts,
    ]);
  };
  const values = new NdArray(DType.spelled('<f8') as DType, [Number(width), 0], false, new Uint8Array(0));
  const block = new PyObject(new PyClass('pandas._libs.internals', '_unpickle_block'), 'reduce', [
    values,
    new PyRange('slice', 0n, width, 1n),
    2n,
  ]);
  const manager = new PyObject(new PyClass('pandas.core.internals.managers', 'BlockManager'), 'reduce', [
    new PyTuple([block]),
    [range(width), range(0n)],
  ]);
  return object('pandas.core.frame.DataFrame', { _mgr: manager });
}

async function refused(root: PyObject, code: string, words: RegExp): Promise<void> {
  const opened = await openObjects(fileOf(root));
  assert.throws(() => opened.plan(), { code, message: words });
}

suite('models that are refused', () => {
  const encoders = libraryFamilies
    .flatMap(({ classes }) => classes)
    .filter(name => name.startsWith('category_encoders:'))
    .map(name => name.replace(':', '.'));

  test('encoders that were not fitted, in a pipeline and by themselves', async () => {
    assert.ok(encoders.length > 15, `${encoders.length} encoders`);
    for (const name of encoders) {
      const unfitted = { cols: ['city'], mapping: null, ordinal_encoder: null, _dim: null };
      const words = new RegExp(`this ${name.split('.').at(-1) ?? ''} is not fitted`);
      await refused(object(name, unfitted), 'sklearn-not-fitted', words);
      await refused(piped(object(name, unfitted)), 'sklearn-not-fitted', words);
    }
  });

  test('encoders without what they learnt', async () => {
    for (const name of encoders.filter(one => !one.endsWith('HashingEncoder'))) {
      const fitted = { cols: ['city'], _dim: 1n, feature_names_in_: ['city'], _mean: 1 };
      await refused(
        object(name, fitted),
        'sklearn-malformed',
        /attribute (?:mapping|encoder_list) of \w+ is nothing/,
      );
    }
  });

  test('classes that are not computed, with the reason', async () => {
    for (const [name, reason] of Object.entries(refusedOfOthers))
      await refused(
        piped(object(name.replace(':', '.'), { _dim: 1n })),
        'sklearn-class-unsupported',
        new RegExp(
          `steps\\[0\\] 'encode': ${name.replace(':', '.')} cannot be served: ${reason.slice(0, 20)}`,
        ),
      );
  });

  test('no class is both served and refused', () => {
    const served = new Set(libraryFamilies.flatMap(({ classes }) => classes));
    assert.deepEqual(
      Object.keys(refusedOfOthers).filter(name => served.has(name)),
      [],
    );
  });

  test('classes of other libraries, by name', async () => {
    for (const name of ['feature_engine.encoding.one_hot.OneHotEncoder', 'somewhere.deep.Thing']) {
      const [library] = name.split('.');
      const words = new RegExp(
        `steps\\[0\\] 'encode': ${name} \\(a class of ${library ?? ''}\\) is not supported`,
      );
      await refused(piped(object(name, { variables_: [] })), 'sklearn-class-unsupported', words);
    }
  });

  test('one mapping for thousands of columns takes no longer than the bound', () => {
    const mapping = new PyDict();
    mapping.add(Array.from({ length: 40_000 }, (_, at) => [`label ${at}`, BigInt(at)]).flat());
    const encoder = object('category_encoders.ordinal.OrdinalEncoder', { mapping: [] });
    const mappings = new Mappings(new Estimator(encoder, 'model', { major: 1, minor: 9 }));
    const found = Array.from({ length: 100 }, () => mappings.series('mapping', mapping).index.length);
    assert.equal(found.at(-1), 40_000);
    assert.throws(() => Array.from({ length: 100 }, () => mappings.pairs('mapping', mapping)), {
      code: 'sklearn-malformed',
      message: /expected 4194304 labels at most in all columns together/,
    });
  });

  test('one frame without rows, or one long label, for thousands of columns takes no longer than the bound', () => {
    const encoder = object('category_encoders.one_hot.OneHotEncoder', { mapping: [] });
    const fresh = (): Mappings => new Mappings(new Estimator(encoder, 'model', { major: 1, minor: 9 }));
    const wide = frameWithoutRows(16_000n);
    const mappings = fresh();
    assert.equal(mappings.table('mapping', wide).width, 16_000);
    assert.throws(() => Array.from({ length: 1000 }, () => mappings.table('mapping', wide)), {
      code: 'sklearn-malformed',
    });
    assert.throws(() => fresh().frame('mapping', frameWithoutRows(1n << 23n)), { code: 'sklearn-malformed' });
    const long = new PyDict();
    long.add(['x'.repeat(1 << 20), 1n]);
    const others = fresh();
    assert.throws(() => Array.from({ length: 1000 }, () => others.series('mapping', long)), {
      code: 'sklearn-malformed',
    });
  });

  test('hashes other than MD5, and columns that the file does not name', async () => {
    const hashing = { cols: ['city'], n_components: 8n, _dim: 1n };
    await refused(
      object('category_encoders.hashing.HashingEncoder', { ...hashing, hash_method: 'sha256' }),
      'sklearn-parameter-unsupported',
      /hash_method="sha256".*only digests of MD5/,
    );
    await refused(
      object('category_encoders.hashing.HashingEncoder', { ...hashing, _dim: 3n }),
      'sklearn-features-unknown',
      /which 3 columns this HashingEncoder takes in which order \(it names 1\)/,
    );
  });
});
