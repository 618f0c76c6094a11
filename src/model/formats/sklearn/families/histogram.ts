import { treePolicies, type NewLabels } from '../../../plan/index.ts';
import { NdArray, PyObject, PyTuple, type PyValue } from '../../pickle/index.ts';
import { buildTrees, depthOf, type CategorySplit, type SourceTree } from '../../trees/index.ts';
import { Estimator } from '../estimator.ts';
import type { Family, Methods, Translation } from '../family.ts';
import { joined, type Features } from '../features.ts';
import { classesOf, labelCount } from '../labels.ts';
import { itemsOf } from '../python.ts';
import { targetsOf } from '../targets.ts';
import { boostedClasses, type ClassifierForm } from '../trees/boosted.ts';
import { featureCountOf } from '../trees/members.ts';
import { isBefore } from '../version.ts';

/** Codes of categories fit a byte. */
const categoryCount = 256;
const setWords = categoryCount / 32;

/** `TreePredictor`: nodes with float64 thresholds, and sets of categories. */
interface Predictor extends SourceTree {
  readonly value: Float64Array;
}

/** Sets of categories by column of the trees' input: those seen in training. */
type Known = ReadonlyMap<number, Uint32Array>;

function arrayIn(booster: Estimator, object: PyObject, name: string): NdArray {
  const value = object.attribute(name);
  return value instanceof NdArray ? value : booster.malformed('_predictors', `trees with ${name}`);
}

/** Until 0.23 the threshold had another name, and there were no categories. */
function thresholdsOf(nodes: NdArray): Float64Array {
  const isNew = nodes.dtype.fields.some(({ name }) => name === 'num_threshold');
  return nodes.field(isNew ? 'num_threshold' : 'threshold').float64();
}

/** Where categories go: members of the node's set left, other known ones right, unknown ones where missing ones go. */
function categorySplit(left: Uint32Array, known: Uint32Array, missingRight: boolean): CategorySplit {
  const right = left.map((word, at) => {
    const others = ~word;
    return missingRight ? others : others & (known[at] as number);
  });
  return {
    right,
    count: categoryCount,
    beyondRight: missingRight,
    negativeRight: missingRight,
    nanRight: missingRight,
  };
}

function readPredictor(booster: Estimator, object: PyObject, known: Known): Predictor {
  const nodes = arrayIn(booster, object, 'nodes');
  const isLeaf = nodes.field('is_leaf').int32();
  const feature = nodes.field('feature_idx').int32();
  const missingLeft = nodes.field('missing_go_to_left').int32();
  const child = (name: string): Int32Array =>
    nodes
      .field(name)
      .int32()
      .map((to, node) => (isLeaf[node] === 0 ? to : -1));
  const tree = {
    left: child('left'),
    right: child('right'),
    feature,
    threshold: thresholdsOf(nodes),
    value: nodes.field('value').float64(),
  };
  const { nanLeft, nanRight } = treePolicies;
  const policies = Uint8Array.from(missingLeft, left => (left === 0 ? nanRight : nanLeft));
  if (!nodes.dtype.fields.some(({ name }) => name === 'is_categorical')) return { ...tree, policies };
  const isCategorical = nodes.field('is_categorical').int32();
  const sets = Uint32Array.from(arrayIn(booster, object, 'raw_left_cat_bitsets').float64());
  const setIndex = nodes.field('bitset_idx').int32();
  return {
    ...tree,
    policies: policies.map((policy, node) => (isCategorical[node] === 0 ? policy : nanRight)),
    categories(node) {
      if (isCategorical[node] === 0) return undefined;
      const start = (setIndex[node] as number) * setWords;
      const left = sets.subarray(start, start + setWords);
      if (left.length < setWords)
        return booster.malformed('_predictors', 'a set for every split by categories');
      return categorySplit(
        left,
        known.get(feature[node] as number) ?? new Uint32Array(setWords),
        missingLeft[node] === 0,
      );
    },
  };
}

