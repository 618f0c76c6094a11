import { arrayOf, defineKernels, type Kernel, type Site, type Sizes } from '../kernel.ts';
import { batchWalkerOf, type BatchWalker } from './trees-batch.ts';
import { treeContributions } from './trees-contributions.ts';
import { keysOf } from './trees-keys.ts';
import { adderOf } from './trees-sums.ts';
import { walkerOf } from './trees-walk.ts';

/** Room for the leaves of a tree for all rows of a block, or of all trees for a row. */
function foundBy(site: Site, trees: number): Int32Array {
  const rows = (site.target as Float64Array).length / site.output.width;
  return new Int32Array(Math.max(rows, trees));
}

/** Fewer rows are not worth the second copy of the trees, which servers of single rows never make. */
const fewestInBatch = 64;

function sums(site: Site): Kernel {
  const keys = keysOf(site);
  const walker = walkerOf(site, keys);
  const adder = adderOf(site);
  const trees = arrayOf(site, 'roots', 'i32').length;
  const found = foundBy(site, trees);
  let batch: BatchWalker | undefined | 'not made' = 'not made';

  function inBatch(fours: number): boolean {
    if (fours < fewestInBatch) return false;
    if (batch === 'not made') batch = batchWalkerOf(site, keys);
    if (batch === undefined) return false;
    batch.begin(fours);
    for (let tree = 0; tree < trees; tree++) {
      batch.tree(tree);
      adder.tree(tree, fours, batch.found);
    }
    return true;
  }

  return rows => {
    keys.write(rows);
    adder.start(rows);
    const fours = rows - (rows % 4);
    if (fours > 0 && !inBatch(fours)) {
      for (let tree = 0; tree < trees; tree++) {
        walker.tree(tree, fours, found);
        adder.tree(tree, fours, found);
      }
    }
    for (let row = fours; row < rows; row++) {
      walker.row(row, found);
      adder.row(row, found);
    }
  };
}

function leaves(site: Site): Kernel {
  const keys = keysOf(site);
  const walker = walkerOf(site, keys);
  const names = arrayOf(site, 'names', 'i32');
  const y = site.target as Float64Array;
  const trees = site.output.width;
  const found = foundBy(site, trees);
  return rows => {
    keys.write(rows);
    for (let row = 0; row < rows; row++) {
      walker.row(row, found);
      for (let tree = 0; tree < trees; tree++) y[row * trees + tree] = names[found[tree] as number] as number;
    }
  };
}

function steps({ node }: Sizes): number {
  const count = node.arrays['roots']?.shape[0] ?? 1;
  const nodes = node.arrays['nodes']?.shape[0] ?? 1;
  return Math.log2(nodes / count + 1);
}

function cost(sizes: Sizes, each: number): number {
  const count = sizes.node.arrays['roots']?.shape[0] ?? 1;
  const columns = sizes.node.arrays['features']?.shape[0] ?? 1;
  const key = sizes.node.attributes['keys'] === 'rank' ? 20 : 2;
  return columns * key + count * (10 + 7 * steps(sizes) + each);
}

export const treeKernels = defineKernels({
  trees: {
    cost: sizes => cost(sizes, sizes.node.arrays['leaves']?.shape[1] ?? 1),
    make: sums,
  },
  treeLeaves: { cost: sizes => cost(sizes, 1), make: leaves },
  treeContributions: {
    cost: sizes => cost(sizes, 20 * steps(sizes) ** 2 * (sizes.node.arrays['nodes']?.shape[0] ?? 1)),
    make: treeContributions,
  },
});
