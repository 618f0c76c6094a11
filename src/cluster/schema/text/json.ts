import { type Duplicates, findDuplicates, findFault } from './scanner.ts';

/** A decoded body. */
export interface Parsed {
  readonly value: unknown;
  /** What strict decoding complains of: `duplicate field "metadata.name"`. */
  readonly strict: readonly string[];
  /** Where fields of a JSON text stand, if some stand twice. */
  readonly duplicates?: Duplicates;
}

/** Deeper values are refused: every walk over an object is recursive. */
export const maxDepth = 1000;

/** A document that cannot be decoded; the message is the one that Go's decoder has for it. */
export class DecodeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DecodeError';
  }
}

/**
 * Decodes JSON and finds fields that stand twice in an object (the last one counts, as in Go).
 * The fast decoder of the platform reads the value; a second reader runs only where it failed or where members got lost.
 * @throws DecodeError with the message of Go's `encoding/json`.
 */
export function parseJson(body: Uint8Array | string): Parsed {
  const text =
    typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.length).toString();
  let value: unknown;
  const seen = measure(text);
  if (seen.depth > maxDepth) throw new DecodeError('exceeded max depth');
  try {
    value = JSON.parse(text);
  } catch {
    throw new DecodeError(findFault(text));
  }
  const kept = members(value);
  if (kept === seen.members) return { value, strict: [] };
  const duplicates = findDuplicates(text);
  return {
    value,
    strict: duplicates.paths.map(path => `duplicate field ${JSON.stringify(path)}`),
    duplicates,
  };
}

const quote = 34;
const backslash = 92;

/** Members and depth of a JSON text, by its colons and brackets outside strings. */
function measure(text: string): { members: number; depth: number } {
  let count = 0;
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at);
    else if (code === 58) count += 1;
    else if (code === 123 || code === 91) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (code === 125 || code === 93) depth -= 1;
  }
  return { members: count, depth: deepest };
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) return at;
    if (code === backslash) at += 1;
  }
  return text.length;
}

function members(value: unknown): number {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new DecodeError('json: cannot unmarshal number into Go value of type float64');
  }
  if (value === null || typeof value !== 'object') return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) count += members(item);
    return count;
  }
  for (const key in value) count += 1 + members((value as Record<string, unknown>)[key]);
  return count;
}