/** Trees stage by stage; a stage has one for each column. */
function predictorsOf(booster: Estimator, columns: number, known: Known): readonly Predictor[] {
  const stages = itemsOf(booster.raw(booster.fitted('_predictors'))) ?? [];
  const trees = stages.flatMap(stage => {
    const items = itemsOf(stage) ?? [];
    if (items.length !== columns) booster.malformed('_predictors', `${columns} trees a stage`);
    return items.map(item =>
      item instanceof PyObject
        ? readPredictor(booster, item, known)
        : booster.malformed('_predictors', 'trees'),
    );
  });
  return trees.length > 0 ? trees : booster.malformed('_predictors', 'at least one tree');
}

/** Which columns the bins were made of categories for, and which categories: their numbers are in place of thresholds. */
function knownCategories(booster: Estimator): Known {
  const known = new Map<number, Uint32Array>();
  const name = booster.anyOf('_bin_mapper', 'bin_mapper_');
  const value = name === undefined ? undefined : booster.raw(name);
  if (!(value instanceof PyObject)) return known;
  const bins = new Estimator(value, `${booster.place}.${name}`, booster.version);
  if (!bins.has('is_categorical_')) return known;
  const lists = itemsOf(bins.raw('bin_thresholds_')) ?? [];
  for (const [column, flag] of bins.array('is_categorical_').float64().entries())
    if (flag !== 0) known.set(column, setOf(bins, lists[column]));
  return known;
}

function setOf(bins: Estimator, value: PyValue | undefined): Uint32Array {
  if (!(value instanceof NdArray)) return bins.malformed('bin_thresholds_', 'categories for each column');
  const words = new Uint32Array(setWords);
  for (const category of value.float64()) {
    if (!(category >= 0 && category < categoryCount))
      bins.malformed('bin_thresholds_', 'categories below 256');
    const at = Math.trunc(category);
    words[at >> 5] = (words[at >> 5] as number) | (1 << (at & 31));
  }
  return words;
}

function partOf(booster: Estimator, value: PyValue | undefined, name: string): PyObject {
  return value instanceof PyObject ? value : booster.malformed(name, 'an estimator');
}

/** The encoder among `transformers_`, tuples of name, transformer and columns. */
function encoderOf(booster: Estimator): PyObject {
  const preprocessor = partOf(booster, booster.raw('_preprocessor'), '_preprocessor');
  for (const item of itemsOf(preprocessor.attribute('transformers_')) ?? []) {
    const [name, transformer] = item instanceof PyTuple ? item.items : [];
    if (name === 'encoder') return partOf(booster, transformer, '_preprocessor');
  }
  return booster.malformed('_preprocessor', 'an encoder of categories');
}

/** Since 1.4 categories are encoded first, and their columns come first. */
function encoded(booster: Estimator, x: Features, to: Translation): Features {
  if (!booster.has('_preprocessor')) return x;
  const flags = booster.array(booster.fitted('is_categorical_')).float64();
  if (flags.length !== x.width) booster.malformed('is_categorical_', `${x.width} flags`);
  const columns = Array.from(flags.keys());
  const categories = columns.filter(column => flags[column] !== 0);
  const numbers = columns.filter(column => flags[column] === 0);
  const place = `${booster.place}._preprocessor 'encoder'`;
  const { transform } = to.translate(encoderOf(booster), place, booster, x.select(categories));
  if (transform === undefined) return booster.malformed('_preprocessor', 'an encoder of categories');
  return joined(to.builder, numbers.length === 0 ? [transform] : [transform, x.select(numbers)]);
}

function columnsOf(booster: Estimator): number {
  return booster.count(booster.fitted('n_trees_per_iteration_'));
}

