import { wireErrors } from '../errors.ts';
import { Bare } from './bare.ts';
import { describeValue } from './describe.ts';
import { JsonReader } from './reader.ts';
import { slice } from './words.ts';

/** An integer that no float64 can hold is a bigint; objects inherit nothing. */
export type JsonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/**
 * Reads a whole body, RFC 8259 without extensions.
 * @throws `wire-json-syntax`, `wire-json-encoding`, `wire-json-depth`, `wire-json-duplicate-key`
 */
export function parseJson(body: Uint8Array): JsonValue {
  const reader = new JsonReader(body);
  const value = readValue(reader, false);
  reader.end();
  return value;
}

/** Reads the next value; `tokens` allows NaN, Infinity and -Infinity. */
export function readValue(reader: JsonReader, tokens: boolean, depth = 0): JsonValue {
  const byte = reader.peek();
  switch (byte) {
    case 0x22:
      return reader.text();
    case 0x5b:
      return readArray(reader, tokens, depth + 1);
    case 0x7b:
      return readObject(reader, tokens, depth + 1);
    case 0x74:
      reader.literal('true');
      return true;
    case 0x66:
      reader.literal('false');
      return false;
    case 0x6e:
      reader.literal('null');
      return null;
    default:
      return readNumber(reader, byte, tokens);
  }
}

function readNumber(reader: JsonReader, byte: number, tokens: boolean): number | bigint {
  const negative = byte === 0x2d;
  const next = negative ? reader.bytes[reader.at + 1] : byte;
  if (tokens && (next === 0x49 || (byte === 0x4e && !negative))) return reader.notFinite();
  if (!negative && !(byte >= 0x30 && byte <= 0x39)) throw reader.unexpected('a value');
  const start = reader.at;
  const integer = reader.skipNumber();
  const text = slice(reader.bytes, start, reader.at);
  const value = Number(text);
  if (!Number.isFinite(value))
    throw wireErrors.make['wire-element-range'](
      `${pathAt(reader.bytes, start)}: found ${describeValue(reader.bytes, start)}, expected a number that float64 can hold`,
    );
  return integer && !Number.isSafeInteger(value) ? BigInt(text) : value;
}

function readArray(reader: JsonReader, tokens: boolean, depth: number): readonly JsonValue[] {
  reader.openNested(depth);
  reader.openArray();
  const items: JsonValue[] = [];
  while (reader.nextItem(items.length === 0)) items.push(readValue(reader, tokens, depth));
  return items;
}

function readObject(
  reader: JsonReader,
  tokens: boolean,
  depth: number,
): { readonly [key: string]: JsonValue } {
  reader.openNested(depth);
  const start = reader.at;
  reader.openObject();
  const object = new Bare<JsonValue>();
  let first = true;
  for (;;) {
    const key = reader.nextKey(first);
    if (key === undefined) return object;
    first = false;
    if (key in object) throw duplicateKey(key, pathAt(reader.bytes, start));
    object[key] = readValue(reader, tokens, depth);
  }
}

/** An array or object that is open, and its item that was reached last. */
interface Place {
  readonly isObject: boolean;
  index: number;
  key: string;
}

/** The way to the value at `at`, such as `instances[1].a`, in a body that is well-formed up to there; looks at no byte twice. */
function pathAt(bytes: Uint8Array, at: number): string {
  const reader = new JsonReader(bytes);
  const open: Place[] = [];
  for (let byte = reader.peek(); reader.at < at; byte = reader.peek()) {
    if (byte === 0x7b || byte === 0x5b) {
      reader.at++;
      open.push({ isObject: byte === 0x7b, index: -1, key: '' });
    } else reader.skip();
    for (let last = open.at(-1); last !== undefined && !reachesNext(reader, last); last = open.at(-1))
      open.pop();
  }
  const path = open.map(stepOf).join('');
  return path === '' ? 'the body' : path.replace(/^\./, '');
}

/** Moves to the next item of a place; false behind its end. */
function reachesNext(reader: JsonReader, place: Place): boolean {
  place.index++;
  const isFirst = place.index === 0;
  if (!place.isObject) return reader.nextItem(isFirst);
  const key = reader.nextKey(isFirst);
  place.key = key ?? '';
  return key !== undefined;
}

const longestStep = 60;

function stepOf({ isObject, index, key }: Place): string {
  return isObject ? `.${key.slice(0, longestStep)}` : `[${index}]`;
}

/** What to throw when `key` comes a second time in the object at `path`. */
export function duplicateKey(key: string, path: string): Error {
  return wireErrors.make['wire-json-duplicate-key'](
    `${path} has the key ${JSON.stringify(key)} twice, expected it once`,
  );
}
