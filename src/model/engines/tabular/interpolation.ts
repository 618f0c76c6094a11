/** The last place from `first` to `end` whose element is not above `value`; `first - 1` when all are. */
export function lastNotAbove(sorted: Float64Array, first: number, end: number, value: number): number {
  let low = first;
  let high = end;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * The height at `value` on the line through the points, as `numpy.interp`: of equal knots the last one counts, and beyond
 * the ends the height there.
 */
export function interpolated(knots: Float64Array, heights: Float64Array, value: number): number {
  const last = knots.length - 1;
  const at = lastNotAbove(knots, 0, knots.length, value);
  if (at < 0) return heights[0] as number;
  if (at >= last) return heights[last] as number;
  const [left, right] = [knots[at] as number, knots[at + 1] as number];
  const [low, high] = [heights[at] as number, heights[at + 1] as number];
  return ((high - low) / (right - left)) * (value - left) + low;
}
