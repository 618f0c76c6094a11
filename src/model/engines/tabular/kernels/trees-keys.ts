import {
  firstCategoryBit,
  highestKey,
  lowestKey,
  treeKey,
  treePolicies,
  zeroThreshold,
} from '../../../plan/index.ts';
import { arrayOf, matrixOf, sparseOf, widthOf, type Site } from '../kernel.ts';
import type { SparseRows } from '../sparse.ts';

/** The keys of a block of rows. */
export interface Keys {
  /** Row-major; the last key of a row is what leaves ask for. */
  readonly values: Int32Array;
  readonly width: number;
  /** Writes the keys of the block's first `rows` rows, from row `first` on. */
  write(rows: number, first?: number): void;
}

/** Writes one part of the keys: row `row` of the input from `from` on, the keys of the row at `to`. */
type WriteRow = (from: number, to: number) => void;

interface Columns {
  readonly x: Float64Array;
  readonly keys: Int32Array;
  readonly features: Int32Array;
  readonly policies: Int32Array;
  readonly numeric: number;
}

function nanKeysOf({ policies, numeric }: Columns, zeros: Int32Array): Int32Array {
  return policies.subarray(0, numeric).map((policy, column) => {
    if ((policy & treePolicies.nanZero) !== 0) return zeros[column] as number;
    return (policy & treePolicies.nanLeft) === 0 ? highestKey : lowestKey;
  });
}

/** Whether zero is missing in some column, as LightGBM's `zero_as_missing` has it. */
function missesZero({ policies, numeric }: Columns): boolean {
  return policies.subarray(0, numeric).some(policy => (policy & treePolicies.zeroMissing) !== 0);
}

function float32Row(columns: Columns): WriteRow {
  const { x, keys, features, numeric } = columns;
  const nan = nanKeysOf(columns, new Int32Array(numeric));
  return (from, to) => {
    for (let column = 0; column < numeric; column++) {
      const value = x[from + (features[column] as number)] as number;
      keys[to + column] = value === value ? treeKey(value) : (nan[column] as number);
    }
  };
}

/** How many of the thresholds from `start` to `end` lie below the value. */
function rankOf(thresholds: Float64Array, start: number, end: number, value: number): number {
  let low = start;
  let count = end - start;
  while (count > 0) {
    const half = (count + 1) >> 1;
    // A conditional move: where the value stands is as good as random.
    low = (thresholds[low + half - 1] as number) < value ? low + half : low;
    count -= half;
  }
  return low - start;
}

function rankRow(columns: Columns, thresholds: Float64Array, starts: Int32Array): WriteRow {
  const { x, keys, features, numeric } = columns;
  const zeros = Int32Array.from({ length: numeric }, (_, column) =>
    rankOf(thresholds, starts[column] as number, starts[column + 1] as number, 0),
  );
  const nan = nanKeysOf(columns, zeros);
  return (from, to) => {
    for (let column = 0; column < numeric; column++) {
      const value = x[from + (features[column] as number)] as number;
      keys[to + column] =
        value === value
          ? rankOf(thresholds, starts[column] as number, starts[column + 1] as number, value)
          : (nan[column] as number);
    }
  };
}

/** Overwrites the keys of columns where 0 is missing. */
function zeroRow({ x, keys, features, policies, numeric }: Columns): WriteRow {
  const asked = policies.subarray(0, numeric);
  return (from, to) => {
    for (const [column, policy] of asked.entries()) {
      if ((policy & treePolicies.zeroMissing) === 0) continue;
      const value = x[from + (features[column] as number)] as number;
      const isZero =
        value === value ? Math.abs(value) <= zeroThreshold : (policy & treePolicies.nanZero) !== 0;
      if (isZero) keys[to + column] = (policy & treePolicies.nanLeft) === 0 ? highestKey : lowestKey;
    }
  };
}

/** The bit of a category in the sets. */
function categoryBit(value: number, policy: number): number {
  if (value !== value) return (policy & treePolicies.nanZero) === 0 ? 2 : firstCategoryBit;
  if (value < 0 && ((policy & treePolicies.truncated) === 0 || value <= -1)) return 1;
  return value < 2 ** 31 - 1 - firstCategoryBit ? Math.trunc(value) + firstCategoryBit : 2 ** 31 - 1;
}

function categoryRow({ x, keys, features, policies, numeric }: Columns): WriteRow {
  return (from, to) => {
    for (let column = numeric; column < features.length; column++)
      keys[to + column] = categoryBit(
        x[from + (features[column] as number)] as number,
        policies[column] as number,
      );
  };
}

function rowWriters(site: Site, columns: Columns): readonly WriteRow[] {
  const numbers =
    site.node.attributes['keys'] === 'float32'
      ? float32Row(columns)
      : rankRow(columns, arrayOf(site, 'thresholds', 'f64'), arrayOf(site, 'thresholdStarts', 'i32'));
  return [
    numbers,
    ...(missesZero(columns) ? [zeroRow(columns)] : []),
    ...(columns.numeric < columns.features.length ? [categoryRow(columns)] : []),
  ];
}

function missingOf(site: Site): number {
  return site.node.attributes['absent'] === 'missing' ? Number.NaN : 0;
}

/** Sparse rows are spread out one at a time. */
function sparseKeys(
  site: Site,
  rows: SparseRows,
  parts: Pick<Columns, 'features' | 'policies' | 'numeric'>,
): Keys {
  const absent = missingOf(site);
  const x = new Float64Array(widthOf(site)).fill(absent);
  const width = parts.features.length + 1;
  const keys = new Int32Array((rows.starts.length - 1) * width).fill(lowestKey);
  const writers = rowWriters(site, { ...parts, x, keys });
  return {
    values: keys,
    width,
    write(count, first = 0) {
      for (let row = first; row < count; row++) {
        const start = rows.starts[row] as number;
        const end = rows.starts[row + 1] as number;
        for (let at = start; at < end; at++) x[rows.columns[at] as number] = rows.values[at] as number;
        for (const write of writers) write(0, row * width);
        for (let at = start; at < end; at++) x[rows.columns[at] as number] = absent;
      }
    },
  };
}

/** Prepares the keys of a node over trees; see the definitions of its operators. */
export function keysOf(site: Site): Keys {
  const features = arrayOf(site, 'features', 'i32');
  const parts = {
    features,
    policies: arrayOf(site, 'policies', 'i32'),
    numeric: site.node.attributes['numeric'] as number,
  };
  if (site.inputs[0]?.kind === 'sparse') return sparseKeys(site, sparseOf(site), parts);
  const x = matrixOf(site);
  const stride = widthOf(site);
  const width = features.length + 1;
  const values = new Int32Array((x.length / stride) * width).fill(lowestKey);
  const writers = rowWriters(site, { ...parts, x, keys: values });
  return {
    values,
    width,
    write(rows, first = 0) {
      for (const write of writers) for (let row = first; row < rows; row++) write(row * stride, row * width);
    },
  };
}
