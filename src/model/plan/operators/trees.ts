import {
  defineOperators,
  expectShape,
  expectWithin,
  matrix,
  numericInput,
  sizeOf,
  type ArrayRule,
  type AttributeRule,
  type NodeFacts,
  type Shape,
} from './definition.ts';

/**
 * Keys order float32 as the integers are ordered, so that trees compare integers: the bits of the float, with all but the
 * sign turned over for negative ones. -0 and 0 have one key, NaN has none.
 */
const floats = new Float32Array(1);
const bits = new Int32Array(floats.buffer);

/** The key of the float32 nearest to a number that is not NaN. */
export function treeKey(value: number): number {
  floats[0] = value + 0;
  const pattern = bits[0] as number;
  return pattern ^ ((pattern >> 31) & 0x7fff_ffff);
}

/** Above the key of every number: what a missing value that goes right is taken for. */
export const highestKey = 0x7fff_ffff;

/** Below the key of every number: what a missing value that goes left is taken for. */
export const lowestKey = -0x8000_0000;

/**
 * What a column of keys makes of special values, as a sum. Of a column of numbers: where NaN goes, one of the first three,
 * and whether 0 (|x| ≤ 1e-35 in float32, LightGBM's `kZeroThreshold`) is missing too and goes with it. Of a column of
 * categories: `nanZero` when NaN counts as category 0, and `truncated` when -0.5 counts as category 0 too.
 */
export const treePolicies = {
  nanRight: 0,
  nanLeft: 1,
  nanZero: 2,
  zeroMissing: 4,
  truncated: 8,
} as const;

/** `kZeroThreshold` of LightGBM, a float32. */
export const zeroThreshold = 1.000_000_018_002_509_5e-35;

/** A category's bit in a set; the first three are those of categories beyond the set, of negative ones, and of NaN. */
export const firstCategoryBit = 3;

/** What every operator over trees is made of. */
const attributes = {
  keys: { kind: 'choice', of: ['float32', 'rank'] },
  absent: { kind: 'choice', of: ['zero', 'missing'] },
  numeric: { kind: 'integer', min: 0, max: 2 ** 30 },
  bits: { kind: 'integer', min: 1, max: 30 },
} as const satisfies Readonly<Record<string, AttributeRule>>;

const arrays = {
  features: { dtype: 'i32', rank: 1 },
  policies: { dtype: 'i32', rank: 1 },
  thresholds: { dtype: 'f64', rank: 1, optional: true },
  thresholdStarts: { dtype: 'i32', rank: 1, optional: true },
  sets: { dtype: 'i32', rank: 1, optional: true },
  roots: { dtype: 'i32', rank: 1 },
  nodes: { dtype: 'i32', rank: 2 },
} as const satisfies Readonly<Record<string, ArrayRule>>;

interface Layout {
  readonly words: Int32Array;
  /** Words of a node. */
  readonly size: 2 | 3;
  readonly bits: number;
  /** Columns of keys; the first `numeric` are compared, the others are categories. */
  readonly columns: number;
  readonly numeric: number;
  readonly leaves: number;
  readonly sets: Int32Array;
}

/** A set of categories: how many bits it has, and the words of bits. */
function checkSet(node: NodeFacts, { sets }: Layout, index: number, key: number): void {
  const length = sets[key] ?? 0;
  if (key < 0 || length < firstCategoryBit || key + 1 + Math.ceil(length / 32) > sets.length)
    node.fail(`node ${index} has a set of ${length} bits at ${key} of ${sets.length} words`);
}

