/** A value of ASN.1 in DER (X.690). */
export interface Value {
  readonly tag: number;
  /** With its tag and length. */
  readonly whole: Buffer;
  readonly contents: Buffer;
}

export const sequence = 0x30;
export const bits = 0x03;
export const identifier = 0x06;
export const bmpString = 0x1e;

/** The values that stand one after the other; undefined where the bytes are no DER. */
export function valuesIn(bytes: Buffer): Value[] | undefined {
  const values: Value[] = [];
  for (let at = 0; at < bytes.length;) {
    const value = valueAt(bytes, at);
    if (value === undefined) return undefined;
    values.push(value);
    at += value.whole.length;
  }
  return values;
}

function valueAt(bytes: Buffer, at: number): Value | undefined {
  const [tag, first] = [bytes[at], bytes[at + 1]];
  if (tag === undefined || first === undefined) return undefined;
  const digits = first < 0x80 ? 0 : first - 0x80;
  // Four bytes of a length are more than any request may have.
  if (digits > 4 || first === 0x80 || at + 2 + digits > bytes.length) return undefined;
  const length = digits === 0 ? first : bytes.readUIntBE(at + 2, digits);
  const start = at + 2 + digits;
  if (start + length > bytes.length) return undefined;
  return { tag, whole: bytes.subarray(at, start + length), contents: bytes.subarray(start, start + length) };
}
