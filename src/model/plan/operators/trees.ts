import { defineOperators, matrix, matrixInput, sizeOf, type NodeFacts } from './definition.ts';

/** Int32 words of a node of `trees`. */
export const treeNodeWords = 4;

/** In the feature word: NaN goes to the left child. */
export const missingLeft = 1 << 30;

/** In the feature word: the index of the feature. */
export const featureMask = 0xff_ffff;

/** The feature word of a leaf. */
export const leafMark = -1;

/** A tree of `trees`: nodes from `first` to `end`, parents before children. */
function checkTree(node: NodeFacts, words: Int32Array, first: number, end: number, leaves: number): void {
  const width = matrixInput(node);
  const missing = node.attributes['missing'] === true;
  for (let index = first; index < end; index++) {
    const feature = words[index * treeNodeWords + 2] as number;
    const target = words[index * treeNodeWords + 3] as number;
    if (feature === leafMark) {
      if (leaves > 0 && (target < 0 || target >= leaves))
        node.fail(`node ${index} points at leaf ${target} of ${leaves}`);
      continue;
    }
    const column = missing ? feature & ~missingLeft : feature;
    if (column < 0 || column >= width) node.fail(`node ${index} asks for feature ${column} of ${width}`);
    if (target <= index || target + 1 >= end)
      node.fail(`node ${index} has children at ${target}, outside ${index + 1} to ${end - 1}`);
  }
}

export const treeOperators = defineOperators({
  /**
   * `nodes` [nodes, 4] int32. Words 0 and 1 are the float64 threshold, word 2 the feature, word 3 the left child; the
   * right child follows it. A row goes left when its value is at most the threshold. A leaf has -1 in word 2 and in
   * word 3 the row of `leaves` it adds; without `leaves` it adds the float64 of words 0 and 1. Children come after their
   * parents, so that every walk ends. With `missing`, bit 30 of word 2 sends NaN to the left, else NaN goes right.
   */
  trees: {
    meaning: 'The sum over all trees of the leaf that the row falls into, tree after tree, in float64.',
    inputs: 1,
    attributes: { missing: { kind: 'flag' } },
    arrays: {
      roots: { dtype: 'i32', rank: 1 },
      nodes: { dtype: 'i32', rank: 2 },
      leaves: { dtype: 'f64', rank: 2, optional: true },
    },
    check(node) {
      const count = sizeOf(node, 'nodes', 0);
      if (sizeOf(node, 'nodes', 1) !== treeNodeWords)
        node.fail(`nodes must have ${treeNodeWords} words each`);
      const roots = node.array('roots', 'i32');
      if (roots.length === 0 || roots[0] !== 0) node.fail('the first tree must start at node 0');
      const leaves = node.shape('leaves');
      if (leaves !== undefined && (leaves[0] === 0 || leaves[1] === 0)) node.fail('leaves are empty');
      const words = node.array('nodes', 'i32');
      for (const [tree, root] of roots.entries()) {
        const end = roots[tree + 1] ?? count;
        if (end <= root || end > count) node.fail(`tree ${tree} covers nodes ${root} to ${end} of ${count}`);
        checkTree(node, words, root, end, leaves?.[0] ?? 0);
      }
      return matrix(leaves?.[1] ?? 1);
    },
  },
});
