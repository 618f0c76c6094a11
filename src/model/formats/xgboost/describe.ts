import type { Described } from '../../plan/index.ts';
import { depthOf } from '../trees/index.ts';
import type { Booster, BoosterTree, TreeModel } from './booster.ts';
import { malformed } from './errors.ts';

const mostNames = 20;
const mostImportant = 10;
const longestText = 200;

type Scalars = Record<string, string | number | boolean>;

function shortened(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text;
}

function listed(names: readonly string[]): string {
  const more = names.length - mostNames;
  return shortened(names.slice(0, mostNames).join(', ')) + (more > 0 ? ` and ${more} more` : '');
}

/** What a feature did in training. */
export interface Importance {
  readonly feature: string;
  readonly splits: number;
  /** Sum of the loss reductions of its splits (`total_gain`). */
  readonly gain: number;
}

/** `age`, or `f0` as the library calls a feature without a name. */
export function featureName({ featureNames }: Pick<Booster, 'featureNames'>, feature: number): string {
  return featureNames?.[feature] ?? `f${feature}`;
}

/** Features that trees split on, the largest total gain first. */
export function importancesOf(booster: Booster, { trees }: TreeModel): readonly Importance[] {
  const splits = new Map<number, number>();
  const gains = new Map<number, number>();
  for (const { left, feature, gain } of trees) {
    for (const [node, column] of feature.entries()) {
      if ((left[node] as number) < 0) continue;
      splits.set(column, (splits.get(column) ?? 0) + 1);
      gains.set(column, (gains.get(column) ?? 0) + (gain[node] ?? 0));
    }
  }
  return Array.from(splits, ([column, count]) => ({
    feature: featureName(booster, column),
    splits: count,
    gain: gains.get(column) as number,
  })).sort((a, b) => b.gain - a.gain || b.splits - a.splits);
}

function depth(tree: BoosterTree): number {
  const source = { left: tree.left, right: tree.right, feature: tree.feature, threshold: tree.condition };
  return depthOf(source, problem => malformed(problem));
}

function treeFacts(booster: Booster, model: TreeModel): Scalars {
  const { trees, roundStarts } = model;
  const facts: Scalars = { trees: trees.length };
  if (roundStarts !== undefined) facts['rounds'] = roundStarts.length - 1;
  facts['largest depth'] = trees.reduce((most, tree) => Math.max(most, depth(tree)), 0);
  facts['leaves'] = trees.reduce(
    (sum, { left }) => sum + left.reduce((count, child) => count + (child < 0 ? 1 : 0), 0),
    0,
  );
  if (trees.some(tree => tree.categories.size > 0)) facts['splits by categories'] = true;
  if (trees.some(tree => tree.vectors !== undefined)) facts['leaves are'] = `vectors of ${booster.outputs}`;
  const important = importancesOf(booster, model).slice(0, mostImportant);
  if (important.length > 0)
    facts['most important features'] = shortened(
      important
        .map(({ feature, splits, gain }) => `${feature} (${splits} splits, gain ${gain.toPrecision(4)})`)
        .join(', '),
    );
  return facts;
}

/** What was learnt, in numbers and names, for `inspect`. */
export function factsOf(booster: Booster): Scalars {
  const { features, classes, targets, featureNames, featureTypes, attributes, baseScore, model } = booster;
  const facts: Scalars = { features };
  if (featureNames !== undefined) facts['feature names'] = listed(featureNames);
  if (featureTypes !== undefined) facts['feature types'] = listed(featureTypes);
  if (classes > 1) facts['classes'] = classes;
  if (targets > 1) facts['targets'] = targets;
  facts['base score'] = listed(Array.from(baseScore, score => String(Number(score.toPrecision(7)))));
  const best = attributes['best_iteration'];
  if (best !== undefined) facts['best iteration'] = shortened(best);
  return {
    ...facts,
    ...(model.kind === 'trees' ? treeFacts(booster, model) : { weights: model.weights.length }),
  };
}

/** The parameters of a booster that answers depend on, as the file has them. */
export function describeBooster(booster: Booster): Described {
  const parameters = Object.entries(booster.objective.parameters).map(([name, text]) => [
    name,
    shortened(text),
  ]);
  return {
    name: 'model',
    class: 'xgboost.core.Booster',
    parameters: {
      booster: booster.booster,
      objective: shortened(booster.objective.name),
      ...(Object.fromEntries(parameters.slice(0, mostNames)) as Record<string, string>),
    },
    facts: factsOf(booster),
    parts: [],
  };
}
