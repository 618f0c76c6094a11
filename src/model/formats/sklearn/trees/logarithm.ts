/** Binary digits after the point. */
const digits = 128n;
const one = 1n << digits;

/** 2 atanh(z) = ln((1 + z) / (1 - z)) by its series, for |z| ≤ 1/3. */
function twiceAtanh(z: bigint): bigint {
  const square = (z * z) >> digits;
  let sum = 0n;
  let power = z;
  for (let odd = 1n; power !== 0n && power !== -1n; odd += 2n) {
    sum += power / odd;
    power = (power * square) >> digits;
  }
  return 2n * sum;
}

const logOfTwo = twiceAtanh(one / 3n);

/**
 * The natural logarithm of a whole number ≥ 1, rounded correctly, as glibc gives it in nearly all cases. `Math.log` is one
 * unit in the last place off for every fiftieth number, which is enough to put a row on the other side of a threshold that
 * is its own score.
 */
export function logOf(whole: number): number {
  const exponent = Math.floor(Math.log2(whole));
  const mantissa = (BigInt(whole) << digits) >> BigInt(exponent);
  const log = BigInt(exponent) * logOfTwo + twiceAtanh(((mantissa - one) << digits) / (mantissa + one));
  // Number() rounds to nearest; the power of two is exact.
  return Number(log) / 2 ** Number(digits);
}
