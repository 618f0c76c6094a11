import { highestKey, lowestKey, treeKey } from '../../../plan/index.ts';
import { arrayOf, defineKernels, matrixOf, widthOf, type Kernel, type Site, type Sizes } from '../kernel.ts';

/** Writes the keys of the block's rows, each row ended by the column that leaves ask for. */
type WriteKeys = (rows: number) => void;

interface Keys {
  readonly values: Int32Array;
  /** Keys of a row. */
  readonly width: number;
  readonly write: WriteKeys;
}

/** NaN goes right; in the second copy of the columns, which only trees trained with missing values have, it goes left. */
function keysOf(site: Site): Keys {
  const x = matrixOf(site);
  const from = widthOf(site);
  const copies = site.node.attributes['missing'] === true ? 2 : 1;
  const width = copies * from + 1;
  const values = new Int32Array((x.length / from) * width);
  return {
    values,
    width,
    write(rows) {
      for (let row = 0; row < rows; row++) {
        const to = row * width;
        for (let column = 0; column < from; column++) {
          const value = x[row * from + column] as number;
          const missing = Number.isNaN(value);
          const key = missing ? highestKey : treeKey(value);
          values[to + column] = key;
          if (copies === 2) values[to + from + column] = missing ? lowestKey : key;
        }
        values[to + width - 1] = lowestKey;
      }
    },
  };
}

/** Adds a row of `leaves` to a row of the target. */
type Add = (row: number, leaf: number) => void;

function adder(y: Float64Array, leaves: Float64Array, width: number): Add {
  if (width === 1)
    return (row, leaf) => {
      y[row] = (y[row] as number) + (leaves[leaf] as number);
    };
  return (row, leaf) => {
    const to = row * width;
    const from = leaf * width;
    for (let column = 0; column < width; column++)
      y[to + column] = (y[to + column] as number) + (leaves[from + column] as number);
  };
}

/**
 * Nodes of two words. The comparison is added as a number, so that there is no branch to mispredict, and four walks go on
 * at once, so that none waits for the memory of another: four rows through a tree, or one row through four trees. A leaf
 * leads to itself until all four have arrived.
 */
function packedTrees(site: Site): Kernel {
  const nodes = arrayOf(site, 'nodes', 'i32');
  const roots = arrayOf(site, 'roots', 'i32');
  const y = site.target as Float64Array;
  const width = site.output.width;
  const add = adder(y, arrayOf(site, 'leaves', 'f64'), width);
  const { values: x, width: columns, write } = keysOf(site);
  const bits = site.node.attributes['bits'] as number;
  const mask = 2 ** bits - 1;

  function walkFour(tree: number, row: number): void {
    const fromA = row * columns;
    const fromB = fromA + columns;
    const fromC = fromB + columns;
    const fromD = fromC + columns;
    let a = roots[tree] as number;
    let b = a;
    let c = a;
    let d = a;
    for (;;) {
      const wordA = nodes[2 * a + 1] as number;
      const wordB = nodes[2 * b + 1] as number;
      const wordC = nodes[2 * c + 1] as number;
      const wordD = nodes[2 * d + 1] as number;
      if ((wordA | wordB | wordC | wordD) <= mask) break;
      a += (wordA >> bits) + step((x[fromA + (wordA & mask)] as number) > (nodes[2 * a] as number));
      b += (wordB >> bits) + step((x[fromB + (wordB & mask)] as number) > (nodes[2 * b] as number));
      c += (wordC >> bits) + step((x[fromC + (wordC & mask)] as number) > (nodes[2 * c] as number));
      d += (wordD >> bits) + step((x[fromD + (wordD & mask)] as number) > (nodes[2 * d] as number));
    }
    add(row, nodes[2 * a] as number);
    add(row + 1, nodes[2 * b] as number);
    add(row + 2, nodes[2 * c] as number);
    add(row + 3, nodes[2 * d] as number);
  }

  function walkRow(row: number): void {
    const from = row * columns;
    const fours = roots.length - (roots.length % 4);
    for (let tree = 0; tree < fours; tree += 4) {
      let a = roots[tree] as number;
      let b = roots[tree + 1] as number;
      let c = roots[tree + 2] as number;
      let d = roots[tree + 3] as number;
      for (;;) {
        const wordA = nodes[2 * a + 1] as number;
        const wordB = nodes[2 * b + 1] as number;
        const wordC = nodes[2 * c + 1] as number;
        const wordD = nodes[2 * d + 1] as number;
        if ((wordA | wordB | wordC | wordD) <= mask) break;
        a += (wordA >> bits) + step((x[from + (wordA & mask)] as number) > (nodes[2 * a] as number));
        b += (wordB >> bits) + step((x[from + (wordB & mask)] as number) > (nodes[2 * b] as number));
        c += (wordC >> bits) + step((x[from + (wordC & mask)] as number) > (nodes[2 * c] as number));
        d += (wordD >> bits) + step((x[from + (wordD & mask)] as number) > (nodes[2 * d] as number));
      }
      add(row, nodes[2 * a] as number);
      add(row, nodes[2 * b] as number);
      add(row, nodes[2 * c] as number);
      add(row, nodes[2 * d] as number);
    }
    for (let tree = fours; tree < roots.length; tree++) walkOne(tree, row);
  }

  function walkOne(tree: number, row: number): void {
    const from = row * columns;
    let at = roots[tree] as number;
    for (let word = nodes[2 * at + 1] as number; word > mask; word = nodes[2 * at + 1] as number)
      at += (word >> bits) + step((x[from + (word & mask)] as number) > (nodes[2 * at] as number));
    add(row, nodes[2 * at] as number);
  }

  return rows => {
    write(rows);
    y.fill(0, 0, rows * width);
    const fours = rows - (rows % 4);
    if (fours > 0) {
      for (let tree = 0; tree < roots.length; tree++) {
        for (let row = 0; row < fours; row += 4) walkFour(tree, row);
      }
    }
    for (let row = fours; row < rows; row++) walkRow(row);
  };
}

/** A comparison as 0 or 1; V8 compiles it without a branch. */
function step(right: boolean): number {
  return (right as unknown as number) | 0;
}

/** Nodes of three words, for trees too large or features too many to pack. */
function wideTrees(site: Site): Kernel {
  const nodes = arrayOf(site, 'nodes', 'i32');
  const roots = arrayOf(site, 'roots', 'i32');
  const y = site.target as Float64Array;
  const width = site.output.width;
  const add = adder(y, arrayOf(site, 'leaves', 'f64'), width);
  const { values: x, width: columns, write } = keysOf(site);
  return rows => {
    write(rows);
    y.fill(0, 0, rows * width);
    for (let tree = 0; tree < roots.length; tree++) {
      for (let row = 0; row < rows; row++) {
        const from = row * columns;
        let at = (roots[tree] as number) * 3;
        for (let offset = nodes[at + 2] as number; offset !== 0; offset = nodes[at + 2] as number)
          at += 3 * (offset + step((x[from + (nodes[at + 1] as number)] as number) > (nodes[at] as number)));
        add(row, nodes[at] as number);
      }
    }
  };
}

function cost({ node, output }: Sizes): number {
  const count = node.arrays['roots']?.shape[0] ?? 1;
  const nodes = node.arrays['nodes']?.shape[0] ?? 1;
  return count * (10 + 7 * Math.log2(nodes / count + 1) + output.width);
}

export const treeKernels = defineKernels({
  trees: {
    cost,
    make: site => (site.node.arrays['nodes']?.shape[1] === 2 ? packedTrees(site) : wideTrees(site)),
  },
});
