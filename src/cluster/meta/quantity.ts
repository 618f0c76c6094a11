/**
 * Quantities (apimachinery's `resource.Quantity`): a decimal number with a suffix of thousands (`100m`, `2G`), of 1024 (`1Gi`) or an
 * exponent (`1e3`). Precision ends at a billionth; what is finer is rounded away from zero.
 */
type Format = 'decimal' | 'binary' | 'exponent';

export interface Quantity {
  /** The number is `digits` × 10^`scale`. */
  readonly digits: bigint;
  readonly scale: number;
  readonly format: Format;
  /** The text that was read, when it is kept as it is. */
  readonly text?: string;
}

const decimals = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);
const binaries = new Map(
  ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].map((suffix, index) => [suffix, (index + 1) * 10]),
);
const pattern = /^([+-]?)(\d*)(?:\.(\d*))?((?:[eEinumkKMGTP]*)(?:[-+]?\d*))$/;
const largest = 2n ** 63n - 1n;
const nano = -9;

/** What is said of a text that is no quantity. */
export const quantityFault =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

interface Suffix {
  readonly format: Format;
  readonly exponent: number;
}

function suffixOf(text: string): Suffix | undefined {
  const decimal = decimals.get(text);
  if (decimal !== undefined) return { format: 'decimal', exponent: decimal };
  const binary = binaries.get(text);
  if (binary !== undefined) return { format: 'binary', exponent: binary };
  if (!/^[eE][-+]?\d{1,9}$/.test(text)) return undefined;
  return { format: 'exponent', exponent: Number(text.slice(1)) };
}

/** Reads a quantity; undefined when the text is none. */
export function parseQuantity(text: string): Quantity | undefined {
  const match = pattern.exec(text);
  if (match === null || text === '') return undefined;
  const [, sign, whole = '', fraction = '', end = ''] = match;
  const suffix = suffixOf(end);
  if (suffix === undefined) return undefined;
  const number = whole.replace(/^0+/, '') || '0';
  const read = BigInt(number + fraction);
  const unscaled = sign === '-' ? -read : read;
  if (suffix.format === 'binary') return binaryQuantity(unscaled, number, fraction, suffix.exponent, text);
  const scale = suffix.exponent - fraction.length;
  const short = 18 - number.length - fraction.length >= 0 && scale >= nano;
  const kept = short && scale % 3 === 0 && !`${number}${fraction}`.endsWith('000') && number[0] !== '0';
  const rounded = atScale(unscaled, scale, nano);
  return { ...rounded, format: suffix.format, ...((kept || text === '0') && { text }) };
}

function binaryQuantity(
  unscaled: bigint,
  number: string,
  fraction: string,
  exponent: number,
  text: string,
): Quantity {
  const short = fraction === '' && 15 - number.length - Math.floor((exponent * 3) / 10) - 1 >= 0;
  const value = atScale(unscaled * 2n ** BigInt(exponent), -fraction.length, nano);
  const kept = short && (unscaled & 7n) !== 0n;
  const size = value.digits < 0n ? -value.digits : value.digits;
  const one = 10n ** BigInt(-value.scale);
  if (size > largest * one)
    return { digits: value.digits < 0n ? -largest : largest, scale: 0, format: 'binary' };
  const format = size < one && size > 0n ? 'decimal' : 'binary';
  return { ...value, format, ...(kept && { text }) };
}

/** The number with no digit below 10^`least`, rounded away from zero. */
function atScale(digits: bigint, scale: number, least: number): { digits: bigint; scale: number } {
  if (scale >= least) return { digits, scale };
  const lost = least - scale;
  if (lost > String(digits).length + 1)
    return { digits: digits === 0n ? 0n : digits < 0n ? -1n : 1n, scale: least };
  const divisor = 10n ** BigInt(lost);
  const quotient = digits / divisor;
  const rest = digits % divisor;
  if (rest === 0n) return { digits: quotient, scale: least };
  return { digits: digits < 0n ? quotient - 1n : quotient + 1n, scale: least };
}

/** The quantity rounded away from zero to whole multiples of 10^`least` (resource lists: −3). */
export function roundedUp(quantity: Quantity, least: number): Quantity {
  if (quantity.scale >= least) return quantity;
  return { ...atScale(quantity.digits, quantity.scale, least), format: quantity.format };
}

