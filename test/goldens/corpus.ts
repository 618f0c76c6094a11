import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { isCoded, type NamedTensor, type TensorData } from '../../src/tensor/index.ts';

/** A tensor as the corpus writes it; see test/corpus/README.md. */
export interface GoldenTensor {
  readonly dtype: 'float64' | 'float32' | 'int64' | 'bool' | 'str';
  readonly shape: readonly number[];
  readonly data: readonly (number | string | boolean)[];
}

export interface Run {
  readonly name: string;
  readonly input: GoldenTensor;
  readonly outputs: Readonly<Record<string, readonly GoldenTensor[]>>;
}

export interface Entry {
  readonly case: string;
  readonly model: string;
  readonly estimator: string;
  readonly features: number;
  readonly columns: readonly string[] | null;
  readonly classes: readonly GoldenTensor[] | null;
  readonly accepts: { readonly nan: boolean; readonly infinity: boolean };
  readonly runs: readonly { readonly name: string; readonly dtype: string; readonly rows: number }[];
  readonly outputs: readonly string[];
}

/** All cases of one version of the library. */
export interface Corpus {
  readonly version: string;
  readonly entries: readonly Entry[];
  model(entry: Entry): Uint8Array;
  runs(entry: Entry): readonly Run[];
}

const root = join(import.meta.dirname, '..', 'corpus', 'sklearn');

/** The versions that must be there; a missing one is a failure, never a skip. */
export const versions = ['0.20.4', '0.24.2', '1.0.2', '1.2.2', '1.4.2', '1.6.1', '1.9.1'] as const;

export function readCorpus(version: string): Corpus {
  const folder = join(root, version);
  assert.ok(existsSync(folder), `the corpus has no folder ${folder}`);
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { cases: Entry[] };
  const goldens = JSON.parse(gunzipSync(readFileSync(join(folder, 'goldens.json.gz'))).toString()) as Record<
    string,
    { runs: Run[] }
  >;
  return {
    version,
    entries: manifest.cases,
    model: entry => readFileSync(join(folder, entry.model)),
    runs: entry => goldens[entry.case]?.runs ?? assert.fail(`no goldens for ${entry.case}`),
  };
}

/** Folders of versions in the corpus, to find one that the list above forgot. */
export function foldersOfVersions(): readonly string[] {
  return readdirSync(root)
    .filter(name => /^\d+\.\d+/.test(name))
    .toSorted();
}

const special: Readonly<Record<string, number>> = { NaN, Infinity, '-Infinity': -Infinity };

/** A float of the corpus; what JSON cannot write is text there. */
export function floatOf(value: number | string | boolean): number {
  return typeof value === 'string' ? (special[value] ?? assert.fail(`no float: ${value}`)) : Number(value);
}

/** An input of the corpus as a request would bring it. */
export function inputOf(golden: GoldenTensor): NamedTensor {
  const numbers = golden.data.map(floatOf);
  const { shape } = golden;
  const name = 'input-0';
  switch (golden.dtype as string) {
    case 'float32':
      return { name, datatype: 'FP32', shape, data: Float32Array.from(numbers) };
    case 'int64':
      return { name, datatype: 'INT64', shape, data: BigInt64Array.from(numbers, BigInt) };
    default:
      return { name, datatype: 'FP64', shape, data: Float64Array.from(numbers) };
  }
}

/** The elements of an answer, with codes put into words. */
export function elementsOf(data: TensorData): readonly (number | bigint | string)[] {
  if (isCoded(data)) return Array.from(data.codes, code => data.values[code] ?? assert.fail(`code ${code}`));
  return Array.from(data as ArrayLike<number>);
}