/** A tree: nodes from `first` to `end`, parents before children. */
function checkTree(node: NodeFacts, layout: Layout, first: number, end: number): void {
  const { words, size, columns, leaves } = layout;
  const mask = 2 ** layout.bits - 1;
  for (let index = first; index < end; index++) {
    const key = words[index * size] as number;
    const packed = words[index * size + 1] as number;
    const column = size === 2 ? packed & mask : packed;
    const offset = size === 2 ? packed >> layout.bits : (words[index * size + 2] as number);
    if (offset === 0) {
      if (key < 0 || key >= leaves || column !== columns) node.fail(`node ${index} is no leaf of ${leaves}`);
      continue;
    }
    if (column < 0 || column >= columns) node.fail(`node ${index} asks for column ${column} of ${columns}`);
    if (offset < 0 || index + offset + 1 >= end)
      node.fail(`node ${index} has children at ${index + offset}, outside ${index + 1} to ${end - 1}`);
    if (column >= layout.numeric) checkSet(node, layout, index, key);
  }
}

/** Ranks need the thresholds of each column, rising. */
function checkThresholds(node: NodeFacts, numeric: number): void {
  const isRank = node.attributes['keys'] === 'rank';
  const starts = node.shape('thresholdStarts');
  if (isRank !== (starts !== undefined) || isRank !== (node.shape('thresholds') !== undefined))
    node.fail('thresholds belong to keys that are ranks, and to no others');
  if (!isRank) return;
  expectShape(node, 'thresholdStarts', [numeric + 1]);
  const bounds = node.array('thresholdStarts', 'i32');
  const thresholds = node.array('thresholds', 'f64');
  if (bounds[0] !== 0 || bounds[numeric] !== thresholds.length)
    node.fail('thresholdStarts must rise from 0 to the number of thresholds');
  for (let column = 0; column < numeric; column++) {
    const start = bounds[column] as number;
    const end = bounds[column + 1] as number;
    if (end < start) node.fail('thresholdStarts must rise from 0 to the number of thresholds');
    for (let at = start + 1; at < end; at++) {
      if (!((thresholds[at] as number) > (thresholds[at - 1] as number)))
        node.fail(`the thresholds of column ${column} do not rise`);
    }
  }
}

function checkColumns(node: NodeFacts, numeric: number): number {
  const columns = expectWithin(node, 'features', numericInput(node).width).length;
  if (numeric > columns) node.fail(`${numeric} columns of numbers among ${columns}`);
  expectShape(node, 'policies', [columns]);
  for (const [column, policy] of expectWithin(node, 'policies', 16).entries()) {
    const nan = policy & 3;
    const wrong = column < numeric ? nan === 3 || policy > 6 : (policy & ~10) !== 0;
    if (wrong) node.fail(`column ${column} has the policy ${policy}`);
  }
  return columns;
}

/**
 * Checks what all operators over trees have in common.
 * @param leaves how many leaves there are to point at
 * @returns the number of trees
 */
function checkTrees(node: NodeFacts, leaves: number): number {
  const size = sizeOf(node, 'nodes', 1);
  if (size !== 2 && size !== 3) return node.fail(`nodes have ${size} words each, expected 2 or 3`);
  const numeric = node.attributes['numeric'] as number;
  const columns = checkColumns(node, numeric);
  checkThresholds(node, numeric);
  const width = node.attributes['bits'] as number;
  if (size === 2 && columns >= 2 ** width)
    node.fail(`${width} bits are too few for ${columns} columns and the leaf's`);
  const sets = node.shape('sets') === undefined ? new Int32Array(0) : node.array('sets', 'i32');
  const layout = {
    words: node.array('nodes', 'i32'),
    size,
    bits: width,
    columns,
    numeric,
    leaves,
    sets,
  } as const;
  const count = sizeOf(node, 'nodes', 0);
  const roots = node.array('roots', 'i32');
  if (roots.length === 0 || roots[0] !== 0) node.fail('the first tree must start at node 0');
  for (const [tree, root] of roots.entries()) {
    const end = roots[tree + 1] ?? count;
    if (end <= root || end > count) node.fail(`tree ${tree} covers nodes ${root} to ${end} of ${count}`);
    checkTree(node, layout, root, end);
  }
  return roots.length;
}

