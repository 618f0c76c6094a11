/** Pickles as lists of opcodes, and changes to them after which most still decode. */
import assert from 'node:assert/strict';
import { opcodeOf, type ArgumentKind } from '../../src/model/formats/pickle/machine/opcodes.ts';
import type { Random } from './random.ts';

/** An opcode with its argument, as bytes. */
export interface Piece {
  readonly name: string;
  readonly kind: ArgumentKind;
  readonly bytes: Buffer;
}

/** Opcodes that leave one value more than they found. */
export type Value = readonly Piece[];

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
export function disassemble(bytes: Buffer): Value | undefined {
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

/** Opcodes as latin-1 text. */
export function assemble(text: string): Value {
  const pieces = disassemble(Buffer.from(`${text}.`, 'latin1')) ?? assert.fail(`no opcodes: ${text}`);
  return pieces.slice(0, -1);
}

/** Opcodes that push a value and take none; each may stand for another. */
const pushes =
  /^(NONE|NEWTRUE|NEWFALSE|BININT.?|LONG1|BINFLOAT|FLOAT|INT|LONG|EMPTY_.*|.*BIN(UNICODE|STRING|BYTES).*|UNICODE|STRING|BYTEARRAY8|GLOBAL|.*GET)$/;

/** The first values of a file, to put into others. */
export function donated(pieces: Value): readonly Value[] {
  return pieces
    .filter(piece => pushes.test(piece.name))
    .slice(0, 20)
    .map(piece => [piece]);
}

const [none, pop, dup] = ['N', '0', '2'].map(text => assemble(text)[0]) as [Piece, Piece, Piece];

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

/** Values to put into files, by kind, of which as many are taken of each. */
export type Donors = readonly (readonly Value[])[];

type Mutation = (pieces: Piece[], at: number, random: Random, donors: Donors) => void;

function donor(random: Random, donors: Donors): Value {
  return random.pick(random.pick(donors));
}

const mutations: readonly Mutation[] = [
  (pieces, at, random) => void (pieces[at] = spoilArgument(pieces[at] as Piece, random)),
  (pieces, at, random) => void (pieces[at] = spoilArgument(pieces[at] as Piece, random)),
  // A value in place of another, from this file or a different one.
  (pieces, at, random, donors) => {
    if (pushes.test((pieces[at] as Piece).name)) pieces.splice(at, 1, ...donor(random, donors));
  },
  (pieces, at, random, donors) => void pieces.splice(at, 0, ...donor(random, donors), pop),
  (pieces, at, random, donors) => void pieces.splice(at, 0, ...donor(random, donors), pop),
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
export function mutate(pieces: Value, random: Random, donors: Donors): Buffer {
  const mutant = [...pieces];
  for (let left = 1 + random.below(3); left > 0; left--) {
    const at = 1 + random.below(Math.max(1, mutant.length - 2));
    random.pick(mutations)(mutant, at, random, donors);
  }
  return Buffer.concat(mutant.map(piece => piece.bytes));
}
