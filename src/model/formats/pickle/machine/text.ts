import { malformed } from '../errors.ts';

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Each byte the character of its number. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** The bytes of a string whose characters are all below 256; undefined for others. */
export function latin1Bytes(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'latin1');
  return bytes.toString('latin1') === text ? bytes : undefined;
}

/**
 * UTF-8, with the three-byte forms of lone surrogates that Python's `surrogatepass` writes.
 * @throws Fault `pickle-malformed`
 */
export function utf8(bytes: Uint8Array): string {
  if (bytes.length <= 32) {
    // Most strings of a pickle are short attribute names; crossing into C++ for them costs more than this loop.
    let text = '';
    let at = 0;
    for (; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (byte >= 0x80) break;
      text += String.fromCharCode(byte);
    }
    if (at === bytes.length) return text;
  }
  try {
    return strict.decode(bytes);
  } catch (thrown) {
    if (thrown instanceof RangeError) throw thrown;
    return withSurrogates(bytes);
  }
}

/** Decodes the stretches between lone surrogates (ed a0..bf xx) strictly. */
function withSurrogates(bytes: Uint8Array): string {
  const parts: string[] = [];
  let start = 0;
  for (let at = bytes.indexOf(0xed); at >= 0; at = bytes.indexOf(0xed, at + 1)) {
    const second = bytes[at + 1] ?? 0;
    const third = bytes[at + 2] ?? 0;
    if (second < 0xa0 || second > 0xbf || third < 0x80 || third > 0xbf) continue;
    parts.push(strictly(bytes.subarray(start, at)));
    parts.push(String.fromCharCode(0xd000 | ((second & 0x3f) << 6) | (third & 0x3f)));
    start = at + 3;
  }
  parts.push(strictly(bytes.subarray(start)));
  return parts.join('');
}

function strictly(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch (thrown) {
    if (thrown instanceof RangeError) throw thrown;
    throw malformed('a text is not UTF-8');
  }
}

const simpleEscapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '\n': '',
};

/** Python 2's `repr` of a str, as STRING holds it: quotes around, escapes inside, other bytes as latin-1. */
export function quoted(bytes: Uint8Array): string {
  const text = latin1(bytes).trim();
  const quote = text[0];
  if (text.length < 2 || (quote !== "'" && quote !== '"') || !text.endsWith(quote))
    throw malformed('a string must stand in quotes');
  const inner = text.slice(1, -1);
  if (!inner.includes('\\')) return inner;
  return inner.replaceAll(/\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|[^]|$)/g, unescape);
}

function unescape(_whole: string, escape: string): string {
  if (escape.length > 1 && escape.startsWith('x'))
    return String.fromCharCode(Number.parseInt(escape.slice(1), 16));
  if (/^[0-7]/.test(escape)) return String.fromCharCode(Number.parseInt(escape, 8) & 0xff);
  if (escape === '' || escape === 'x') throw malformed('a string ends within an escape');
  return simpleEscapes[escape] ?? `\\${escape}`;
}

/** Python's raw-unicode-escape, as UNICODE holds it: latin-1 but for `\uXXXX` and `\UXXXXXXXX`. */
export function rawUnicode(bytes: Uint8Array): string {
  const text = latin1(bytes);
  if (!text.includes('\\')) return text;
  // An escape counts only after an odd number of backslashes.
  return text.replaceAll(/\\(?:(\\)|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([uU]))/g, rawEscape);
}

function rawEscape(whole: string, backslash?: string, four?: string, eight?: string, bad?: string): string {
  if (backslash !== undefined) return whole;
  const code = Number.parseInt(four ?? eight ?? '', 16);
  if (bad !== undefined || code > 0x10ffff) throw malformed('a unicode escape names no character');
  return String.fromCodePoint(code);
}