/** The paths that explain a walk grow with the square of a tree's depth. */
export const deepestExplained = 1024;

/** Children come after their parents, so that one pass finds how deep the trees are. */
function checkDepth(node: NodeFacts): void {
  const words = node.array('nodes', 'i32');
  const size = sizeOf(node, 'nodes', 1);
  const width = node.attributes['bits'] as number;
  const depths = new Int32Array(words.length / size);
  for (const [index, depth] of depths.entries()) {
    if (depth > deepestExplained) node.fail(`a tree has more than ${deepestExplained} levels`);
    const offset = size === 2 ? (words[2 * index + 1] as number) >> width : (words[3 * index + 2] as number);
    if (offset > 0) depths.fill(depth + 1, index + offset, index + offset + 2);
  }
}

/** Each tree adds a row of leaves as wide as the output, or one number to its own column of it. */
function checkSums(node: NodeFacts, trees: number): Shape {
  const width = node.attributes['width'] as number;
  if (node.shape('targets') === undefined) expectShape(node, 'leaves', [sizeOf(node, 'leaves', 0), width]);
  else {
    expectShape(node, 'leaves', [sizeOf(node, 'leaves', 0), 1]);
    expectShape(node, 'targets', [trees]);
    expectWithin(node, 'targets', width);
  }
  expectShape(node, 'start', [width]);
  return matrix(width);
}

const linear = ['constants', 'termStarts', 'termFeatures', 'coefficients'] as const;

/** Leaves that are linear functions of the features; a leaf has none, some, or all of them. */
function checkLinear(node: NodeFacts): void {
  const given = linear.filter(name => node.shape(name) !== undefined).length;
  if (given === 0) return;
  if (given !== linear.length) node.fail(`linear leaves need ${linear.join(', ')}`);
  if (node.inputs[0]?.kind !== 'matrix') node.fail('linear leaves need a matrix');
  if (node.attributes['sum'] === 'f32') node.fail('linear leaves are summed in float64');
  const leaves = sizeOf(node, 'leaves', 0);
  if (sizeOf(node, 'leaves', 1) !== 1) node.fail('linear leaves have one number each');
  expectShape(node, 'constants', [leaves]);
  expectShape(node, 'termStarts', [leaves + 1]);
  const terms = expectWithin(node, 'termFeatures', numericInput(node).width).length;
  expectShape(node, 'coefficients', [terms]);
  const starts = expectWithin(node, 'termStarts', terms + 1);
  for (let leaf = 0; leaf < leaves; leaf++) {
    if ((starts[leaf] as number) > (starts[leaf + 1] as number)) node.fail('termStarts must rise');
  }
}

/** The optional second input is what the sums start from, row by row. */
function checkStart(node: NodeFacts): void {
  if (node.inputs.length > 2) node.fail(`${node.inputs.length} inputs, expected 1 or 2`);
  if (node.inputs.length === 1) return;
  const start = node.inputs[1];
  if (start?.kind !== 'matrix' || start.width !== node.attributes['width'])
    node.fail('input 1, what the sums start from, must be a matrix as wide as the output');
  if (node.shape('start') !== undefined) node.fail('the sums start from input 1 or from `start`, not both');
}

/**
 * A row's values are first written as int32 keys, one for each of the columns that trees ask for: column c holds feature
 * `features[c]`, special values as `policies[c]` has it (`treePolicies`). Keys are the bits of the float32 (`float32`), or
 * the number of `thresholds` of the column that lie below the value (`rank`: float64 thresholds, sorted, each once, from
 * `thresholdStarts[c]` on). A value that sparse rows do not hold is 0, or NaN (`absent`).
 *
 * A node has a key, a column c, and the offset o to its left child, which the right child follows; a row goes left when its
 * key in the column is at most the node's. `nodes` [nodes, 2] packs the second word as o << bits | c, `nodes` [nodes, 3] has
 * c and o apart. A leaf has offset 0, the column after the last, and in place of the key the number of the leaf. Children
 * come after their parents, so that every walk ends.
 *
 * Columns from `numeric` on are categories. A node's key is then where in `sets` its set starts: a word with the number of
 * bits, and the bits, lowest first; 1 goes right. Bits 0 to 2 are for categories that the set has no bit for, for negative
 * ones and for NaN, the others for category 0, 1, …; fractions are cut off.
 */
