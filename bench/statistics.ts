/** The least, the middle and the largest of some values. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
  readonly count: number;
}

function ascending(values: readonly number[]): readonly number[] {
  if (values.length === 0) throw new RangeError('no values');
  return [...values].sort((a, b) => a - b);
}

/** The middle value; the mean of the middle two of an even number. */
export function median(values: readonly number[]): number {
  const sorted = ascending(values);
  const upper = sorted.length >> 1;
  const middle = sorted[upper]!;
  return sorted.length % 2 === 1 ? middle : (middle + sorted[upper - 1]!) / 2;
}

/** The smallest value that at least `share` (0…1] of the values do not exceed: nearest rank, never interpolated. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = ascending(values);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}

export function spread(values: readonly number[]): Spread {
  const sorted = ascending(values);
  return { min: sorted[0]!, median: median(sorted), max: sorted.at(-1)!, count: sorted.length };
}

/** `numerators[round] / denominators[round]` of the rounds that both have. */
export function pairedRatios(
  numerators: ReadonlyMap<number, number>,
  denominators: ReadonlyMap<number, number>,
): readonly number[] {
  return [...numerators].flatMap(([round, value]) => {
    const base = denominators.get(round);
    return base === undefined || base === 0 ? [] : [value / base];
  });
}

/** Least-squares slope of y over x; 0 when all x are equal. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const n = points.length;
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / n;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / n;
  const above = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const below = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return below === 0 ? 0 : above / below;
}