/** A quantity as the API writes it. */
export function formatQuantity(quantity: Quantity): string {
  const { digits, scale, format, text } = quantity;
  if (text !== undefined) return text;
  if (digits === 0n) return '0';
  if (format === 'binary' && !between(quantity, -1024n, 1024n)) {
    const whole = scale >= 0 ? digits * 10n ** BigInt(scale) : exactly(digits, -scale);
    if (whole !== undefined) return inBinary(whole);
  }
  return inDecimal(digits, scale, format === 'exponent' ? 'exponent' : 'decimal');
}

function exactly(digits: bigint, places: number): bigint | undefined {
  const divisor = 10n ** BigInt(places);
  return digits % divisor === 0n ? digits / divisor : undefined;
}

function between({ digits, scale }: Quantity, low: bigint, high: bigint): boolean {
  const unit = 10n ** BigInt(Math.max(-scale, 0));
  const value = digits * 10n ** BigInt(Math.max(scale, 0));
  return value > low * unit && value < high * unit;
}

function inBinary(whole: bigint): string {
  let [rest, times] = [whole, 0];
  while (rest % 1024n === 0n) [rest, times] = [rest / 1024n, times + 1];
  const suffix = [...binaries].find(([, exponent]) => exponent === times * 10)?.[0] ?? '';
  return `${rest}${suffix}`;
}

function inDecimal(digits: bigint, scale: number, format: 'decimal' | 'exponent'): string {
  const zeros = /0*$/.exec(String(digits))?.[0].length ?? 0;
  let rest = digits / 10n ** BigInt(zeros);
  let exponent = scale + zeros;
  for (; exponent % 3 !== 0; exponent--) rest *= 10n;
  if (format === 'exponent') return exponent === 0 ? `${rest}` : `${rest}e${exponent}`;
  const suffix = [...decimals].find(([, power]) => power === exponent)?.[0] ?? '';
  return `${rest}${suffix}`;
}

/** The canonical form of a quantity's text or number; undefined when it is none. */
export function canonicalQuantity(value: string | number): string | undefined {
  const quantity = parseQuantity(String(value));
  return quantity === undefined ? undefined : formatQuantity(quantity);
}

/** Beyond this many digits apart, magnitude alone decides. */
const apart = 4096;

/** Negative, 0 or positive as `a` is less than, equal to or greater than `b`. */
export function compareQuantities(a: Quantity, b: Quantity): number {
  const [left, right] = [signOf(a), signOf(b)];
  if (left !== right || left === 0) return left - right;
  const reach = magnitude(a) - magnitude(b);
  if (Math.abs(reach) > 1 || Math.abs(a.scale - b.scale) > apart) return reach > 0 ? left : -left;
  const least = Math.min(a.scale, b.scale);
  const first = a.digits * 10n ** BigInt(a.scale - least);
  const second = b.digits * 10n ** BigInt(b.scale - least);
  return first < second ? -1 : first > second ? 1 : 0;
}

function magnitude({ digits, scale }: Quantity): number {
  return String(digits < 0n ? -digits : digits).length + scale;
}

/** −1, 0 or 1. */
export function signOf({ digits }: Quantity): number {
  return digits < 0n ? -1 : digits > 0n ? 1 : 0;
}

/** The sum, in the format of the first one that is not zero. */
export function addQuantities(a: Quantity, b: Quantity): Quantity {
  if (a.digits === 0n) return b;
  if (b.digits === 0n) return a;
  if (Math.abs(a.scale - b.scale) > apart) return a.scale > b.scale ? a : b;
  const least = Math.min(a.scale, b.scale);
  const digits = a.digits * 10n ** BigInt(a.scale - least) + b.digits * 10n ** BigInt(b.scale - least);
  return { digits, scale: least, format: a.format };
}

/** The quantity in units of 10^`power`, rounded up (`Value()`: 0, `MilliValue()`: −3); not more than the largest 64-bit number. */
export function quantityIn(quantity: Quantity, power: number): bigint {
  const { digits, scale } = roundedUp(quantity, power);
  if (scale - power > apart) return digits < 0n ? -largest : digits > 0n ? largest : 0n;
  return digits * 10n ** BigInt(scale - power);
}
