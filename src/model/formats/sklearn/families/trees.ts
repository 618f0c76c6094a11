import { sklearnErrors } from '../errors.ts';
import type { Estimator } from '../estimator.ts';
import type { Column, Family, FamilyRow, Methods, Translation } from '../family.ts';
import { featuresOf, type Features } from '../features.ts';
import { labelCount } from '../labels.ts';
import { predictedTargets, targetsOf } from '../targets.ts';
import { leavesOfTrees, sumOfTrees, treeInput, type WriteLeaf } from '../trees/sum.ts';
import { importanceFact } from '../trees/importance.ts';
import { ensembleFacts, featureCountOf, membersOf } from '../trees/members.ts';
import { depthOfTree, readTree, type FileTree } from '../trees/read.ts';
import { isBefore } from '../version.ts';

const classificationCriteria = ['gini', 'log_loss', 'entropy'];
const regressionCriteria = ['squared_error', 'friedman_mse', 'poisson'];

/**
 * Whether a single tree lets NaN through, after each version's `_support_missing_values` and `allow_nan`. An extra tree,
 * whose splits are random, inherited the rule of the tree that it derives from until 1.5 (its regressor until 1.6).
 */
function takesMissing(tree: Estimator, classifies: boolean): boolean {
  const { version } = tree;
  if (isBefore(version, 1, 3)) return false;
  const splitter = tree.text('splitter') ?? 'best';
  const isExtra = !isBefore(version, 1, classifies ? 6 : 7) && tree.name.startsWith('Extra');
  if (!splittersFor(tree, isExtra).includes(splitter)) return false;
  if (!isBefore(version, 1, 9)) return true;
  const criteria = classifies ? classificationCriteria : regressionCriteria;
  return criteria.includes(tree.text('criterion') ?? '') && !tree.has('monotonic_cst');
}

function splittersFor({ version }: Estimator, isExtra: boolean): readonly string[] {
  if (isExtra) return ['random'];
  return isBefore(version, 1, 6) ? ['best'] : ['best', 'random'];
}

function checkTargets(estimator: Estimator, trees: readonly FileTree[], widths: readonly number[]): void {
  const most = Math.max(...widths);
  for (const tree of trees) {
    if (tree.outputs !== widths.length || tree.classes < most)
      throw sklearnErrors.make['sklearn-malformed'](
        `${estimator.place}: a tree has values for ${tree.outputs} targets of ${tree.classes} classes, expected ${widths.length} of ${most}`,
      );
  }
}

/** Class counts or fractions of all targets side by side; `normalize` divides each target's by their sum. */
function classLeaf(widths: readonly number[], normalize: boolean): WriteLeaf {
  return (tree, node, target) => {
    let at = 0;
    for (const [output, width] of widths.entries()) {
      const from = (node * tree.outputs + output) * tree.classes;
      const values = tree.values.subarray(from, from + width);
      const sum = normalize ? values.reduce((total, value) => total + value, 0) : 1;
      for (const value of values) target[at++] = value / (sum === 0 ? 1 : sum);
    }
  };
}

const regressionLeaf: WriteLeaf = (tree, node, target) => {
  for (let output = 0; output < tree.outputs; output++)
    target[output] = tree.values[(node * tree.outputs + output) * tree.classes] as number;
};

function treesNode(
  estimator: Estimator,
  trees: readonly FileTree[],
  x: Features,
  width: number,
  missing: boolean,
  leaf: WriteLeaf,
  to: Translation,
): number {
  return sumOfTrees(
    estimator,
    trees,
    treeInput(estimator.name, x, missing, to),
    { width, missing, leaf },
    to,
  );
}

function selected(node: number, first: number, width: number, { builder }: Translation): number {
  if (builder.typeOf(node).width === width) return node;
  return builder.add(
    'columns',
    [node],
    {},
    { indices: Int32Array.from({ length: width }, (_, at) => first + at) },
  );
}

/** Column `first` on, `width` wide, for each target. */
function splitTargets(node: number, widths: readonly number[], to: Translation): readonly number[] {
  let first = 0;
  return widths.map(width => {
    first += width;
    return selected(node, first - width, width, to);
  });
}

/** Until 0.20 several targets came out as floats. */
function asFloats(estimator: Estimator): boolean {
  return isBefore(estimator.version, 0, 21);
}

function probabilityMethods(probabilities: readonly number[], { builder }: Translation): Methods {
  const logs = probabilities.map(node => ({ node: builder.add('map', [node], { function: 'log' }) }));
  const columns = probabilities.map(node => ({ node }));
  if (columns.length === 1)
    return { predict_proba: columns[0] as Column, predict_log_proba: logs[0] as Column };
  return { predict_proba: columns, predict_log_proba: logs };
}

