import { wireErrors } from '../errors.ts';
import { Bare } from './bare.ts';
import { describeValue, placeOf } from './describe.ts';
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
      `${placeOf(reader.bytes, start)}: found ${describeValue(reader.bytes, start)}, expected a number that float64 can hold`,
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
  reader.openObject();
  const object = new Bare<JsonValue>();
  let first = true;
  for (;;) {
    const key = reader.nextKey(first);
    if (key === undefined) return object;
    first = false;
    if (key in object) throw duplicateKey(key);
    object[key] = readValue(reader, tokens, depth);
  }
}

/** What to throw when `key` comes a second time in the object at `path`. */
export function duplicateKey(key: string, path?: string): Error {
  const where = path === undefined || path === '' ? 'an object of the body' : path;
  return wireErrors.make['wire-json-duplicate-key'](
    `${where} has the key ${JSON.stringify(key)} twice, expected it once`,
  );
}