/** `_raw_predict`: the baseline plus each tree's leaf, in float64 throughout. */
function rawScores(booster: Estimator, x: Features, to: Translation): number {
  const { builder } = to;
  const columns = columnsOf(booster);
  const start = booster.numbers(booster.fitted('_baseline_prediction')).values;
  if (start.length !== columns) booster.malformed('_baseline_prediction', `${columns} numbers`);
  const input = encoded(booster, x, to).matrix();
  const trees = predictorsOf(booster, columns, knownCategories(booster));
  const built = buildTrees({
    trees,
    features: builder.typeOf(input).width,
    keys: 'rank',
    split: 'at-most',
    leafWidth: 1,
    leaf(tree, node, target) {
      target[0] = tree.value[node] as number;
    },
    leaves: 'shared',
    fail: problem => booster.malformed('_predictors', `trees (${problem})`),
  });
  const targets = Int32Array.from(trees, (_, index) => index % columns);
  return builder.add(
    'trees',
    [input],
    { ...built.attributes, width: columns, sum: 'f64' },
    { ...built.arrays, leaves: built.leaves, targets, start },
  );
}

const classifierLosses = ['auto', 'log_loss', 'binary_crossentropy', 'categorical_crossentropy'];
const identityLosses = [
  'squared_error',
  'least_squares',
  'absolute_error',
  'least_absolute_deviation',
  'quantile',
];
const logLosses = ['poisson', 'gamma'];

function formOf({ version }: Estimator): ClassifierForm {
  const isOld = isBefore(version, 1, 5);
  return {
    slope: 1,
    binary: isOld ? 'probability' : 'above',
    several: isBefore(version, 1, 1) ? 'logsumexp' : 'softmax',
    largest: isOld ? 'probability' : 'raw',
  };
}

function labelsOfBooster(booster: Estimator): NewLabels {
  const [classes] = targetsOf(booster);
  const columns = columnsOf(booster);
  const labels = classesOf(booster, columns === 1 ? 2 : columns);
  return classes === undefined || labelCount(classes) < 2 ? booster.malformed('classes_', 'classes') : labels;
}

/** `sklearn.ensemble.HistGradientBoostingClassifier` */
function histogramClassifier(booster: Estimator, x: Features, to: Translation): Methods {
  if (!classifierLosses.includes(booster.text('loss') ?? ''))
    booster.unsupported('loss', `not one of ${classifierLosses.join(', ')}`);
  return boostedClasses(rawScores(booster, x, to), labelsOfBooster(booster), formOf(booster), to);
}

/** `sklearn.ensemble.HistGradientBoostingRegressor`: some losses are of the logarithm. */
function histogramRegressor(booster: Estimator, x: Features, to: Translation): Methods {
  const loss = booster.text('loss') ?? '';
  const isLog = logLosses.includes(loss);
  if (!isLog && !identityLosses.includes(loss))
    booster.unsupported('loss', `not one of ${[...identityLosses, ...logLosses].join(', ')}`);
  const raw = rawScores(booster, x, to);
  return { predict: { node: isLog ? to.builder.add('map', [raw], { function: 'exp' }) : raw, vector: true } };
}

function facts(booster: Estimator): Readonly<Record<string, number>> {
  const trees = predictorsOf(booster, columnsOf(booster), knownCategories(booster));
  const fail = (problem: string): never => booster.malformed('_predictors', `trees (${problem})`);
  return {
    trees: trees.length,
    nodes: trees.reduce((sum, tree) => sum + tree.left.length, 0),
    depth: trees.reduce((most, tree) => Math.max(most, depthOf(tree, fail)), 0),
  };
}

/** Before 0.24 and 1.0 the number of features went by other names. */
function countOf(booster: Estimator): number | undefined {
  return booster.has('_n_features') ? booster.count('_n_features') : featureCountOf(booster);
}

export const histogramFamily: Family = {
  'ensemble.HistGradientBoostingClassifier': { translate: histogramClassifier, features: countOf, facts },
  'ensemble.HistGradientBoostingRegressor': { translate: histogramRegressor, features: countOf, facts },
};
