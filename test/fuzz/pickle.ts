/**
 * Mutates pickles by structure and reads them: `node test/fuzz/pickle.ts [--seconds 10] [--seed 1]`. A mutant is read, or
 * refused with a coded error; and its objects end as a plan, or as a coded refusal. Random bytes would die at the first
 * opcode, so mutants are made of whole opcodes and most of them still decode.
 */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { CodedError } from '../../src/base/errors/index.ts';
import { openModel } from '../../src/model/formats/index.ts';
import { openPickle } from '../../src/model/formats/pickle/index.ts';
import { opcodeOf, type ArgumentKind } from '../../src/model/formats/pickle/machine/opcodes.ts';
import { foldersOf, readCorpus, versions } from '../goldens/corpus.ts';
import { Random } from './random.ts';

const corpus = join(dirname(import.meta.dirname), 'corpus');

/** An opcode with its argument, as bytes. */
interface Piece {
  readonly name: string;
  readonly kind: ArgumentKind;
  readonly bytes: Buffer;
}

const widths: Readonly<Partial<Record<ArgumentKind, number>>> = {
  none: 0,
  u1: 1,
  u2: 2,
  u4: 4,
  i4: 4,
  u8: 8,
  f8: 8,
};
const prefixes: Readonly<Partial<Record<ArgumentKind, number>>> = {
  'u1 bytes': 1,
  'u4 bytes': 4,
  'i4 bytes': 4,
  'u8 bytes': 8,
};

function argumentLength(kind: ArgumentKind, bytes: Buffer, at: number): number {
  const width = widths[kind];
  if (width !== undefined) return width;
  if (kind === 'line') return bytes.indexOf(10, at) + 1 - at;
  if (kind === 'two lines') return bytes.indexOf(10, bytes.indexOf(10, at) + 1) + 1 - at;
  const prefix = prefixes[kind] ?? 0;
  return prefix + bytes.readUIntLE(at, Math.min(prefix, 6));
}

/** The opcodes of a file that is one plain pickle; frames are left out, since mutants have other lengths. */
export function disassemble(bytes: Buffer): readonly Piece[] | undefined {
  const pieces: Piece[] = [];
  for (let at = 0; at < bytes.length;) {
    const opcode = opcodeOf(bytes[at] as number);
    if (opcode === undefined) return undefined;
    const end = at + 1 + argumentLength(opcode.argument, bytes, at + 1);
    if (end <= at || end > bytes.length) return undefined;
    if (opcode.name !== 'FRAME')
      pieces.push({ name: opcode.name, kind: opcode.argument, bytes: bytes.subarray(at, end) });
    if (opcode.name === 'STOP') return end === bytes.length ? pieces : undefined;
    at = end;
  }
  return undefined;
}

/** Opcodes that push a value and take none; each may stand for another. */
const pushes =
  /^(NONE|NEWTRUE|NEWFALSE|BININT.?|LONG1|BINFLOAT|FLOAT|INT|LONG|EMPTY_.*|.*BIN(UNICODE|STRING|BYTES).*|UNICODE|STRING|BYTEARRAY8|GLOBAL|.*GET)$/;

const none: Piece = { name: 'NONE', kind: 'none', bytes: Buffer.from('N') };
const pop: Piece = { name: 'POP', kind: 'none', bytes: Buffer.from('0') };
const dup: Piece = { name: 'DUP', kind: 'none', bytes: Buffer.from('2') };

/** Turns some bits of the argument, never of a length. */
function spoilArgument(piece: Piece, random: Random): Piece {
  const skipped = 1 + (prefixes[piece.kind] ?? 0);
  const bytes = Buffer.from(piece.bytes);
  const room = bytes.length - skipped - (piece.kind.includes('line') ? 1 : 0);
  if (room <= 0) return piece;
  const at = skipped + random.below(room);
  const turned = (bytes[at] as number) ^ (1 << random.below(piece.kind.includes('line') ? 3 : 8));
  bytes[at] = turned === 10 ? 11 : turned;
  return { ...piece, bytes };
}

type Mutation = (pieces: Piece[], at: number, random: Random, donors: readonly Piece[]) => void;