function treeClassifier(estimator: Estimator, x: Features, to: Translation): Methods {
  const tree = readTree(estimator);
  const targets = targetsOf(estimator);
  const widths = targets.map(labelCount);
  checkTargets(estimator, [tree], widths);
  const width = widths.reduce((sum, one) => sum + one, 0);
  const missing = takesMissing(estimator, true);
  const node = treesNode(estimator, [tree], x, width, missing, classLeaf(widths, false), to);
  const scores = splitTargets(node, widths, to);
  // Leaves hold weighted counts before 1.4, fractions from then on.
  const probabilities = isBefore(estimator.version, 1, 4)
    ? scores.map(score => to.builder.add('normalizeRows', [score], { zero: 'keep' }))
    : scores;
  return {
    predict: predictedTargets(estimator, scores, targets, asFloats(estimator), to),
    ...probabilityMethods(probabilities, to),
  };
}

function treeRegressor(estimator: Estimator, x: Features, to: Translation): Methods {
  const tree = readTree(estimator);
  const node = treesNode(
    estimator,
    [tree],
    x,
    tree.outputs,
    takesMissing(estimator, false),
    regressionLeaf,
    to,
  );
  return { predict: { node, vector: tree.outputs === 1 } };
}

/** The mean over the trees, added up in their order as scikit-learn does with one job. */
function meanOf(
  forest: Estimator,
  trees: readonly FileTree[],
  x: Features,
  width: number,
  classifies: boolean,
  leaf: WriteLeaf,
  to: Translation,
): number {
  const [first] = membersOf(forest) as readonly [Estimator];
  const missing = !isBefore(forest.version, 1, 4) && takesMissing(first, classifies);
  const sum = treesNode(forest, trees, x, width, missing, leaf, to);
  return to.builder.add(
    'columnwise',
    [sum],
    { operation: 'divide', operandToo: false },
    { operand: Float64Array.of(trees.length) },
  );
}

function forestClassifier(forest: Estimator, x: Features, to: Translation): Methods {
  const trees = membersOf(forest).map(readTree);
  const targets = targetsOf(forest);
  const widths = targets.map(labelCount);
  checkTargets(forest, trees, widths);
  const width = widths.reduce((sum, one) => sum + one, 0);
  const leaf = classLeaf(widths, isBefore(forest.version, 1, 4));
  const mean = meanOf(forest, trees, x, width, true, leaf, to);
  const probabilities = splitTargets(mean, widths, to);
  return {
    predict: predictedTargets(forest, probabilities, targets, asFloats(forest), to),
    ...probabilityMethods(probabilities, to),
  };
}

function forestRegressor(forest: Estimator, x: Features, to: Translation): Methods {
  const trees = membersOf(forest).map(readTree);
  const outputs = (trees[0] as FileTree).outputs;
  checkTargets(
    forest,
    trees,
    Array.from({ length: outputs }, () => 1),
  );
  const node = meanOf(forest, trees, x, outputs, false, regressionLeaf, to);
  return { predict: { node, vector: outputs === 1 } };
}

/** `sklearn.ensemble.RandomTreesEmbedding`: the leaves that a row falls into, each a column. */
function embedding(forest: Estimator, x: Features, to: Translation): Methods {
  const members = membersOf(forest);
  const missing = !isBefore(forest.version, 1, 4) && takesMissing(members[0] as Estimator, false);
  const input = treeInput(forest.name, x, missing, to);
  const leaves = leavesOfTrees(forest, members.map(readTree), input, missing, to);
  const name = forest.fitted('one_hot_encoder_');
  const { transform } = to.translate(
    forest.raw(name),
    `${forest.place}.${name}`,
    forest,
    featuresOf(to.builder, leaves),
  );
  return transform === undefined ? forest.malformed(name, 'an encoder') : { transform };
}

function treeFacts(estimator: Estimator): Readonly<Record<string, string | number>> {
  const tree = readTree(estimator);
  return {
    nodes: tree.left.length,
    depth: depthOfTree(tree, estimator.place),
    ...importanceFact(estimator, [estimator], 'alike'),
  };
}

function forestFacts(forest: Estimator): Readonly<Record<string, string | number>> {
  return { ...ensembleFacts(forest), ...importanceFact(forest, membersOf(forest), 'alike') };
}

const single = (classifies: boolean): Pick<FamilyRow, 'features' | 'facts' | 'translate'> => ({
  translate: classifies ? treeClassifier : treeRegressor,
  features: featureCountOf,
  facts: treeFacts,
});

const several = (classifies: boolean): Pick<FamilyRow, 'features' | 'facts' | 'translate'> => ({
  translate: classifies ? forestClassifier : forestRegressor,
  features: featureCountOf,
  facts: forestFacts,
});

export const treeFamily: Family = {
  'tree.DecisionTreeClassifier': single(true),
  'tree.DecisionTreeRegressor': single(false),
  'tree.ExtraTreeClassifier': single(true),
  'tree.ExtraTreeRegressor': single(false),
  'ensemble.RandomForestClassifier': several(true),
  'imblearn:ensemble.BalancedRandomForestClassifier': several(true),
  'ensemble.RandomForestRegressor': several(false),
  'ensemble.ExtraTreesClassifier': several(true),
  'ensemble.ExtraTreesRegressor': several(false),
  'ensemble.RandomTreesEmbedding': { ...several(false), translate: embedding },
};
