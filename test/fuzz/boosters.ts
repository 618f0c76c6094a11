/**
 * Spoils boosters of XGBoost and LightGBM by their structure, reads them with everything trapped, and computes what is still a model:
 * `node test/fuzz/boosters.ts [--seconds 10] [--seed 1]`. Nothing may crash, hang, act, or fail in another way than with a coded error.
 */
import { arm, disarm, touched } from '../pickle/hostile/traps.ts';
import assert from 'node:assert/strict';
import { parseArgs } from 'node:util';
import { CodedError } from '../../src/base/errors/index.ts';
import { tabular } from '../../src/model/engines/tabular/index.ts';
import { formats, openModel } from '../../src/model/formats/index.ts';
import { families } from '../../src/model/formats/sklearn/table.ts';
import type { Plan } from '../../src/model/plan/index.ts';
import type { NamedTensor } from '../../src/tensor/index.ts';
import * as lightgbm from '../goldens/lightgbm.ts';
import * as xgboost from '../goldens/xgboost.ts';
import { Random } from './random.ts';
import { within } from './within.ts';

interface Source {
  readonly name: string;
  readonly form: string;
  readonly bytes: Uint8Array;
}

/** Larger files spend the time on reading what was not spoilt. */
const mostBytes = 60_000;

/** Files of every form that both libraries have written, of these versions; what reads them is loaded. */
export async function sources(): Promise<readonly Source[]> {
  const files: Source[] = [];
  for (const [library, version] of [
    [xgboost, '0.90'],
    [xgboost, '1.7.6'],
    [xgboost, '3.4.1'],
    [lightgbm, '2.0.1'],
    [lightgbm, '4.7.0'],
  ] as const) {
    const corpus = library.readCorpus(version);
    for (const entry of corpus.entries) {
      for (const file of entry.files) {
        // Pickles have a fuzzer of their own.
        if (file.length > mostBytes || /pickle|joblib/.test(file.form)) continue;
        const name = `${entry.case} of ${version} as ${file.form}`;
        files.push({ name, form: file.form, bytes: corpus.bytes(file) });
      }
    }
  }
  await warm(files);
  return files;
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const values: readonly Json[] = [
  null,
  true,
  0,
  -1,
  1,
  0.5,
  2 ** 31,
  -(2 ** 31),
  2 ** 53,
  1e308,
  '',
  '0',
  '-1',
  '1E5',
  '2147483648',
  'NaN',
  '[]',
  '[5E-1]',
  'binary:logistic',
  'multi:softprob',
  '__proto__',
  [],
  [0],
  {},
];

/** Changes one thing somewhere below a value. */
function spoilJson(value: Json, random: Random, depth = 0): Json {
  if (value === null || typeof value !== 'object' || random.chance(0.03 * depth)) return random.pick(values);
  if (Array.isArray(value)) return spoilList(value, random, depth);
  const keys = Object.keys(value);
  if (keys.length === 0) return { 0: random.pick(values) };
  const key = random.pick(keys);
  if (random.chance(0.06)) {
    const { [key]: _, ...rest } = value;
    return rest;
  }
  if (random.chance(0.05)) return { ...value, [key]: value[random.pick(keys)] as Json };
  return { ...value, [key]: spoilJson(value[key] as Json, random, depth + 1) };
}

function spoilList(list: Json[], random: Random, depth: number): Json {
  const at = random.below(Math.max(1, list.length));
  if (list.length === 0 || random.chance(0.1))
    return list.toSpliced(at, 0, random.pick([...values, ...list]));
  if (random.chance(0.1)) return list.toSpliced(at, 1);
  const old = list[at] as Json;
  if (typeof old === 'number' && random.chance(0.7)) {
    const other = random.pick([
      old + 1,
      old - 1,
      -old,
      old * 2 ** 16,
      list[random.below(list.length)] as Json,
    ]);
    return list.with(at, other);
  }
  return list.with(at, spoilJson(old, random, depth + 1));
}

const words = ['-1', '0', '1', '2147483648', '1e999', 'nan', 'inf', '', ' ', '=', '0 0 0', 'none', 'Tree=0'];

/** Lines of a text are taken out, doubled, put elsewhere, and words of them changed. */
function spoilText(text: string, random: Random): string {
  const lines = text.split('\n');
  const at = random.below(lines.length);
  const line = lines[at] as string;
  const kind = random.below(8);
  if (kind === 0) lines.splice(at, 1);
  else if (kind === 1) lines.splice(at, 0, line);
  else if (kind === 2) lines.splice(random.below(lines.length), 0, ...lines.splice(at, 1));
  else {
    const parts = line.split(/(?<=[= ])/);
    parts[random.below(parts.length)] = random.pick([...words, ...parts]);
    lines[at] = parts.join('');
  }
  return lines.join('\n');
}

function spoilBytes(bytes: Uint8Array, random: Random): Uint8Array {
  const spoilt = bytes.slice();
  const at = random.below(spoilt.length);
  if (random.chance(0.05)) return spoilt.subarray(0, at);
  if (random.chance(0.5)) spoilt[at] = random.pick([0, 1, 127, 128, 255, random.below(256)]);
  else
    spoilt.set(spoilt.subarray(random.below(spoilt.length)).subarray(0, Math.min(4, spoilt.length - at)), at);
  return spoilt;
}

function spoil({ form, bytes }: Source, random: Random): Uint8Array {
  let spoilt = bytes;
  for (let left = 1 + random.below(3); left > 0; left--) {
    const [first] = spoilt;
    if (/json|dump/.test(form) && first === 0x7b && random.chance(0.9)) {
      spoilt = Buffer.from(JSON.stringify(spoilJson(parsed(spoilt), random)));
    } else if (/te?xt|string|model/.test(form) && random.chance(0.9)) {
      spoilt = Buffer.from(spoilText(Buffer.from(spoilt).toString('latin1'), random), 'latin1');
    } else if (spoilt.length > 0) spoilt = spoilBytes(spoilt, random);
  }
  return spoilt;
}

function parsed(bytes: Uint8Array): Json {
  try {
    return JSON.parse(Buffer.from(bytes).toString()) as Json;
  } catch {
    return null;
  }
}

export interface Tally {
  runs: number;
  /** Spoilt files that are models all the same. */
  planned: number;
  computed: number;
}

/** @throws with the file and the seed when something ends in another way than it may */
export async function fuzzBoosters(
  seed: number,
  files: readonly Source[],
  more: (runs: number) => boolean,
): Promise<Tally> {
  const random = new Random(seed);
  const tally: Tally = { runs: 0, planned: 0, computed: 0 };
  while (more(tally.runs)) {
    const file = random.pick(files);
    const spoilt = spoil(file, random);
    tally.runs++;
    const told = `${file.name}, seed ${seed}, run ${tally.runs}`;
    const plan = await ends(() => trapped(spoilt), told);
    assert.deepEqual(touched, [], told);
    if (plan === undefined) continue;
    tally.planned++;
    if ((await ends(() => compute(plan), told)) === true) tally.computed++;
  }
  return tally;
}

/** What is loaded when it is first needed is loaded before the traps are set. */
async function warm(files: readonly Source[]): Promise<void> {
  await Promise.all([...formats, ...families].map(row => row.load()));
  for (const form of new Set(files.map(file => file.form))) {
    const file = files.find(one => one.form === form) as Source;
    await compute(await openModel(file.bytes, { fileName: 'warm' }));
  }
  for (const text of ['', '\u0080\u0002N.', '{"learner":', 'tree\n', '<html>', 'version https://git-lfs']) {
    await openModel(Buffer.from(text, 'latin1'), { fileName: 'warm' }).catch(() => undefined);
  }
}

async function trapped(bytes: Uint8Array): Promise<Plan> {
  arm();
  try {
    return await openModel(bytes, { fileName: 'spoilt' });
  } finally {
    disarm();
  }
}

/** No machine of the tests has less; what needs more is what a budget would refuse. */
const budget = 2 ** 30;

async function compute(plan: Plan): Promise<boolean> {
  if (tabular.estimate(plan) > budget) return false;
  const executable = await tabular.compile(plan);
  const rows = 2;
  const inputs = plan.inputs.map((input): NamedTensor => {
    const width = input.shape[1] ?? 1;
    const count = rows * Math.max(width, 1);
    const shape = input.shape.length > 1 ? [rows, Math.max(width, 1)] : [rows];
    if (input.datatype === 'BYTES') {
      return { name: input.name, datatype: 'BYTES', shape, data: Array.from({ length: count }, () => 'a') };
    }
    return { name: input.name, datatype: 'FP64', shape, data: new Float64Array(count) };
  });
  await executable.run(
    inputs,
    plan.outputs.map(output => output.name),
  );
  return true;
}

/** What it gives; undefined when it fails with a coded error. */
async function ends<T>(work: () => Promise<T>, told: string): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    assert.ok(
      error instanceof CodedError,
      `${told}\n${error instanceof Error ? error.stack : String(error)}`,
    );
    return undefined;
  }
}

if (import.meta.main) {
  const { values: given } = parseArgs({
    options: { seconds: { type: 'string', default: '10' }, seed: { type: 'string', default: '1' } },
  });
  process.stdout.write(`seed ${given.seed}: `);
  const files = await sources();
  const { runs, planned, computed } = await fuzzBoosters(
    Number(given.seed),
    files,
    within(Number(given.seconds)),
  );
  process.stdout.write(`${runs} spoilt boosters, ${planned} still models, ${computed} computed\n`);
}
