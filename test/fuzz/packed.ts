/** Files that are no plain pickle, spoilt by their bytes: containers, joblib's arrays in the file and beside it, and what is no pickle at all. */
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import type { Random } from './random.ts';

const corpus = join(dirname(import.meta.dirname), 'corpus');

/** What a file is read with. */
export interface Mutant {
  readonly bytes: Buffer;
  /** A file beside it; undefined when there is none of that name. */
  readonly companion?: (name: string) => Buffer | undefined;
}

/** A file that mutants are made of. */
export interface Source {
  readonly file: string;
  readonly mutant: (random: Random) => Mutant;
}

/** Where a change is made: half of them among the first bytes, where headers are, some at the end, where checks are. */
function place(length: number, random: Random): number {
  const near = random.chance(0.5) ? Math.min(length, 120) : length;
  const at = random.below(near);
  return random.chance(0.1) ? Math.max(0, length - 1 - random.below(24)) : at;
}

type Spoil = (bytes: Buffer, at: number, random: Random) => Buffer;

const spoils: readonly Spoil[] = [
  (bytes, at, random) => {
    const copy = Buffer.from(bytes);
    copy[at] = (copy[at] as number) ^ (1 << random.below(8));
    return copy;
  },
  (bytes, at, random) => {
    const copy = Buffer.from(bytes);
    copy[at] = random.pick([0, 1, 0x20, 0x7f, 0x80, 0xff, random.below(256)]);
    return copy;
  },
  (bytes, at) => bytes.subarray(0, at),
  (bytes, at, random) => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(4))]),
  (bytes, at, random) => {
    const again = bytes.subarray(at, at + 1 + random.below(16));
    return Buffer.concat([bytes.subarray(0, at), again, bytes.subarray(at)]);
  },
  // What follows a file: padding, its own start, a second stream.
  (bytes, at) => Buffer.concat([bytes, at % 2 === 0 ? Buffer.alloc(1 + (at % 9)) : bytes.subarray(0, at)]),
];

/** One or two changes to a file's bytes. */
function spoilt(bytes: Buffer, random: Random): Buffer {
  let found = bytes;
  for (let left = 1 + random.below(2); left > 0 && found.length > 0; left--)
    found = random.pick(spoils)(found, place(found.length, random), random);
  return found;
}

/** joblib's own container before 0.10. */
function zfile(bytes: Buffer): Buffer {
  const head = `ZF0x${bytes.length.toString(16)}`.padEnd(21, ' ');
  return Buffer.concat([Buffer.from(head, 'latin1'), deflateSync(bytes)]);
}

const packers = [gzipSync, deflateSync, zfile] as const;

/** A mutant in one of the containers that this runtime can write, whole or spoilt. */
export function packed({ file, mutant }: Source): Source {
  return {
    file,
    mutant: random => {
      const bytes = random.pick(packers)(mutant(random).bytes);
      return { bytes: random.chance(0.5) ? bytes : spoilt(bytes, random) };
    },
  };
}

function filesOf(folder: string, pattern: string): readonly string[] {
  return globSync(pattern, { cwd: join(corpus, folder) })
    .toSorted()
    .map(name => join(corpus, folder, name));
}

/** Larger files, and those that become large, spend the time on reading what was not spoilt. */
const mostBytes = 20_000;
const large = /^(bomb|inflate|nested-)/;

/** Files in containers, of joblib, and such that look like something else. */
export function alone(): readonly Source[] {
  return [...filesOf('pickle/files', '**/*.{joblib,gz,bz2}'), ...filesOf('pickle-extra/files', '*')]
    .map(path => ({ file: basename(path), bytes: readFileSync(path) }))
    .filter(({ file, bytes }) => bytes.length <= mostBytes && !large.test(file))
    .map(({ file, bytes }) => ({ file, mutant: random => ({ bytes: spoilt(bytes, random) }) }));
}

/** Files whose arrays lie beside them: mostly one of those is spoilt, now and then the file itself, or one is not there. */
export function accompanied(): readonly Source[] {
  return filesOf('pickle/files/joblib-0.9.4', '*.pkl').map(path => {
    const bytes = readFileSync(path);
    const beside = new Map(globSync(`${path}_*`).map(one => [basename(one), readFileSync(one)] as const));
    const mutant = (random: Random): Mutant => {
      if (beside.size === 0 || random.chance(0.2))
        return { bytes: spoilt(bytes, random), companion: name => beside.get(name) };
      const chosen = random.pick([...beside.keys()].toSorted());
      const other = random.chance(0.1) ? undefined : spoilt(beside.get(chosen) as Buffer, random);
      return { bytes, companion: name => (name === chosen ? other : beside.get(name)) };
    };
    return { file: basename(path), mutant };
  });
}
