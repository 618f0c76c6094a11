import assert from 'node:assert/strict';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { inflateXz } from '../../src/model/formats/pickle/container/xz.ts';
import type { GoldenInput, GoldenTensor } from './tensors.ts';

export interface Run {
  readonly name: string;
  readonly input: GoldenInput;
  /** Tensors by method. */
  readonly outputs: Readonly<Record<string, readonly GoldenTensor[]>>;
}

/** A case of the manifest; see test/corpus/README.md. */
export interface Entry {
  readonly case: string;
  /** Name of the model's file as the library wrote it. */
  readonly model: string;
  /** Where the file is in `models.bin.xz`, unpacked. */
  readonly offset: number;
  readonly bytes: number;
  readonly estimator: string;
  readonly form: GoldenInput['form'];
  readonly columns: readonly string[] | null;
  readonly classes: readonly GoldenTensor[] | null;
  readonly accepts: { readonly nan: boolean; readonly infinity: boolean } | null;
  readonly runs: readonly { readonly name: string; readonly rows: number }[];
  readonly outputs: readonly string[];
}

/** The cases of a family of estimators in one version of the library. */
export interface Corpus {
  readonly version: string;
  readonly family: string;
  readonly entries: readonly Entry[];
  model(entry: Entry): Uint8Array;
  runs(entry: Entry): readonly Run[];
  looks(entry: Entry): Looks | undefined;
}

interface StoredRun extends Omit<Run, 'input' | 'isCut'> {
  readonly input: string;
}

/** What the library says of a model of trees; the numbers of each text are separated by spaces. */
export interface Looks {
  readonly importances: string | null;
  /** Of its first tree, node by node, each before its children, the left one first: the feature that is asked for, -1 for a leaf. */
  readonly features: string;
  readonly thresholds: string;
}

interface Goldens {
  readonly looks?: Readonly<Record<string, Looks>>;
  readonly inputs: Readonly<Record<string, GoldenInput>>;
  readonly cases: Readonly<Record<string, readonly StoredRun[]>>;
}

const root = join(import.meta.dirname, '..', 'corpus', 'sklearn');

/** The versions that must be there; a missing one is a failure, never a skip. */
export const versions = [
  '0.18.2',
  '0.20.4',
  '0.22.2.post1',
  '0.24.2',
  '1.0.2',
  '1.2.2',
  '1.3.2',
  '1.4.2',
  '1.6.1',
  '1.9.1',
] as const;

interface Span {
  readonly name: string;
  readonly since: readonly number[];
  readonly until: readonly number[];
}

/** Families that have a script, with the first version (`[1, 0]`) that each declares, and the first without it. */
export const families: readonly Span[] = globSync('[a-z]*.py', { cwd: join(root, 'families') })
  .toSorted()
  .map(file => {
    const text = readFileSync(join(root, 'families', file), 'utf8');
    return {
      name: basename(file, '.py'),
      since: versionIn(/^SINCE = \((\d+), (\d+)\)$/m.exec(text)) ?? [0, 0],
      until: versionIn(/^UNTIL = \((\d+), (\d+)\)$/m.exec(text)) ?? [Infinity, 0],
    };
  });

function versionIn(found: RegExpExecArray | null): readonly number[] | undefined {
  return found?.slice(1).map(Number);
}

function reaches(version: string, [major, minor]: readonly number[]): boolean {
  const [ours, its] = version.split('.').map(Number);
  return ours === major ? (its as number) >= (minor as number) : (ours as number) > (major as number);
}

/** Families that a version has to have. */
export function familiesOf(version: string): readonly string[] {
  return families
    .filter(({ since, until }) => reaches(version, since) && !reaches(version, until))
    .map(family => family.name);
}

interface Manifest {
  readonly cases: readonly Entry[];
}

function folderOf(version: string, family: string): string {
  const folder = join(root, version, family);
  assert.ok(
    existsSync(folder),
    `the corpus has no folder ${folder}: test/corpus/generate.sh sklearn ${family}`,
  );
  return folder;
}

const manifests = new Map<string, Manifest>();

/** Read once for each folder: whoever looks for a case goes through all of a version. */
function manifestOf(folder: string): Manifest {
  const known = manifests.get(folder);
  if (known !== undefined) return known;
  const read = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Manifest;
  manifests.set(folder, read);
  return read;
}

/** More than any pack of a family inflates to. */
const most = 1 << 28;

// Our own reader: Node.js has none. A fault in it shows, because each stream ends in a checksum.
function unpacked(folder: string, file: string): Buffer {
  return Buffer.from(inflateXz(readFileSync(join(folder, file)), most));
}

function goldensOf(folder: string): Goldens {
  return JSON.parse(unpacked(folder, 'goldens.json.xz').toString()) as Goldens;
}

/** Files are read when first asked for. */
export function readCorpus(version: string, family: string): Corpus {
  const folder = folderOf(version, family);
  let pack: Buffer | undefined;
  let goldens: Goldens | undefined;
  return {
    version,
    family,
    entries: manifestOf(folder).cases,
    model({ offset, bytes }) {
      pack ??= unpacked(folder, 'models.bin.xz');
      return new Uint8Array(pack.subarray(offset, offset + bytes));
    },
    runs(entry) {
      const { inputs, cases } = (goldens ??= goldensOf(folder));
      const runs = cases[entry.case] ?? assert.fail(`no goldens for ${entry.case}`);
      return runs.map(run => ({
        ...run,
        input: inputs[run.input] ?? assert.fail(`no input ${run.input}`),
      }));
    },
    looks(entry) {
      return (goldens ??= goldensOf(folder)).looks?.[entry.case];
    },
  };
}

/** One case by name, whichever family has it. */
export function findCase(version: string, name: string): { readonly corpus: Corpus; readonly entry: Entry } {
  for (const family of foldersOf(version)) {
    const corpus = readCorpus(version, family);
    const entry = corpus.entries.find(one => one.case === name);
    if (entry !== undefined) return { corpus, entry };
  }
  return assert.fail(`no case ${name} in ${version}`);
}

/** Folders of families that a version has. */
export function foldersOf(version: string): readonly string[] {
  return readdirSync(join(root, version), { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => entry.name)
    .toSorted();
}

/** Folders of versions in the corpus, to find one that the list above forgot. */
export function foldersOfVersions(): readonly string[] {
  return readdirSync(root)
    .filter(name => /^\d+\.\d+/.test(name))
    .toSorted();
}
