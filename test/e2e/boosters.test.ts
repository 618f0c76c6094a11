/** Directories as KServe's servers of XGBoost and LightGBM take them, and answers of the shapes that those give. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { fileOf as lightgbmFile, readCorpus as readLightgbm } from '../goldens/lightgbm.ts';
import { fileOf as xgboostFile, readCorpus as readXgboost } from '../goldens/xgboost.ts';
import { ask, serve, type Program } from './program.ts';

interface Model {
  readonly name: string;
  /** Name of the file in the model's directory. */
  readonly file: string;
  readonly library: 'xgboost' | 'lightgbm';
  readonly version: string;
  readonly case: string;
  readonly form: string;
}

const models: readonly Model[] = [
  {
    name: 'x-binary',
    file: 'model.json',
    library: 'xgboost',
    version: '2.1.4',
    case: 'forms-binary',
    form: 'json',
  },
  {
    name: 'x-classes',
    file: 'model.ubj',
    library: 'xgboost',
    version: '2.1.4',
    case: 'forms-multi',
    form: 'ubj',
  },
  {
    name: 'x-old',
    file: 'model.bst',
    library: 'xgboost',
    version: '0.90',
    case: 'forms-poisson',
    form: 'binary',
  },
  {
    name: 'x-softmax',
    file: 'model.model',
    library: 'xgboost',
    version: '1.7.6',
    case: 'multi-softmax',
    form: '',
  },
  {
    name: 'l-binary',
    file: 'model.txt',
    library: 'lightgbm',
    version: '4.7.0',
    case: 'binary',
    form: 'text',
  },
  {
    name: 'l-classes',
    file: 'model.bst',
    library: 'lightgbm',
    version: '4.7.0',
    case: 'multiclass',
    form: 'text',
  },
];

interface Asked {
  readonly rows: readonly (readonly number[])[];
  readonly predict: { readonly shape: readonly number[]; readonly values: readonly number[] };
}

/** The first rows of a case, whole ones, and what the library's `Booster.predict` gave for them. */
function goldensOf({ library, version, case: name }: Model): Asked {
  const corpus = library === 'xgboost' ? readXgboost(version) : readLightgbm(version);
  const entry = corpus.entries.find(one => one.case === name) ?? assert.fail(`no case ${name}`);
  const { rows, outputs } = corpus.goldens(entry);
  const golden = (outputs as Record<string, { dtype: string; shape: number[]; base64: string }>)['predict'];
  assert.ok(golden);
  const buffer = new Uint8Array(Buffer.from(golden.base64, 'base64')).buffer;
  const values = golden.dtype === 'float32' ? new Float32Array(buffer) : new Float64Array(buffer);
  const width = golden.shape[1] ?? 1;
  const kept = [...rows.keys()]
    .filter(row => rows[row]?.every(cell => typeof cell === 'number' && Math.abs(cell) < 1e6))
    .slice(0, 3);
  return {
    rows: kept.map(row => rows[row] as readonly number[]),
    predict: {
      shape: [kept.length, ...golden.shape.slice(1)],
      values: kept.flatMap(row => Array.from(values.slice(row * width, (row + 1) * width))),
    },
  };
}

function bytesOf({ library, version, case: name, form }: Model): Uint8Array {
  if (library === 'lightgbm') return lightgbmFile(version, name, form).bytes;
  const corpus = readXgboost(version);
  const file = corpus.entries.find(one => one.case === name)?.files[0];
  return form === '' && file !== undefined ? corpus.bytes(file) : xgboostFile(version, name, form).bytes;
}

/** Exponentials of float64 may differ in the last digit. */
function rounded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rounded);
  return typeof value === 'number' ? Number(value.toPrecision(14)) : value;
}

function nested({ shape, values }: Asked['predict']): unknown {
  const width = shape[1];
  if (width === undefined) return values;
  return Array.from({ length: shape[0] as number }, (_, row) => values.slice(row * width, (row + 1) * width));
}

suite('directories with a booster', () => {
  const folder = mkdtempSync(join(tmpdir(), 'davit-boosters-'));
  let program: Program;
  before(async () => {
    for (const model of models) {
      mkdirSync(join(folder, model.name));
      writeFileSync(join(folder, model.name, model.file), bytesOf(model));
      writeFileSync(join(folder, model.name, 'README.txt'), 'What this model is for.');
      writeFileSync(join(folder, model.name, 'metadata.json'), '{"num_class": "many"}');
    }
    program = await serve(models.flatMap(({ name }) => ['--model', `${name}=${join(folder, name)}`]));
  });
  after(async () => {
    await program.stop();
    rmSync(folder, { recursive: true });
  });

  for (const model of models) {
    const { rows, predict } = goldensOf(model);
    test(`${model.file} of ${model.library} ${model.version}, ${model.case}: V1 gives what Booster.predict gives`, async () => {
      const { status, body } = await ask(
        `${program.url}/v1/models/${model.name}:predict`,
        JSON.stringify({ instances: rows }),
      );
      const { predictions } = body as { predictions: unknown };
      assert.deepEqual([status, rounded(predictions)], [200, rounded(nested(predict))]);
    });

    test(`${model.name}: V2 has its shape, and the datatype of the library`, async () => {
      const { body } = await ask(
        `${program.url}/v2/models/${model.name}/infer`,
        JSON.stringify({
          inputs: [
            { name: 'input-0', shape: [rows.length, rows[0]?.length], datatype: 'FP64', data: rows.flat() },
          ],
        }),
      );
      const [output] = (body as { outputs: { data: unknown }[] }).outputs;
      const datatype = model.library === 'xgboost' ? 'FP32' : 'FP64';
      assert.deepEqual(
        { ...output, data: rounded(output?.data) },
        { name: 'predict', datatype, shape: predict.shape, data: rounded(predict.values) },
      );
    });
  }
});
