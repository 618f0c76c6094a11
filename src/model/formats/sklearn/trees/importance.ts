import { NdArray, PyDict, PyObject } from '../../pickle/index.ts';
import type { Estimator } from '../estimator.ts';
import { itemsOf } from '../python.ts';
import { isBefore } from '../version.ts';
import { readTree } from './read.ts';

const mostShown = 5;

interface Gains {
  readonly byFeature: ReadonlyMap<number, number>;
  readonly sum: number;
}

function fieldOf(tree: Estimator, name: string): Float64Array | undefined {
  const object = tree.raw('tree_');
  const nodes =
    object instanceof PyObject && object.state instanceof PyDict ? object.state.get('nodes') : undefined;
  const isThere = nodes instanceof NdArray && nodes.dtype.fields.some(field => field.name === name);
  return isThere ? nodes.field(name).float64() : undefined;
}

/** How much the splits of each feature lower the impurity, by the weight of the rows that they see. */
function gainsOf(estimator: Estimator): Gains | undefined {
  const { left, right, feature } = readTree(estimator);
  const impurity = fieldOf(estimator, 'impurity');
  const weight = fieldOf(estimator, 'weighted_n_node_samples');
  if (impurity === undefined || weight === undefined) return undefined;
  const lost = (node: number): number => (impurity[node] as number) * (weight[node] as number);
  const byFeature = new Map<number, number>();
  let sum = 0;
  for (const [node, child] of left.entries()) {
    if (child < 0) continue;
    const gain = (lost(node) - lost(child) - lost(right[node] as number)) / (weight[0] as number);
    sum += gain;
    byFeature.set(feature[node] as number, (byFeature.get(feature[node] as number) ?? 0) + gain);
  }
  return { byFeature, sum };
}

/** How the trees of an ensemble count: each alike, or each by what it gains. */
export type Counting = 'alike' | 'by gain';

/**
 * `feature_importances_`: shares that sum to 1; trees that split nothing are left out. At first, in forests until 0.20 and in
 * boosting until 0.19, they counted as zeros, and all trees alike.
 */
function importances(
  trees: readonly Estimator[],
  counting: Counting,
  early: boolean,
): ReadonlyMap<number, number> {
  const shares = new Map<number, number>();
  const gains = trees.flatMap(tree => gainsOf(tree) ?? []).filter(({ sum }) => sum > 0);
  const total = gains.reduce((all, { sum }) => all + sum, 0);
  const counted = early ? trees.length : gains.length;
  const alike = early || counting === 'alike';
  for (const { byFeature, sum } of gains)
    for (const [feature, gain] of byFeature)
      shares.set(feature, (shares.get(feature) ?? 0) + gain / (alike ? sum * counted : total));
  return shares;
}

function nameOf(model: Estimator, feature: number): string {
  const value = model.raw('feature_names_in_');
  const names = value instanceof NdArray ? value.values() : itemsOf(value);
  return typeof names?.[feature] === 'string' ? names[feature] : `feature ${feature}`;
}

/**
 * The features of `feature_importances_` that are highest, as `name (share)`, after scikit-learn's
 * `Tree.compute_feature_importances`; nothing when the file has no impurities or no splits.
 * @param model whose features they are. @param trees itself, or the trees of an ensemble
 */
export function importanceFact(
  model: Estimator,
  trees: readonly Estimator[],
  counting: Counting,
): Readonly<Record<string, string>> {
  const sorted = [
    ...importances(trees, counting, isBefore(model.version, 0, counting === 'alike' ? 21 : 20)),
  ].sort(([, a], [, b]) => b - a);
  if (sorted.length === 0) return {};
  const shown = sorted
    .slice(0, mostShown)
    .map(([feature, share]) => `${nameOf(model, feature)} (${share.toPrecision(3)})`);
  const more = sorted.length > mostShown ? `, ${sorted.length - mostShown} more` : '';
  return { 'most important features': `${shown.join(', ')}${more}` };
}
