import { wireErrors } from '../errors.ts';
import { placeOf } from './describe.ts';
import type { JsonReader } from './reader.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const escapes = new Map([
  [0x22, '"'],
  [0x5c, '\\'],
  [0x2f, '/'],
  [0x62, '\b'],
  [0x66, '\f'],
  [0x6e, '\n'],
  [0x72, '\r'],
  [0x74, '\t'],
]);

/** Reads a string that is not plain ASCII from its first byte on, up to its closing quote. */
export function readEscapedText(reader: JsonReader, start: number): string {
  const { bytes } = reader;
  let text = '';
  let from = start;
  let at = start;
  for (;;) {
    const byte = bytes[at];
    if (byte === undefined || byte < 0x20) throw badCharacter(reader, at);
    if (byte === 0x22) break;
    if (byte === 0x5c) {
      text += decoded(reader, from, at);
      text += readEscape(reader, at);
      from = at = reader.at;
    } else at++;
  }
  text += decoded(reader, from, at);
  if (!text.isWellFormed())
    throw wireErrors.make['wire-json-encoding'](
      `the text at ${placeOf(bytes, start)} holds half of a surrogate pair, expected whole characters`,
    );
  reader.at = at + 1;
  return text;
}

function badCharacter(reader: JsonReader, at: number): Error {
  if (at >= reader.bytes.length) {
    reader.at = at;
    return reader.unexpected('the closing quote of a string');
  }
  return wireErrors.make['wire-json-syntax'](
    `the body is not JSON: found a control character in a string at ${placeOf(reader.bytes, at)}, expected an escape such as \\n`,
  );
}

function decoded(reader: JsonReader, from: number, to: number): string {
  if (from === to) return '';
  try {
    return utf8.decode(reader.bytes.subarray(from, to));
  } catch (error) {
    throw wireErrors.make['wire-json-encoding'](
      `the text at ${placeOf(reader.bytes, from)} is not valid UTF-8`,
      { cause: error },
    );
  }
}

function readEscape(reader: JsonReader, at: number): string {
  const { bytes } = reader;
  const kind = bytes[at + 1] as number;
  const plain = escapes.get(kind);
  reader.at = at + 1;
  if (plain !== undefined) {
    reader.at = at + 2;
    return plain;
  }
  if (kind !== 0x75) throw reader.unexpected('one of the escapes of JSON');
  let code = 0;
  for (let digit = at + 2; digit < at + 6; digit++) {
    const value = hexDigit(bytes[digit]);
    if (value < 0) {
      reader.at = digit;
      throw reader.unexpected('a hexadecimal digit');
    }
    code = code * 16 + value;
  }
  reader.at = at + 6;
  return String.fromCharCode(code);
}

function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
