import { featureMask, missingLeft } from '../../../plan/index.ts';
import { arrayOf, defineKernels, matrixOf, widthOf, type Kernel, type Site, type Sizes } from '../kernel.ts';

/** The words of all nodes, and the same memory as float64: node `i` has words 4i…4i+3, its threshold is float64 2i. */
interface Forest {
  readonly words: Int32Array;
  readonly thresholds: Float64Array;
  readonly roots: Int32Array;
}

function forestOf(site: Site): Forest {
  const words = arrayOf(site, 'nodes', 'i32');
  return {
    words,
    thresholds: new Float64Array(words.buffer, words.byteOffset, words.length / 2),
    roots: arrayOf(site, 'roots', 'i32'),
  };
}

/** Finds the leaf of a row: first word of its node. */
type Walk = (x: Float64Array, from: number, root: number) => number;

function walkPlain({ words, thresholds }: Forest): Walk {
  return (x, from, root) => {
    let at = root << 2;
    for (;;) {
      const feature = words[at + 2] as number;
      if (feature < 0) return at;
      const left = (words[at + 3] as number) << 2;
      at = (x[from + feature] as number) <= (thresholds[at >> 1] as number) ? left : left + 4;
    }
  };
}

function walkMissing({ words, thresholds }: Forest): Walk {
  return (x, from, root) => {
    let at = root << 2;
    for (;;) {
      const feature = words[at + 2] as number;
      if (feature < 0) return at;
      const left = (words[at + 3] as number) << 2;
      const value = x[from + (feature & featureMask)] as number;
      const goesLeft =
        value <= (thresholds[at >> 1] as number) || (value !== value && (feature & missingLeft) !== 0);
      at = goesLeft ? left : left + 4;
    }
  };
}

function trees(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const from = widthOf(site);
  const forest = forestOf(site);
  const { words, thresholds, roots } = forest;
  const walk = site.node.attributes['missing'] === true ? walkMissing(forest) : walkPlain(forest);
  if (site.node.arrays['leaves'] === undefined) {
    return rows => {
      y.fill(0, 0, rows);
      for (let tree = 0; tree < roots.length; tree++) {
        const root = roots[tree] as number;
        for (let row = 0; row < rows; row++)
          y[row] = (y[row] as number) + (thresholds[walk(x, row * from, root) >> 1] as number);
      }
    };
  }
  const leaves = arrayOf(site, 'leaves', 'f64');
  const width = site.output.width;
  return rows => {
    y.fill(0, 0, rows * width);
    for (let tree = 0; tree < roots.length; tree++) {
      const root = roots[tree] as number;
      for (let row = 0; row < rows; row++) {
        const leaf = (words[walk(x, row * from, root) + 3] as number) * width;
        const target = row * width;
        for (let column = 0; column < width; column++)
          y[target + column] = (y[target + column] as number) + (leaves[leaf + column] as number);
      }
    }
  };
}

function cost({ node, output }: Sizes): number {
  const count = node.arrays['roots']?.shape[0] ?? 1;
  const nodes = node.arrays['nodes']?.shape[0] ?? 1;
  return count * (8 + 6 * Math.log2(nodes / count + 1) + output.width);
}

export const treeKernels = defineKernels({ trees: { cost, make: trees } });
