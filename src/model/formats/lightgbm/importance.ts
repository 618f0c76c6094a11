import type { Booster } from './booster.ts';

/** What a feature did in training. */
export interface Importance {
  readonly feature: string;
  /** Splits on it that gained anything. */
  readonly splits: number;
  readonly gain: number;
}

/** Features by gain, the largest first: `GBDT::FeatureImportance`. Those that no tree uses are left out. */
export function importancesOf({ trees, featureNames }: Booster): readonly Importance[] {
  const splits = new Map<number, number>();
  const gains = new Map<number, number>();
  for (const { feature, gain } of trees) {
    for (const [node, column] of feature.entries()) {
      const gained = gain?.[node] ?? 0;
      if (gain !== undefined && !(gained > 0)) continue;
      splits.set(column, (splits.get(column) ?? 0) + 1);
      gains.set(column, (gains.get(column) ?? 0) + gained);
    }
  }
  return Array.from(splits, ([column, count]) => ({
    feature: featureNames[column] as string,
    splits: count,
    gain: gains.get(column) as number,
  })).sort((a, b) => b.gain - a.gain || b.splits - a.splits);
}
