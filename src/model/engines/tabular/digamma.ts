/** Bernoulli numbers over their index, B₂ₖ / 2k, of the asymptotic series. */
const series = [1 / 12, -1 / 120, 1 / 252];

/** Euler's number γ. */
const euler = 0.577_215_664_901_532_9;

/**
 * The logarithmic derivative of the gamma function for `x` above 0: small arguments are raised by ψ(x) = ψ(x + 1) - 1/x,
 * others take ln x - 1/2x - Σ B₂ₖ / (2k x²ᵏ) (Abramowitz and Stegun, 6.3.18). scikit-learn raises to 6 and takes three
 * terms, which leaves an error of 1e-9 that its topics have, so that as many are taken here.
 */
export function digamma(x: number): number {
  if (x <= 1e-6) return -euler - 1 / x;
  let shift = 0;
  let raised = x;
  for (; raised < 6; raised++) shift -= 1 / raised;
  const square = 1 / (raised * raised);
  let sum = 0;
  for (let at = series.length - 1; at >= 0; at--) sum = (sum + (series[at] as number)) * square;
  return shift + Math.log(raised) - 0.5 / raised - sum;
}