const mutations: readonly Mutation[] = [
  (pieces, at, random) => void (pieces[at] = spoilArgument(pieces[at] as Piece, random)),
  (pieces, at, random) => void (pieces[at] = spoilArgument(pieces[at] as Piece, random)),
  // A value in place of another, from this file or a different one.
  (pieces, at, random, donors) => {
    if (pushes.test((pieces[at] as Piece).name)) pieces[at] = random.pick(donors);
  },
  (pieces, at, _random, donors) => void pieces.splice(at, 0, donors[at % donors.length] as Piece, pop),
  (pieces, at) => void pieces.splice(at, 0, none, pop),
  (pieces, at) =>
    void (pieces.length > at + 1 && pieces.splice(at, 2, pieces[at + 1] as Piece, pieces[at] as Piece)),
  (pieces, at) => void pieces.splice(at, 1),
  (pieces, at) => void pieces.splice(at, 0, dup),
  (pieces, at, random) => {
    const length = 1 + random.below(8);
    pieces.splice(at, 0, ...pieces.slice(at, at + length));
  },
];

/** One to three mutations behind the protocol and before STOP. */
function mutate(pieces: readonly Piece[], random: Random, donors: readonly Piece[]): Buffer {
  const mutant = [...pieces];
  for (let left = 1 + random.below(3); left > 0; left--) {
    const at = 1 + random.below(Math.max(1, mutant.length - 2));
    random.pick(mutations)(mutant, at, random, donors);
  }
  return Buffer.concat(mutant.map(piece => piece.bytes));
}

export interface Source {
  readonly file: string;
  readonly pieces: readonly Piece[];
}

interface File {
  readonly name: string;
  readonly bytes: Buffer;
}

function files(): readonly File[] {
  return globSync('pickle/files/**/*.pkl', { cwd: corpus })
    .toSorted()
    .map(name => ({ name, bytes: readFileSync(join(corpus, name)) }));
}

function models(version: string): readonly File[] {
  return foldersOf(version).flatMap(family => {
    const corpus = readCorpus(version, family);
    return corpus.entries
      .filter(entry => entry.model.endsWith('.pkl'))
      .map(entry => ({
        name: `${version} ${family} ${entry.model}`,
        bytes: Buffer.from(corpus.model(entry)),
      }));
  });
}

/** Plain pickles of the corpus: values of all kinds, and models of these versions of scikit-learn. */
export function sources(writers: readonly string[] = versions): readonly Source[] {
  return [...files(), ...writers.flatMap(models)].flatMap(({ name, bytes }) => {
    const pieces = disassemble(bytes);
    return pieces === undefined || pieces.length < 4 || pieces.length > 5000 ? [] : [{ file: name, pieces }];
  });
}

export interface Tally {
  runs: number;
  decoded: number;
  planned: number;
}

/** @throws with the file and the mutant when something ends in another way than it may */
export async function fuzzPickle(
  seed: number,
  files: readonly Source[],
  goesOn: (runs: number) => boolean,
): Promise<Tally> {
  const random = new Random(seed);
  const donors = files.flatMap(({ pieces }) => pieces.filter(piece => pushes.test(piece.name)).slice(0, 20));
  const tally: Tally = { runs: 0, decoded: 0, planned: 0 };
  while (goesOn(tally.runs)) {
    const { file, pieces } = random.pick(files);
    const mutant = mutate(pieces, random, donors);
    tally.runs++;
    const told = `${file}, seed ${seed}, run ${tally.runs}: ${mutant.subarray(0, 2000).toString('base64')}`;
    if (!(await ends(() => openPickle(mutant, {}), told))) continue;
    tally.decoded++;
    if (await ends(() => openModel(mutant, { fileName: 'mutant' }), told)) tally.planned++;
  }
  return tally;
}

/** Whether it succeeded; it may also fail with a coded error of the file's fault, and in no other way. */
async function ends(work: () => unknown, told: string): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    assert.ok(
      error instanceof CodedError && error.fault === 'user',
      `${told}\n${error instanceof Error ? error.stack : String(error)}`,
    );
    return false;
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { seconds: { type: 'string', default: '10' }, seed: { type: 'string' } },
  });
  const seed = Number(values.seed ?? Date.now() % 1_000_000_000);
  process.stdout.write(`seed ${seed}\n`);
  const end = performance.now() + Number(values.seconds) * 1000;
  const { runs, decoded, planned } = await fuzzPickle(seed, sources(), () => performance.now() < end);
  const share = ((100 * decoded) / runs).toFixed(1);
  process.stdout.write(`${runs} mutants, ${decoded} decoded (${share} %), ${planned} still models\n`);
}
