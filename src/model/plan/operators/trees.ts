import { defineOperators, matrix, matrixInput, sizeOf, type NodeFacts } from './definition.ts';

/**
 * Keys order float32 as the integers are ordered, so that trees compare integers: the bits of the float, with all but the
 * sign turned over for negative ones. -0 and 0 have one key, NaN has none.
 */
const floats = new Float32Array(1);
const bits = new Int32Array(floats.buffer);

/** The key of a float32 that is not NaN. */
export function treeKey(value: number): number {
  floats[0] = value + 0;
  const pattern = bits[0] as number;
  return pattern ^ ((pattern >> 31) & 0x7fff_ffff);
}

/** Above the key of every float32: what a NaN that goes right is taken for. */
export const highestKey = 0x7fff_ffff;

/** Below the key of every float32: what a NaN that goes left is taken for. */
export const lowestKey = -0x8000_0000;

interface Layout {
  readonly words: Int32Array;
  /** Words of a node. */
  readonly size: 2 | 3;
  readonly bits: number;
  /** Columns that a node may ask for: those of the input, and once more for NaN that goes left. */
  readonly columns: number;
  readonly leaves: number;
}

/** A tree of `trees`: nodes from `first` to `end`, parents before children. */
function checkTree(node: NodeFacts, layout: Layout, first: number, end: number): void {
  const { words, size, columns, leaves } = layout;
  const mask = 2 ** layout.bits - 1;
  for (let index = first; index < end; index++) {
    const packed = words[index * size + 1] as number;
    const column = size === 2 ? packed & mask : packed;
    const offset = size === 2 ? packed >> layout.bits : (words[index * size + 2] as number);
    if (offset === 0) {
      const leaf = words[index * size] as number;
      if (leaf < 0 || leaf >= leaves || column !== columns)
        node.fail(`node ${index} is no leaf of ${leaves}`);
      continue;
    }
    if (column < 0 || column >= columns) node.fail(`node ${index} asks for column ${column} of ${columns}`);
    if (offset < 0 || index + offset + 1 >= end)
      node.fail(`node ${index} has children at ${index + offset}, outside ${index + 1} to ${end - 1}`);
  }
}

function layoutOf(node: NodeFacts): Layout {
  const size = sizeOf(node, 'nodes', 1);
  if (size !== 2 && size !== 3) return node.fail(`nodes have ${size} words each, expected 2 or 3`);
  const width = matrixInput(node);
  const columns = node.attributes['missing'] === true ? 2 * width : width;
  const bits = node.attributes['bits'] as number;
  if (size === 2 && columns >= 2 ** bits)
    node.fail(`${bits} bits are too few for ${columns} columns and the leaf's`);
  return { words: node.array('nodes', 'i32'), size, bits, columns, leaves: sizeOf(node, 'leaves', 0) };
}

export const treeOperators = defineOperators({
  /**
   * Inputs are float32 values. A node has the key of its threshold, a column c, and the offset o to its left child, which
   * the right child follows; a row goes left when its value is at most the threshold. `nodes` [nodes, 2] packs the second
   * word as o << bits | c, `nodes` [nodes, 3] has c and o apart. A leaf has offset 0, the column after the last, and in
   * place of the key a row of `leaves`. Children come after their parents, so that every walk ends.
   *
   * NaN goes right. With `missing`, columns from the input's width on are the same values again, whose NaN goes left.
   */
  trees: {
    meaning: 'The sum over all trees of the leaf that the row falls into, tree after tree, in float64.',
    inputs: 1,
    attributes: { missing: { kind: 'flag' }, bits: { kind: 'integer', min: 1, max: 30 } },
    arrays: {
      roots: { dtype: 'i32', rank: 1 },
      nodes: { dtype: 'i32', rank: 2 },
      leaves: { dtype: 'f64', rank: 2 },
    },
    check(node) {
      const layout = layoutOf(node);
      const count = sizeOf(node, 'nodes', 0);
      const roots = node.array('roots', 'i32');
      if (roots.length === 0 || roots[0] !== 0) node.fail('the first tree must start at node 0');
      for (const [tree, root] of roots.entries()) {
        const end = roots[tree + 1] ?? count;
        if (end <= root || end > count) node.fail(`tree ${tree} covers nodes ${root} to ${end} of ${count}`);
        checkTree(node, layout, root, end);
      }
      return matrix(sizeOf(node, 'leaves', 1));
    },
  },
});
