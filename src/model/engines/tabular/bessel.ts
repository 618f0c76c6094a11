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

/** Γ(x) for x > 0: ∫ exp(x t - exp t) dt over all t (DLMF 5.2.1), of x + 1 since that falls sooner on the left. */
export function gamma(x: number): number {
  const raised = x + 1;
  const step = stepFor(1 / raised);
  const peak = Math.log(raised);
  const term = (at: number): number => Math.exp(raised * at - Math.exp(at));
  let sum = term(peak);
  for (const direction of [-step, step])
    for (let index = 1; ; index++) {
      const added = term(peak + index * direction);
      sum += added;
      if (!(added > sum * least)) break;
    }
  return (step * sum) / x;
}

/**
 * The modified Bessel function of the second kind: ∫ exp(-z cosh t) cosh(ν t) dt over t > 0 (DLMF 10.32.9), as
 * `scipy.special.kv`; its relative error is about 1e-14.
 * @param order ν, 0 or more
 * @param z above 0; NaN gives NaN
 */
export function besselK(order: number, z: number): number {
  if (!(z <= farthest)) return z > farthest ? 0 : NaN;
  const step = stepFor(1 / Math.hypot(order, z));
  const peak = Math.asinh(order / z);
  let sum = 0.5;
  for (let index = 1; ; index++) {
    const at = index * step;
    const half = Math.sinh(at / 2);
    // cosh(t) - 1, with exp(-z) taken out.
    const added = 0.5 * Math.exp(order * at - 2 * z * half * half) * (1 + Math.exp(-2 * order * at));
    sum += added;
    if (at > peak && !(added > sum * least)) break;
  }
  return step * sum * Math.exp(-z);
}
