import { lightgbmErrors } from './errors.ts';

const decimal = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;
const special = /^([-+]?)(inf|infinity|nan)(?:\(\w*\))?$/i;

function malformed(place: string, problem: string): never {
  throw lightgbmErrors.make['lightgbm-malformed'](`${place}: ${problem}`);
}

function shown(token: string): string {
  return JSON.stringify(token.length > 40 ? `${token.slice(0, 40)}…` : token);
}

/** A number as C's `strtod` reads what `printf` wrote. */
export function floatOf(token: string, place: string): number {
  if (decimal.test(token)) return Number(token);
  const [, sign, name] = special.exec(token) ?? malformed(place, `found ${shown(token)}, expected a number`);
  if (name?.toLowerCase() === 'nan') return NaN;
  return sign === '-' ? -Infinity : Infinity;
}

export function integerOf(token: string, place: string, least: number, most: number): number {
  const value = decimal.test(token) ? Number(token) : NaN;
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

export function floatsOf(text: string, count: number, place: string): Float64Array {
  return Float64Array.from(listOf(text, count, place), token => floatOf(token, place));
}

export function integersOf(
  text: string,
  count: number,
  place: string,
  least = -(2 ** 31),
  most = 2 ** 31 - 1,
): Int32Array {
  return Int32Array.from(listOf(text, count, place), token => integerOf(token, place, least, most));
}

export function wordsOf(text: string, count: number, place: string): Uint32Array {
  return Uint32Array.from(listOf(text, count, place), token => integerOf(token, place, 0, 2 ** 32 - 1));
}
