import { Fault, malformed } from '../errors.ts';
import { cost } from './budget.ts';
import type { Machine, Step } from './machine.ts';
import { latin1 } from './text.ts';

/** Beyond 128 million bits an integer is no model's parameter, and printing it takes minutes. */
const widestInteger = 2 ** 24;

/** Parsing decimal text is not linear in its length; a million digits take a quarter of a second. */
const longestDecimal = 1_000_000;

const small: readonly bigint[] = Array.from({ length: 1024 }, (_, at) => BigInt(at));

function integer(machine: Machine, value: number): void {
  const kept = small[value];
  if (kept === undefined) machine.spend(cost.integer);
  machine.push(kept ?? BigInt(value));
}

/** An integer in decimal text. @throws Fault when the text is anything else, or too long to be parsed in time. */
export function decimal(bytes: Uint8Array, what: string): bigint {
  if (bytes.length > longestDecimal)
    throw new Fault(
      'pickle-too-large',
      `${what} has ${bytes.length} digits, at most ${longestDecimal} are read`,
    );
  const text = latin1(bytes).trim();
  const sign = text.startsWith('-') ? -1n : 1n;
  const digits = text.replace(/^[+-]/, '');
  if (!/^\d+$/.test(digits))
    throw malformed(`${what} must be digits, not ${JSON.stringify(text.slice(0, 40))}`);
  return sign * BigInt(digits);
}

const scratch = new DataView(new ArrayBuffer(16));

/** Two's complement, little-endian, any width: LONG1 and LONG4. */
export function twosComplement(bytes: Uint8Array): bigint {
  const { length } = bytes;
  if (length <= 16) return shortInteger(bytes);
  if (length > widestInteger)
    throw new Fault('pickle-too-large', `an integer has ${length} bytes, at most ${widestInteger} are read`);
  const unsigned = BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
  return BigInt.asIntN(length * 8, unsigned);
}

function shortInteger(bytes: Uint8Array): bigint {
  const sign = (bytes.at(-1) ?? 0) & 0x80 ? 0xff : 0;
  for (let at = 0; at < 16; at++) scratch.setUint8(at, bytes[at] ?? sign);
  if (bytes.length <= 8) return scratch.getBigInt64(0, true);
  return (scratch.getBigInt64(8, true) << 64n) | scratch.getBigUint64(0, true);
}

function long(machine: Machine, length: number): void {
  const bytes = machine.cursor.take(length);
  // Beyond a machine word an integer is put together from two, each one of its own for a while.
  machine.spend((length > 8 ? 3 : 2) * cost.integer + length);
  machine.push(twosComplement(bytes));
}

function textInteger(machine: Machine): void {
  const line = machine.cursor.line();
  machine.spend(cost.integer + line.length);
  // Protocol 1 writes booleans so, protocol 0 too.
  if (line.length === 2 && line[0] === 0x30 && (line[1] === 0x30 || line[1] === 0x31))
    machine.push(line[1] === 0x31);
  else machine.push(decimal(line, 'an integer'));
}

function textLong(machine: Machine): void {
  const line = machine.cursor.line();
  machine.spend(cost.integer + line.length);
  const suffix = line.at(-1) === 0x4c ? 1 : 0;
  machine.push(decimal(line.subarray(0, line.length - suffix), 'an integer'));
}

const wordFloats = new Map([
  ['inf', Infinity],
  ['-inf', -Infinity],
  ['nan', Number.NaN],
  ['-nan', Number.NaN],
]);

function textFloat(machine: Machine): void {
  const line = machine.cursor.line();
  const text = line.length > 400 ? '' : latin1(line).trim();
  const number = wordFloats.get(text.toLowerCase());
  if (number === undefined && !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text))
    throw malformed(`a float must be a number, not ${JSON.stringify(latin1(line.subarray(0, 40)))}`);
  machine.spend(cost.float);
  machine.push(number ?? Number(text));
}

/** None, booleans, integers, floats. */
export const numberSteps = {
  NONE: m => m.push(null),
  NEWTRUE: m => m.push(true),
  NEWFALSE: m => m.push(false),
  INT: textInteger,
  LONG: textLong,
  FLOAT: textFloat,
  BININT: m => integer(m, m.cursor.i4()),
  BININT1: m => integer(m, m.cursor.u1()),
  BININT2: m => integer(m, m.cursor.u2()),
  LONG1: m => long(m, m.cursor.u1()),
  LONG4: m => long(m, m.cursor.i4()),
  BINFLOAT: m => {
    m.spend(cost.float);
    m.push(m.cursor.f8());
  },
} satisfies Record<string, Step>;
