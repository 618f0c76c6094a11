import { treePolicies } from '../../../plan/index.ts';
import { NdArray, PyObject, type PyValue } from '../../pickle/index.ts';
import type { CategorySplit, SourceTree } from '../../trees/index.ts';
import { Estimator } from '../estimator.ts';
import { itemsOf } from '../python.ts';

/** Codes of categories fit a byte. */
const categoryCount = 256;
const setWords = categoryCount / 32;

/** `TreePredictor`: nodes with float64 thresholds, and sets of categories. */
export interface Predictor extends SourceTree {
  readonly value: Float64Array;
}

/** Sets of categories by column of the trees' input: those seen in training. */
export type Known = ReadonlyMap<number, Uint32Array>;

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
export function predictorsOf(booster: Estimator, columns: number, known: Known): readonly Predictor[] {
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
export function knownCategories(booster: Estimator): Known {
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
