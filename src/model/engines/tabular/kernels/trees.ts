import { arrayOf, defineKernels, manyRows, widthOf, type Kernel, type Site, type Sizes } from '../kernel.ts';
import { batchWalkerOf } from './trees-batch.ts';
import { treeContributions } from './trees-contributions.ts';
import { keysOf, type Keys } from './trees-keys.ts';
import { numberWalkerOf } from './trees-numbers.ts';
import { adderOf, type Adder } from './trees-sums.ts';
import { walkerOf } from './trees-walk.ts';

/** Room for the leaves of a tree for all rows of a block, or of all trees for a row. */
function foundBy(site: Site, trees: number): Int32Array {
  const rows = (site.target as Float64Array).length / site.output.width;
  return new Int32Array(Math.max(rows, trees));
}

/** Takes the first rows of a block through all trees and adds up their leaves; tells how many rows. */
type Batch = (rows: number) => number;

/** Made when there are first enough rows: servers of single rows never make the second copy of the trees. */
function late(make: () => Batch): Batch {
  let made: Batch | undefined;
  return rows => (rows < manyRows ? 0 : (made ??= make())(rows));
}

function byNumbers(site: Site, adder: Adder): Batch {
  const walker = numberWalkerOf(site);
  if (walker === undefined) return () => 0;
  const trees = arrayOf(site, 'roots', 'i32').length;
  return rows => {
    const done = walker.begin(rows);
    if (done === 0) return 0;
    for (let tree = 0; tree < trees; tree++) {
      walker.tree(tree);
      adder.tree(tree, done, walker.found);
    }
    return done;
  };
}

function byKeys(site: Site, keys: Keys, adder: Adder): Batch {
  const walker = batchWalkerOf(site, keys);
  if (walker === undefined) return () => 0;
  const trees = arrayOf(site, 'roots', 'i32').length;
  return rows => {
    const fours = rows - (rows % 4);
    walker.begin(fours);
    for (let tree = 0; tree < trees; tree++) {
      walker.tree(tree);
      adder.tree(tree, fours, walker.found);
    }
    return fours;
  };
}

function sums(site: Site): Kernel {
  const keys = keysOf(site);
  const walker = walkerOf(site, keys);
  const adder = adderOf(site);
  const trees = arrayOf(site, 'roots', 'i32').length;
  const found = foundBy(site, trees);
  const numbers = late(() => byNumbers(site, adder));
  const batch = late(() => byKeys(site, keys, adder));

  function inFours(rows: number): number {
    const fours = rows - (rows % 4);
    if (fours === 0) return 0;
    for (let tree = 0; tree < trees; tree++) {
      walker.tree(tree, fours, found);
      adder.tree(tree, fours, found);
    }
    return fours;
  }

  return rows => {
    adder.start(rows);
    let done = numbers(rows);
    if (done === rows) return;
    keys.write(rows, done);
    done ||= batch(rows);
    done ||= inFours(rows);
    for (let row = done; row < rows; row++) {
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

/** Nodes that stay in a cache while many rows are walked through them. */
const cachedNodes = 2 ** 15;

function sumsCost(sizes: Sizes): number {
  const { leaves, nodes, sets } = sizes.node.arrays;
  const walked = cost(sizes, 3 * (leaves?.shape[1] ?? 1));
  // In WebAssembly, unless nodes are split by category.
  const isFast = sizes.many && sets === undefined && (nodes?.shape[0] ?? 0) <= cachedNodes;
  return isFast ? walked / 4 : walked;
}

/** Every node of every tree is gone to, with as many points as half a tree's depth; trees are hardly twice as deep as even ones. */
function contributionsCost(sizes: Sizes): number {
  const { nodes, leaves, roots } = sizes.node.arrays;
  const depth = Math.min(2 * steps(sizes), widthOf(sizes));
  const each = 60 + 12 * Math.ceil(depth / 2) * (leaves?.shape[1] ?? 1);
  return cost(sizes, 0) + (nodes?.shape[0] ?? 1) * each + (roots?.shape[0] ?? 1) * widthOf(sizes) * 2;
}

export const treeKernels = defineKernels({
  trees: {
    cost: sumsCost,
    make: sums,
  },
  treeLeaves: { cost: sizes => cost(sizes, 1), make: leaves },
  treeContributions: {
    cost: contributionsCost,
    make: treeContributions,
  },
});
