const largestFloat = 3.402_823_466_385_288_6e38;
const single = new Float32Array(1);
const singleBits = new Int32Array(single.buffer);
const double = new Float64Array(1);
const doubleBits = new BigInt64Array(double.buffer);

/** The largest float32 that is not above a float64: a float32 is at most the one exactly when it is at most the other. */
export function float32AtMost(threshold: number): number {
  const near = Math.fround(threshold);
  if (near <= threshold) return near;
  if (near === Infinity) return largestFloat;
  if (near === 0) return -1.401_298_464_324_817e-45;
  single[0] = near;
  singleBits[0] = (singleBits[0] as number) + (near > 0 ? -1 : 1);
  return single[0];
}

/** The largest float64 below another: a number is below the one exactly when it is at most the other. NaN for -Infinity. */
export function float64Below(threshold: number): number {
  if (threshold === -Infinity) return Number.NaN;
  if (threshold === 0) return -Number.MIN_VALUE;
  double[0] = threshold;
  doubleBits[0] = (doubleBits[0] as bigint) + (threshold > 0 ? -1n : 1n);
  return double[0];
}
