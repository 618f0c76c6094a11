/** NumPy's kind characters: bool, int, uint, float, complex, bytes, unicode, void (structured), object, datetime, timedelta. */
export type DKind = 'b' | 'i' | 'u' | 'f' | 'c' | 'S' | 'U' | 'V' | 'O' | 'M' | 'm';

export interface Spelled {
  readonly kind: DKind;
  readonly itemsize: number;
  readonly bigEndian: boolean;
  readonly unit: string | undefined;
}

const widths: Readonly<Record<string, readonly number[]>> = {
  b: [1],
  i: [1, 2, 4, 8],
  u: [1, 2, 4, 8],
  f: [2, 4, 8, 12, 16],
  c: [8, 16, 24, 32],
  M: [8],
  m: [8],
};

/** One-letter codes and names, as of 64-bit Linux; `l` is four bytes on Windows, but pickles hold `i4` and `i8`. */
const aliases: Readonly<Record<string, string>> = {
  '?': 'b1',
  b: 'i1',
  B: 'u1',
  h: 'i2',
  H: 'u2',
  i: 'i4',
  I: 'u4',
  l: 'i8',
  L: 'u8',
  q: 'i8',
  Q: 'u8',
  p: 'i8',
  P: 'u8',
  e: 'f2',
  f: 'f4',
  d: 'f8',
  g: 'f16',
  F: 'c8',
  D: 'c16',
  G: 'c32',
  M: 'M8',
  m: 'm8',
  bool: 'b1',
  bool_: 'b1',
  int8: 'i1',
  int16: 'i2',
  int32: 'i4',
  int64: 'i8',
  int: 'i8',
  int_: 'i8',
  intp: 'i8',
  uint8: 'u1',
  uint16: 'u2',
  uint32: 'u4',
  uint64: 'u8',
  uint: 'u8',
  float16: 'f2',
  float32: 'f4',
  float64: 'f8',
  float: 'f8',
  float_: 'f8',
  double: 'f8',
  longdouble: 'f16',
  float128: 'f16',
  complex64: 'c8',
  complex128: 'c16',
  complex: 'c16',
  object: 'O',
  object_: 'O',
  str: 'U0',
  str_: 'U0',
  unicode_: 'U0',
  bytes_: 'S0',
  void: 'V0',
  datetime64: 'M8',
  timedelta64: 'm8',
};

/** Reads NumPy's type strings: `[<>=|]` kind width `[unit]`, one-letter codes and names. Undefined for anything else. */
export function spelledDType(text: string): Spelled | undefined {
  if (text.length > 32) return undefined;
  const parts = /^([<>=|]?)([A-Za-z?_]\w*?)(\d*)(?:\[(\w+)\])?$/.exec(text);
  if (parts === null) return undefined;
  const [, order, letters, digits, unit] = parts as unknown as [string, string, string, string, string?];
  const alias = Object.hasOwn(aliases, letters + digits) ? aliases[letters + digits] : undefined;
  const base = alias === undefined ? withWidth(letters, digits) : withWidth(alias[0] ?? '', alias.slice(1));
  return base && { ...base, bigEndian: order === '>', unit };
}

function withWidth(letter: string, digits: string): { kind: DKind; itemsize: number } | undefined {
  const width = Number(digits === '' ? '0' : digits);
  if (!Number.isSafeInteger(width * 4)) return undefined;
  if (letter === 'O') return { kind: 'O', itemsize: 8 };
  if (letter === 'U') return { kind: 'U', itemsize: width * 4 };
  if (letter === 'S' || letter === 'a') return { kind: 'S', itemsize: width };
  if (letter === 'V') return { kind: 'V', itemsize: width };
  if (!Object.hasOwn(widths, letter) || widths[letter]?.includes(width) !== true) return undefined;
  return { kind: letter as DKind, itemsize: width };
}
