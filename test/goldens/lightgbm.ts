import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Executable } from '../../src/model/engines/index.ts';
import { engineFor } from '../../src/model/engines/index.ts';
import { openModel } from '../../src/model/formats/index.ts';
import type { Plan } from '../../src/model/plan/index.ts';
import { isCoded, type NamedTensor } from '../../src/tensor/index.ts';

/** A tensor as test/corpus/lightgbm/generate.py writes it. */
interface Golden {
  readonly dtype: 'float64' | 'int32' | 'int64' | 'bool' | 'str';
  readonly shape: readonly number[];
  readonly data?: readonly (number | string | boolean)[];
  readonly base64?: string;
}

type Cell = number | string | null;

interface Goldens {
  readonly rows: readonly (readonly Cell[])[];
  readonly outputs: Readonly<Record<string, Golden | { readonly same: string }>>;
}

export interface File {
  readonly form: string;
  readonly offset: number;
  readonly length: number;
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

const root = join(import.meta.dirname, '..', 'corpus', 'lightgbm');

/** The versions that must be there; a missing one is a failure, never a skip. */
export const versions = [
  '2.0.1',
  '2.0.12',
  '2.1.2',
  '2.3.1',
  '3.0.0',
  '3.3.5',
  '4.0.0',
  '4.3.0',
  '4.7.0',
] as const;

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

/** A file of the corpus, for suites that need examples. */
export function fileOf(
  version: string,
  name: string,
  form: string,
): { readonly name: string; readonly bytes: Uint8Array } {
  const corpus = readCorpus(version);
  const file = corpus.entries.find(entry => entry.case === name)?.files.find(one => one.form === form);
  assert.ok(file !== undefined, `no ${form} of ${name} in ${version}`);
  return { name: `${form} of ${name}, ${version}`, bytes: corpus.bytes(file) };
}

const words: Readonly<Record<string, number>> = { Infinity, '-Infinity': -Infinity };

function numberOf(cell: Cell): number {
  if (cell === null) return NaN;
  return typeof cell === 'number' ? cell : (words[cell] ?? assert.fail(`no number: ${cell}`));
}

/** A column of a frame: texts when any cell is one, else numbers. */
function columnOf(name: string, cells: readonly Cell[]): NamedTensor {
  const shape = [cells.length];
  if (!cells.some(cell => typeof cell === 'string' && words[cell] === undefined))
    return { name, datatype: 'FP64', shape, data: Float64Array.from(cells, numberOf) };
  return { name, datatype: 'BYTES', shape, data: cells as readonly (string | null)[] };
}

/** The rows as a request would bring them: one matrix, or one tensor for each column of a frame. */
export function inputsOf({ names }: Entry, rows: Goldens['rows']): readonly NamedTensor[] {
  const width = (rows[0] as readonly Cell[]).length;
  if (names !== null)
    return names.map((name, column) =>
      columnOf(
        name,
        rows.map(row => row[column] as Cell),
      ),
    );
  const data = Float64Array.from(rows.flat(), numberOf);
  return [{ name: 'input-0', datatype: 'FP64', shape: [rows.length, width], data }];
}

export async function compiled(plan: Plan): Promise<Executable> {
  return (await engineFor(plan)).compile(plan);
}

export async function planOf(corpus: Corpus, file: File): Promise<Plan> {
  return openModel(corpus.bytes(file), { fileName: 'model' });
}

function numbersOf({ base64, data }: Golden): readonly (number | string | boolean)[] {
  if (base64 === undefined) return data ?? assert.fail('no data');
  const bytes = Buffer.from(base64, 'base64');
  return Array.from({ length: bytes.length / 8 }, (_, index) => bytes.readDoubleLE(index * 8));
}

function resolved(outputs: Goldens['outputs'], name: string): Golden {
  const golden = outputs[name] ?? assert.fail(`no golden for ${name}`);
  return 'same' in golden ? resolved(outputs, golden.same) : golden;
}

const datatypes = { float64: 'FP64', int32: 'INT32', int64: 'INT64', bool: 'BOOL', str: 'BYTES' } as const;

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

export interface Furthest {
  readonly worst: number;
  readonly text: string;
}

/** The largest relative error of floats; infinite for a label that differs. Goldens may be of the first rows alone. */
function furthest(ours: NamedTensor, golden: Golden): Furthest {
  const expected = numbersOf(golden);
  const found = elementsOf(ours);
  const isFloat = golden.dtype === 'float64';
  const finite = isFloat ? (expected as number[]).map(Math.abs).filter(Number.isFinite) : [];
  const largest = finite.reduce((most, one) => Math.max(most, one), 0);
  let far: Furthest = { worst: 0, text: '' };
  for (const [at, one] of expected.entries()) {
    const same = typeof found[at] === 'string' ? found[at] === one : Number(found[at]) === Number(one);
    const error = isFloat ? errorOf(Number(found[at]), Number(one), largest) : same ? 0 : Infinity;
    if (error > far.worst)
      far = { worst: error, text: `element ${at} is ${String(found[at])}, the library's is ${String(one)}` };
  }
  return far;
}

const tolerance = 1e-9;

function difference(ours: NamedTensor, golden: Golden): string | undefined {
  if (ours.datatype !== datatypes[golden.dtype])
    return `is ${ours.datatype}, the library's is ${golden.dtype}`;
  const [rows, ...rest] = ours.shape;
  const [goldenRows, ...goldenRest] = golden.shape;
  if (JSON.stringify(rest) !== JSON.stringify(goldenRest) || (rows as number) < (goldenRows as number))
    return `has shape [${ours.shape.join()}], the library's [${golden.shape.join()}]`;
  const { worst, text } = furthest(ours, golden);
  return worst <= tolerance ? undefined : `${text}: off by ${worst.toExponential(2)} of the scale`;
}

/** Dumps before 2.2 do not tell how scores become answers. */
function namesOf(outputs: Goldens['outputs'], { version }: Corpus, { form }: File): readonly string[] {
  const names = Object.keys(outputs);
  return form === 'dump' && /^2\.[01]\./.test(version) ? names.filter(name => name !== 'predict') : names;
}

/** Every way in which a model's answers are not the library's. */
export function differences(
  executable: Executable,
  corpus: Corpus,
  entry: Entry,
  file: File,
): readonly string[] {
  const { rows, outputs } = corpus.goldens(entry);
  const names = namesOf(outputs, corpus, file);
  const answers = executable.run(inputsOf(entry, rows), names) as readonly NamedTensor[];
  return names.flatMap((name, index) => {
    const found = difference(answers[index] as NamedTensor, resolved(outputs, name));
    return found === undefined ? [] : [`${name} ${found}`];
  });
}

/** The largest error of the outputs of a case. */
export function worstError(executable: Executable, corpus: Corpus, entry: Entry, file: File): number {
  const { rows, outputs } = corpus.goldens(entry);
  const names = namesOf(outputs, corpus, file);
  const answers = executable.run(inputsOf(entry, rows), names) as readonly NamedTensor[];
  return Math.max(
    ...names.map((name, index) => furthest(answers[index] as NamedTensor, resolved(outputs, name)).worst),
  );
}