export const treeOperators = defineOperators({
  /**
   * `leaves` [leaves, width] is added row by row; with `targets` [trees] it is [leaves, 1] and a tree adds to one column.
   * The sums start from input 1, from `start` [width], or from 0. With `sum` f32 each sum is rounded to float32.
   *
   * Linear leaves (LightGBM's `linear_tree`): leaf l is `constants[l]` plus `coefficients[t]` times feature
   * `termFeatures[t]` of the input for the terms t from `termStarts[l]` to `termStarts[l + 1]`, added in this order; when
   * one of these features is NaN it is `leaves[l]`.
   */
  trees: {
    meaning: 'The sum over all trees of the leaf that the row falls into, tree after tree.',
    inputs: 'many',
    attributes: {
      ...attributes,
      width: { kind: 'integer', min: 1, max: 2 ** 24 },
      sum: { kind: 'choice', of: ['f64', 'f32'] },
    },
    arrays: {
      ...arrays,
      leaves: { dtype: 'f64', rank: 2 },
      targets: { dtype: 'i32', rank: 1, optional: true },
      start: { dtype: 'f64', rank: 1, optional: true },
      constants: { dtype: 'f64', rank: 1, optional: true },
      termStarts: { dtype: 'i32', rank: 1, optional: true },
      termFeatures: { dtype: 'i32', rank: 1, optional: true },
      coefficients: { dtype: 'f64', rank: 1, optional: true },
    },
    check(node) {
      const trees = checkTrees(node, sizeOf(node, 'leaves', 0));
      checkStart(node);
      checkLinear(node);
      return checkSums(node, trees);
    },
  },
  treeLeaves: {
    meaning: 'For each tree the number in `names` [leaves] of the leaf that the row falls into.',
    inputs: 1,
    attributes,
    arrays: { ...arrays, names: { dtype: 'i32', rank: 1 } },
    check: node => matrix(checkTrees(node, sizeOf(node, 'names', 0))),
  },
  /**
   * Lundberg et al., "Consistent Individualized Feature Attribution for Tree Ensembles" (2018). `covers`
   * [nodes] are the weights of the training rows that reached each node, `expected` [trees] the mean of each tree. Trees
   * add to the columns of their target: (features + 1) columns each, the last one for the mean and for `start` [targets].
   * With `sum` f32 the shares of covers and the sums over trees are rounded to float32.
   */
  treeContributions: {
    meaning: 'SHAP values of a sum of trees: what each feature adds to it, and the mean, for each target.',
    inputs: 1,
    attributes: {
      ...attributes,
      width: { kind: 'integer', min: 1, max: 2 ** 24 },
      sum: { kind: 'choice', of: ['f64', 'f32'] },
    },
    arrays: {
      ...arrays,
      leaves: { dtype: 'f64', rank: 2 },
      targets: { dtype: 'i32', rank: 1, optional: true },
      start: { dtype: 'f64', rank: 1, optional: true },
      covers: { dtype: 'f64', rank: 1 },
      expected: { dtype: 'f64', rank: 2 },
    },
    check(node) {
      const trees = checkTrees(node, sizeOf(node, 'leaves', 0));
      const { width } = checkSums(node, trees);
      checkDepth(node);
      expectShape(node, 'covers', [sizeOf(node, 'nodes', 0)]);
      expectShape(node, 'expected', [trees, sizeOf(node, 'leaves', 1)]);
      return matrix((numericInput(node).width + 1) * width);
    },
  },
});
