import type { MetricName } from '../../../plan/index.ts';
import { widthOf, type Sizes } from '../kernel.ts';

/** Nanoseconds for a column of a row with one of another, where it is not what most metrics take. */
const columnCosts: Partial<Record<MetricName, number>> = {
  given: 0,
  minkowski: 50,
  haversine: 50,
  canberra: 6,
};
const usualColumn = 3;

function columnCost(sizes: Sizes): number {
  const metric = sizes.node.attributes['metric'] as MetricName;
  if (metric === 'mahalanobis') return 1.5 * widthOf(sizes);
  return columnCosts[metric] ?? usualColumn;
}

/** Nanoseconds for the distance of a row to another. */
export function distanceCost(sizes: Sizes): number {
  return widthOf(sizes) * columnCost(sizes) + 5;
}

/** Fitted rows of a node. */
export function fittedRows({ node }: Sizes): number {
  return node.arrays['fitted']?.shape[0] ?? 0;
}
