/** 10^0 to 10^22: the powers of ten that are exact as float64. */
export const exactPowers = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

// Veltkamp's splitting: 26 upper bits and the rest, whose products with other halves are exact.
const splitter = 134217729;
const powersUpper = exactPowers.map(upperHalf);

function upperHalf(value: number): number {
  const scaled = value * splitter;
  return scaled - (scaled - value);
}

const headDigits = 15;
const mostTailDigits = 4;
const margin = 2 ** -48;

/** What `divideDigits` found. */
export const quotient = new Float64Array(1);

/**
 * The magnitude of a decimal written in bytes `start` to `end` with `scale` digits after its point, 1 to 22, correctly
 * rounded, in `quotient`; false when it has more than 19 significant digits or lies too near the middle of two float64
 * to decide. A decimal of 16 to 19 digits is what most float64 print as, and `Number` would want a string of it.
 *
 * The digits are divided by the power of ten in double-double arithmetic (T. J. Dekker, "A floating-point technique for
 * extending the available precision", 1971): the quotient's error is far below `margin` of its second part, so both ends
 * of that margin round to one float64, or the answer is left to `Number`.
 */
export function divideDigits(bytes: Uint8Array, start: number, end: number, scale: number): boolean {
  let head = 0;
  let headCount = 0;
  let tail = 0;
  let tailCount = 0;
  for (let at = start; at < end; at++) {
    const digit = (bytes[at] as number) - 0x30;
    // The point and the sign lie below the digits.
    if (digit < 0) continue;
    if (headCount < headDigits) {
      head = head * 10 + digit;
      if (head > 0) headCount++;
    } else {
      tail = tail * 10 + digit;
      tailCount++;
    }
  }
  if (tailCount > mostTailDigits) return false;
  const shift = exactPowers[tailCount] as number;
  const rough = Math.floor(head / 1048576) * 1048576;
  const upper = rough * shift;
  const lower = (head - rough) * shift + tail;
  const high = upper + lower;
  const low = lower - (high - upper);

  const power = exactPowers[scale] as number;
  const first = high / power;
  const product = first * power;
  const firstUpper = upperHalf(first);
  const firstLower = first - firstUpper;
  const powerUpper = powersUpper[scale] as number;
  const powerLower = power - powerUpper;
  const productError =
    firstUpper * powerUpper -
    product +
    firstUpper * powerLower +
    firstLower * powerUpper +
    firstLower * powerLower;
  const second = (high - product - productError + low) / power;
  const slack = second * margin;
  quotient[0] = first + second;
  return first + (second - slack) === first + (second + slack);
}
