/**
 * Integrals over functions that fall like exp(-exp t), by the trapezoidal rule: each halving of its step doubles the digits
 * (Trefethen and Weideman, "The exponentially convergent trapezoidal rule", SIAM Review 56, 2014).
 */

/** What a term adds to a sum is nothing. */
const least = 2 ** -60;
const longestStep = 1 / 8;

/** Beyond this, exp(-z) is 0. */
const farthest = 745;

/** A step that is short for what falls as fast as a normal distribution of this variance. */
function stepFor(variance: number): number {
  return Math.min(longestStep, 0.7 * Math.sqrt(variance));
}

/** The sum of terms from a place on in steps of 1, until they add nothing. */
function sumFrom(first: number, direction: 1 | -1, last: number, term: (index: number) => number): number {
  let sum = 0;
  for (let index = first; index !== last; index += direction) {
    const added = term(index);
    sum += added;
    // What is infinite stays so.
    if (!(added > sum * least)) break;
  }
  return sum;
}

/** Γ(x) for x > 0: ∫ exp(x t - exp t) dt over all t (DLMF 5.2.1), of x + 1 since that falls sooner on the left. */
export function gamma(x: number): number {
  const raised = x + 1;
  const step = stepFor(1 / raised);
  const peak = Math.log(raised);
  const term = (index: number): number => {
    const at = peak + index * step;
    return Math.exp(raised * at - Math.exp(at));
  };
  return (step * (sumFrom(0, 1, Infinity, term) + sumFrom(-1, -1, -Infinity, term))) / x;
}

/**
 * The modified Bessel function of the second kind: ∫ exp(-z cosh t) cosh(ν t) dt over t > 0 (DLMF 10.32.9), as
 * `scipy.special.kv`; its relative error is about 1e-14, and 1e-13 of orders near 150. It takes as many terms as √ν times the logarithm of 1 / z.
 * @param order ν, 0 or more
 * @param z above 0; NaN gives NaN
 */
export function besselK(order: number, z: number): number {
  if (!(z <= farthest)) return z > farthest ? 0 : NaN;
  const step = stepFor(1 / Math.hypot(order, z));
  const peak = Math.ceil(Math.min(Math.asinh(order / z), farthest) / step);
  const term = (index: number): number => {
    const at = index * step;
    const half = Math.sinh(at / 2);
    // cosh(t) - 1, with exp(-z) taken out.
    return 0.5 * Math.exp(order * at - 2 * z * half * half) * (1 + Math.exp(-2 * order * at));
  };
  const first = Math.max(peak, 1);
  const sum = sumFrom(first, 1, Infinity, term) + sumFrom(first - 1, -1, 0, term) + 0.5;
  return step * sum * Math.exp(-z);
}
