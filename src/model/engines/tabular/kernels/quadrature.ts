/** Points in (0, 1) and their weights, which sum to 1. */
export interface Quadrature {
  readonly points: Float64Array;
  readonly weights: Float64Array;
}

/** The Legendre polynomial of a degree at x in (−1, 1), and its derivative. */
function legendre(degree: number, x: number): readonly [value: number, slope: number] {
  let before = 1;
  let value = x;
  for (let n = 2; n <= degree; n++)
    [before, value] = [value, ((2 * n - 1) * x * value - (n - 1) * before) / n];
  return [value, (degree * (x * value - before)) / (x * x - 1)];
}

/** A root, by Newton's method from Tricomi's estimate. */
function rootOf(degree: number, index: number): number {
  let x = Math.cos((Math.PI * (index + 0.75)) / (degree + 0.5));
  for (let step = 0; step < 10; step++) {
    const [value, slope] = legendre(degree, x);
    x -= value / slope;
  }
  return x;
}

/**
 * The rule of Gauss and Legendre on [0, 1]: exact for polynomials of degree 2 · count − 1.
 * Abramowitz and Stegun, Handbook of Mathematical Functions, 25.4.29.
 */
export function gaussLegendre(count: number): Quadrature {
  const points = new Float64Array(count);
  const weights = new Float64Array(count);
  for (let index = 0; index < count; index++) {
    const x = count === 1 ? 0 : rootOf(count, index);
    const slope = count === 1 ? 1 : legendre(count, x)[1];
    points[index] = (1 + x) / 2;
    weights[index] = 1 / ((1 - x * x) * slope * slope);
  }
  return { points, weights };
}
