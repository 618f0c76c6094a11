import { lightgbmErrors } from './errors.ts';

const special = /^([-+]?)(inf|infinity|nan)(?:\(\w*\))?$/i;

function malformed(place: string, problem: string): never {
  throw lightgbmErrors.make['lightgbm-malformed'](`${place}: ${problem}`);
}

function shown(token: string): string {
  return JSON.stringify(token.length > 40 ? `${token.slice(0, 40)}…` : token);
}

/** `0x1f`, `0b1` and `0o7` are numbers of JavaScript alone. */
function isRadix(token: string): boolean {
  return 'xXbBoO'.includes(token.charAt(1)) && token.length > 1;
}

/** A decimal number; NaN for everything else. */
function decimalOf(token: string): number {
  // `Number` knows a few more spellings than files have; a look at their second letter finds them.
  const value = Number(token);
  return token.charCodeAt(1) > 57 && isRadix(token) ? NaN : value;
}

/** A number as C's `strtod` reads what `printf` wrote. */
export function floatOf(token: string, place: string): number {
  const value = decimalOf(token);
  if (!Number.isNaN(value)) return value;
  const [, sign, name] = special.exec(token) ?? malformed(place, `found ${shown(token)}, expected a number`);
  if (name?.toLowerCase() === 'nan') return NaN;
  return sign === '-' ? -Infinity : Infinity;
}

export function integerOf(token: string, place: string, least: number, most: number): number {
  const value = token === '' ? NaN : decimalOf(token);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  return malformed(place, `found ${shown(token)}, expected a whole number from ${least} to ${most}`);
}

/** Several spaces stand between the lists of leaves that have no coefficients. */
export function tokensOf(text: string): readonly string[] {
  const tokens = text.split(' ');
  return tokens.includes('') ? tokens.filter(token => token !== '') : tokens;
}

/**
 * Splits a list of numbers. Memory follows the text that is there, never the count that another line claims.
 * @throws `lightgbm-malformed` unless there are `count` of them
 */
function listOf(text: string, count: number, place: string): readonly string[] {
  const tokens = tokensOf(text);
  return tokens.length === count ? tokens : malformed(place, `${tokens.length} values, expected ${count}`);
}

/** Reads a list into an array made for it; files are long, and this is where their reading spends its time. */
function filled<T extends Float64Array | Int32Array | Uint32Array>(
  tokens: readonly string[],
  target: T,
  read: (token: string) => number,
): T {
  for (let index = 0; index < tokens.length; index++) target[index] = read(tokens[index] as string);
  return target;
}

export function floatsOf(text: string, count: number, place: string): Float64Array {
  const tokens = listOf(text, count, place);
  return filled(tokens, new Float64Array(count), token => floatOf(token, place));
}

export function integersOf(text: string, count: number, place: string): Int32Array {
  const tokens = listOf(text, count, place);
  return filled(tokens, new Int32Array(count), token => integerOf(token, place, -(2 ** 31), 2 ** 31 - 1));
}

export function wordsOf(text: string, count: number, place: string): Uint32Array {
  const tokens = listOf(text, count, place);
  return filled(tokens, new Uint32Array(count), token => integerOf(token, place, 0, 2 ** 32 - 1));
}
