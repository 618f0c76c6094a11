/** Terms B₂ₖ / 2k of the asymptotic series, k from 1 on. */
const series = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32_760, 1 / 12];

/** From here on seven terms are exact to float64. */
const farEnough = 10;

/**
 * The logarithmic derivative of the gamma function for `x` above 0, as `scipy.special.digamma` has it: ψ(x) = ψ(x + 1) - 1/x
 * until the asymptotic series is exact (Abramowitz and Stegun, 6.3.18).
 */
export function digamma(x: number): number {
  let shift = 0;
  let raised = x;
  for (; raised < farEnough; raised++) shift -= 1 / raised;
  const square = 1 / (raised * raised);
  const sum = series.reduceRight((rest, term) => (rest + term) * square, 0);
  return shift + Math.log(raised) - 0.5 / raised - sum;
}
