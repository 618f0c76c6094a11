/** A part of a text: from `start` up to `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openers = new Set([0x5b, 0x7b]);
const closers = new Set([0x5d, 0x7d]);
const spaces = new Set([0x20, 0x0a, 0x0d, 0x09]);

/**
 * Parts of JSON text, found without reading numbers: what is merged and shared out keeps every digit that was sent, and the
 * difference between 1 and 1.0. The text has to be valid JSON.
 */

/** The elements of the array that begins at `at`. */
export function elementsOf(text: string, at: number): Span[] {
  return partsOf(text, at);
}

/** The members of the object that begins at `at`, in order: of a name that stands twice, the last one counts. */
export function membersOf(text: string, at: number): Map<string, Span> {
  const members = new Map<string, Span>();
  for (const part of partsOf(text, at)) {
    const nameEnd = endOfString(text, part.start);
    let start = skip(text, nameEnd);
    if (text.charCodeAt(start) === colon) start = skip(text, start + 1);
    members.set(JSON.parse(text.slice(part.start, nameEnd)) as string, { start, end: part.end });
  }
  return members;
}

/** The first position from `at` that is no white space. */
export function skip(text: string, at: number): number {
  while (spaces.has(text.charCodeAt(at))) at++;
  return at;
}

/** What stands between the commas of the array or object that begins at `at`. */
function partsOf(text: string, at: number): Span[] {
  const parts: Span[] = [];
  let depth = 0;
  let start = skip(text, at + 1);
  for (at++; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at) - 1;
    else if (openers.has(code)) depth++;
    else if (closers.has(code) && depth-- === 0) {
      if (start < at) parts.push(trimmed(text, start, at));
      return parts;
    } else if (code === comma && depth === 0) {
      parts.push(trimmed(text, start, at));
      start = skip(text, at + 1);
    }
  }
  return parts;
}

function trimmed(text: string, start: number, end: number): Span {
  while (end > start && spaces.has(text.charCodeAt(end - 1))) end--;
  return { start, end };
}

/** The position after the string that begins at `at`. */
function endOfString(text: string, at: number): number {
  for (at++; text.charCodeAt(at) !== quote; at++) if (text.charCodeAt(at) === backslash) at++;
  return at + 1;
}

export function slice(text: string, { start, end }: Span): string {
  return text.slice(start, end);
}
