import { slice } from './words.ts';

/** Words for the byte at `at`: the character, its number, or the end. */
export function describeByte(bytes: Uint8Array, at: number): string {
  const byte = bytes[at];
  if (byte === undefined) return 'the end of the body';
  if (byte > 0x20 && byte < 0x7f) return `'${String.fromCharCode(byte)}'`;
  return `byte 0x${byte.toString(16).padStart(2, '0')}`;
}

/** Line and column, counted in bytes from 1. */
export function placeOf(bytes: Uint8Array, at: number): string {
  let line = 1;
  let start = 0;
  for (let index = bytes.indexOf(0x0a); index !== -1 && index < at; index = bytes.indexOf(0x0a, start)) {
    line++;
    start = index + 1;
  }
  return `line ${line}, column ${at - start + 1}`;
}

const mostShown = 40;
const brackets = /["[{]/;

/** The value at `at` in few words: a number or word as written, a text with its quotes, or what kind of thing it is. */
export function describeValue(bytes: Uint8Array, at: number): string {
  const byte = bytes[at];
  if (byte === 0x5b) return 'an array';
  if (byte === 0x7b) return 'an object';
  if (byte === 0x22) return shortText(bytes, at);
  const text = slice(bytes, at, Math.min(bytes.length, at + mostShown));
  const end = text.search(/[\s,\]}]/);
  const word = end === -1 ? text : text.slice(0, end);
  return word === '' || brackets.test(word) ? describeByte(bytes, at) : printable(word);
}

function shortText(bytes: Uint8Array, at: number): string {
  const text = slice(bytes, at + 1, Math.min(bytes.length, at + 1 + mostShown));
  const end = text.indexOf('"');
  return end === -1 ? `"${printable(text)}…"` : `"${printable(text.slice(0, end))}"`;
}

function printable(text: string): string {
  return text.replaceAll(/[^\u0020-\u007e]/g, '?');
}
