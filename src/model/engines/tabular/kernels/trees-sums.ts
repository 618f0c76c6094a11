import { arrayOf, matrixOf, widthOf, type Site } from '../kernel.ts';

/** Adds what was found to the rows of the target. */
export interface Adder {
  /** Writes what the sums of the first `rows` rows start from. */
  start(rows: number): void;
  /** Adds leaf `found[row]` to each of the first `rows` rows. */
  tree(tree: number, rows: number, found: Int32Array): void;
  /** Adds leaf `found[tree]` of every tree to one row, tree after tree. */
  row(row: number, found: Int32Array): void;
}

type Sums = Omit<Adder, 'start'>;

interface Parts {
  readonly y: Float64Array;
  readonly width: number;
  readonly trees: number;
  readonly leaves: Float64Array;
}

function starter(site: Site, y: Float64Array, width: number): Adder['start'] {
  if (site.inputs.length > 1) {
    const x = matrixOf(site, 1);
    return rows => y.set(x.subarray(0, rows * width));
  }
  if (site.node.arrays['start'] === undefined) return rows => y.fill(0, 0, rows * width);
  const start = arrayOf(site, 'start', 'f64');
  return rows => {
    for (let row = 0; row < rows; row++) y.set(start, row * width);
  };
}

function singleColumn({ y, leaves, trees }: Parts): Sums {
  return {
    tree(_, rows, found) {
      for (let row = 0; row < rows; row++)
        y[row] = (y[row] as number) + (leaves[found[row] as number] as number);
    },
    row(row, found) {
      let sum = y[row] as number;
      for (let tree = 0; tree < trees; tree++) sum += leaves[found[tree] as number] as number;
      y[row] = sum;
    },
  };
}

function singleColumn32({ y, leaves, trees }: Parts): Sums {
  return {
    tree(_, rows, found) {
      for (let row = 0; row < rows; row++)
        y[row] = Math.fround((y[row] as number) + (leaves[found[row] as number] as number));
    },
    row(row, found) {
      let sum = y[row] as number;
      for (let tree = 0; tree < trees; tree++)
        sum = Math.fround(sum + (leaves[found[tree] as number] as number));
      y[row] = sum;
    },
  };
}

/** Each tree has a column of its own. */
function targeted(
  { y, leaves, trees, width }: Parts,
  targets: Int32Array,
  round: (sum: number) => number,
): Sums {
  return {
    tree(tree, rows, found) {
      const target = targets[tree] as number;
      for (let row = 0; row < rows; row++) {
        const at = row * width + target;
        y[at] = round((y[at] as number) + (leaves[found[row] as number] as number));
      }
    },
    row(row, found) {
      for (let tree = 0; tree < trees; tree++) {
        const at = row * width + (targets[tree] as number);
        y[at] = round((y[at] as number) + (leaves[found[tree] as number] as number));
      }
    },
  };
}

/** Leaves are rows as wide as the output. */
function vectors({ y, leaves, trees, width }: Parts, round: (sum: number) => number): Sums {
  function add(row: number, leaf: number): void {
    const to = row * width;
    const from = leaf * width;
    for (let column = 0; column < width; column++)
      y[to + column] = round((y[to + column] as number) + (leaves[from + column] as number));
  }
  return {
    tree(_, rows, found) {
      for (let row = 0; row < rows; row++) add(row, found[row] as number);
    },
    row(row, found) {
      for (let tree = 0; tree < trees; tree++) add(row, found[tree] as number);
    },
  };
}

/** Leaves are linear functions of the features; a NaN among these leaves the leaf's own number. */
function linear(site: Site, { y, leaves, trees, width }: Parts, targets: Int32Array): Sums {
  const x = matrixOf(site);
  const features = widthOf(site);
  const constants = arrayOf(site, 'constants', 'f64');
  const starts = arrayOf(site, 'termStarts', 'i32');
  const columns = arrayOf(site, 'termFeatures', 'i32');
  const coefficients = arrayOf(site, 'coefficients', 'f64');

  function valueOf(row: number, leaf: number): number {
    let sum = constants[leaf] as number;
    for (let term = starts[leaf] as number; term < (starts[leaf + 1] as number); term++) {
      const value = x[row * features + (columns[term] as number)] as number;
      if (Number.isNaN(value)) return leaves[leaf] as number;
      sum += (coefficients[term] as number) * value;
    }
    return sum;
  }

  function add(row: number, tree: number, leaf: number): void {
    const at = row * width + (targets[tree] as number);
    y[at] = (y[at] as number) + valueOf(row, leaf);
  }
  return {
    tree(tree, rows, found) {
      for (let row = 0; row < rows; row++) add(row, tree, found[row] as number);
    },
    row(row, found) {
      for (let tree = 0; tree < trees; tree++) add(row, tree, found[tree] as number);
    },
  };
}

// One closure each, so that the compiler sees which of the two it is.
const keep = (sum: number): number => sum;
const round32 = (sum: number): number => Math.fround(sum);

function sumsOf(site: Site, parts: Parts): Sums {
  const isSingle = site.node.attributes['sum'] === 'f32';
  const round = isSingle ? round32 : keep;
  const targets =
    site.node.arrays['targets'] === undefined ? new Int32Array(parts.trees) : arrayOf(site, 'targets', 'i32');
  if (site.node.arrays['constants'] !== undefined) return linear(site, parts, targets);
  if (parts.width === 1) return isSingle ? singleColumn32(parts) : singleColumn(parts);
  return site.node.arrays['targets'] === undefined ? vectors(parts, round) : targeted(parts, targets, round);
}

/** How a node of the operator `trees` adds its leaves up; see the operator's definition. */
export function adderOf(site: Site): Adder {
  const y = site.target as Float64Array;
  const { width } = site.output;
  const trees = site.node.arrays['roots']?.shape[0] as number;
  return {
    start: starter(site, y, width),
    ...sumsOf(site, { y, width, trees, leaves: arrayOf(site, 'leaves', 'f64') }),
  };
}
