import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Executable } from '../../src/model/engines/index.ts';
import { engineFor } from '../../src/model/engines/index.ts';
import { openModel } from '../../src/model/formats/index.ts';
import type { Plan } from '../../src/model/plan/index.ts';
import { isCoded, type NamedTensor } from '../../src/tensor/index.ts';

/** A tensor as test/corpus/xgboost/generate.py writes it. */
interface Golden {
  readonly dtype: 'float32' | 'float64' | 'int64' | 'bool' | 'str';
  readonly shape: readonly number[];
  readonly data?: readonly (number | string | boolean)[];
  readonly base64?: string;
}

interface Goldens {
  /** null is NaN. */
  readonly rows: readonly (readonly (number | null)[])[];
  readonly outputs: Readonly<Record<string, Golden>>;
}

export interface File {
  readonly form: string;
  readonly offset: number;
  readonly length: number;
  /** How the file was made, where the library itself did not write it so. */
  readonly origin?: string;
}

export interface Entry {
  readonly case: string;
  readonly class: string;
  readonly names: readonly string[] | null;
  readonly files: readonly File[];
  readonly outputs: readonly string[];
}

export interface Corpus {
  readonly version: string;
  readonly entries: readonly Entry[];
  bytes(file: File): Uint8Array;
  goldens(entry: Entry): Goldens;
}

const root = join(import.meta.dirname, '..', 'corpus', 'xgboost');

/** The versions that must be there; a missing one is a failure, never a skip. */
export const versions = ['0.90', '1.0.2', '1.2.1', '1.5.2', '1.7.6', '2.1.4', '3.0.5', '3.4.1'] as const;

export function foldersOfVersions(): readonly string[] {
  return readdirSync(root)
    .filter(name => /^\d/.test(name))
    .toSorted();
}

export function readCorpus(version: string): Corpus {
  const read = (name: string): Buffer => readFileSync(join(root, version, name));
  const { cases } = JSON.parse(read('manifest.json').toString()) as { cases: Entry[] };
  const models = gunzipSync(read('models.bin.gz'));
  const goldens = JSON.parse(gunzipSync(read('goldens.json.gz')).toString()) as Record<string, Goldens>;
  return {
    version,
    entries: cases,
    bytes: ({ offset, length }) => new Uint8Array(models.subarray(offset, offset + length)),
    goldens: entry => goldens[entry.case] ?? assert.fail(`no goldens for ${entry.case}`),
  };
}

/** A file of a case, by its form. */
export function fileOf(version: string, name: string, form: string): { name: string; bytes: Uint8Array } {
  const corpus = readCorpus(version);
  const entry = corpus.entries.find(one => one.case === name) ?? assert.fail(`no case ${name} in ${version}`);
  const file =
    entry.files.find(one => one.form === form) ?? assert.fail(`no ${form} of ${name} in ${version}`);
  return { name: `${name} of ${version} as ${form}`, bytes: corpus.bytes(file) };
}

export async function planOf(corpus: Corpus, file: File): Promise<Plan> {
  return openModel(corpus.bytes(file), { fileName: 'model' });
}

export async function compiled(plan: Plan): Promise<Executable> {
  return (await engineFor(plan)).compile(plan);
}

/** One matrix of float64, so that values which round to a border are sent as they are. */
function inputsOf(rows: Goldens['rows']): readonly NamedTensor[] {
  const width = (rows[0] as readonly unknown[]).length;
  const data = Float64Array.from(rows.flat(), cell => cell ?? NaN);
  return [{ name: 'input-0', datatype: 'FP64', shape: [rows.length, width], data }];
}

function floatsOf({ dtype, base64 }: Golden): readonly number[] {
  const bytes = Buffer.from(base64 ?? assert.fail('no data'), 'base64');
  const size = dtype === 'float32' ? 4 : 8;
  return Array.from({ length: bytes.length / size }, (_, at) =>
    size === 4 ? bytes.readFloatLE(4 * at) : bytes.readDoubleLE(8 * at),
  );
}

function elementsOf({ data }: NamedTensor): readonly unknown[] {
  if (isCoded(data)) return Array.from(data.codes, code => data.values[code]);
  return Array.from(data as ArrayLike<unknown>);
}

/** As a share of max(|reference|, largest |reference| of the tensor). */
function errorOf(found: number, expected: number, largest: number): number {
  if (Object.is(found, expected) || found === expected) return 0;
  if (!Number.isFinite(found) || !Number.isFinite(expected)) return Infinity;
  return Math.abs(found - expected) / Math.max(Math.abs(expected), largest);
}

/** Datatypes that an answer of the library's dtype may have: leaves and indices are 32 bits wide. */
const datatypes: Readonly<Record<Golden['dtype'], readonly string[]>> = {
  float32: ['FP32'],
  float64: ['FP64'],
  int64: ['INT64', 'INT32'],
  bool: ['BOOL'],
  str: ['BYTES'],
};

/** The largest relative error of floats; infinite for a label that differs. */
export function worstError(ours: NamedTensor, golden: Golden): number {
  const found = elementsOf(ours);
  if (golden.dtype.startsWith('float')) {
    const expected = floatsOf(golden);
    const largest = expected.reduce(
      (most, one) => (Number.isFinite(one) ? Math.max(most, Math.abs(one)) : most),
      0,
    );
    return expected.reduce((worst, one, at) => Math.max(worst, errorOf(Number(found[at]), one, largest)), 0);
  }
  const isEqual = golden.data?.every((one, at) => String(one) === textOf(found[at], golden.dtype));
  return isEqual === true ? 0 : Infinity;
}

function textOf(value: unknown, dtype: Golden['dtype']): string {
  return String(dtype === 'bool' ? Boolean(value) : value);
}

/**
 * Margins of boosters are sums of float32 in a known order: equal to the last bit. Exponentials and logarithms of float32
 * differ in the last digit now and then, wrappers subtract and add the base score of DART once more, and contributions
 * are long sums of products: what the library rounds to float32 on the way, before 3.3 at every step, we do not.
 */
export function toleranceFor(entry: Entry, output: string): number {
  if (output === 'contribs') return 1e-6;
  return output === 'margin' && entry.class === 'Booster' && entry.case !== 'expectiles' ? 0 : 2e-7;
}

/** Every way in which a model's answers are not the library's. */
export function differences(executable: Executable, corpus: Corpus, entry: Entry): readonly string[] {
  const { rows, outputs } = corpus.goldens(entry);
  return entry.outputs.flatMap(name => {
    const golden = outputs[name] ?? assert.fail(`no golden for ${name}`);
    const [ours] = executable.run(inputsOf(rows), [name]) as readonly [NamedTensor];
    if (!datatypes[golden.dtype].includes(ours.datatype))
      return [`${name} is ${ours.datatype}, the library's is ${golden.dtype}`];
    if (String(ours.shape) !== String(golden.shape))
      return [`${name} has shape ${String(ours.shape)}, the library's ${String(golden.shape)}`];
    const error = worstError(ours, golden);
    return error <= toleranceFor(entry, name)
      ? []
      : [`${name} is off by ${error.toExponential(2)} of the scale`];
  });
}
