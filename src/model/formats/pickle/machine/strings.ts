import { PyBytes } from '../values.ts';
import { cost } from './budget.ts';
import type { Machine, Step } from './machine.ts';
import { latin1, quoted, rawUnicode, utf8 } from './text.ts';

function bytes(machine: Machine, length: number): void {
  machine.spend(cost.bytes);
  const { cursor } = machine;
  const start = cursor.position;
  cursor.skip(length);
  machine.push(new PyBytes(cursor.bytes, start, cursor.position));
}

function text(machine: Machine, length: number): void {
  const encoded = machine.cursor.take(length);
  machine.spend(cost.string + length);
  machine.push(utf8(encoded));
}

/** Python 2's str, whose bytes are read as latin-1: the only choice that loses nothing, and what numpy's arrays need. */
function byteString(machine: Machine, length: number): void {
  const encoded = machine.cursor.take(length);
  machine.spend(cost.string + length);
  machine.push(latin1(encoded));
}

function line(machine: Machine, decode: (encoded: Uint8Array) => string): void {
  const encoded = machine.cursor.line();
  machine.spend(cost.string + encoded.length);
  machine.push(decode(encoded));
}

/** Text and bytes. */
export const stringSteps = {
  STRING: m => line(m, quoted),
  UNICODE: m => line(m, rawUnicode),
  BINSTRING: m => byteString(m, m.cursor.i4()),
  SHORT_BINSTRING: m => byteString(m, m.cursor.u1()),
  SHORT_BINUNICODE: m => text(m, m.cursor.u1()),
  BINUNICODE: m => text(m, m.cursor.u4()),
  BINUNICODE8: m => text(m, m.cursor.u8()),
  SHORT_BINBYTES: m => bytes(m, m.cursor.u1()),
  BINBYTES: m => bytes(m, m.cursor.u4()),
  BINBYTES8: m => bytes(m, m.cursor.u8()),
  BYTEARRAY8: m => bytes(m, m.cursor.u8()),
} satisfies Record<string, Step>;
