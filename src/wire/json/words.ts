const slots = 1024;
const longest = 32;

// Names, keys and categories repeat from request to request; finding the last string with the same bytes is several
// times faster than making a new one. A slot is overwritten by the next word that falls on it, so nothing grows.
const words: string[] = Array.from({ length: slots }, () => '');

/** Bytes `start` to `end` of a body, all ASCII, as a string. `hash` is any number that depends on these bytes alone. */
export function asciiText(bytes: Uint8Array, start: number, end: number, hash: number): string {
  const length = end - start;
  if (length > longest) return slice(bytes, start, end);
  const slot = hash & (slots - 1);
  const word = words[slot] as string;
  if (word.length === length) {
    let at = 0;
    while (at < length && word.charCodeAt(at) === bytes[start + at]) at++;
    if (at === length) return word;
  }
  const made = slice(bytes, start, end);
  words[slot] = made;
  return made;
}

/** Bytes `start` to `end`, one character each. */
export function slice(bytes: Uint8Array, start: number, end: number): string {
  const buffer = Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return buffer.toString('latin1', start, end);
}
