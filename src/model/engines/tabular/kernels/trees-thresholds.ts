import { arrayOf, type Site } from '../kernel.ts';

const floats = new Float32Array(1);
const floatBits = new Int32Array(floats.buffer);
const doubles = new Float64Array(1);
const doubleBits = new BigInt64Array(doubles.buffer);

/** The float32 of a key of `treeKey`. */
function floatOf(key: number): number {
  floatBits[0] = key ^ ((key >> 31) & 0x7fff_ffff);
  return floats[0] as number;
}

/** The next float64 towards -∞ from a finite one that is not 0. */
function justBelow(value: number): number {
  doubles[0] = value;
  doubleBits[0] = (doubleBits[0] as bigint) + (value > 0 ? -1n : 1n);
  return doubles[0];
}

/** The least float64 whose nearest float32 is infinite: halfway from the largest one to what would be the next. */
const beyondFloats = 2 ** 128 - 2 ** 103;

/** What lies between a float32 and the next one. */
function upperHalfway(float: number, key: number): number {
  const next = floatOf(key + 1);
  return next === Infinity ? beyondFloats : (float + next) / 2;
}

/**
 * The largest float64 whose nearest float32 has at most this key: what is compared with it needs no rounding. Keys beyond
 * those of numbers are beyond all numbers.
 */
export function largestRounding(key: number): number {
  const float = floatOf(key);
  if (Number.isNaN(float)) return key > 0 ? Infinity : -Infinity;
  if (float === Infinity) return Infinity;
  if (float === -Infinity) return -beyondFloats;
  const halfway = upperHalfway(float, key);
  return Math.fround(halfway) <= float ? halfway : justBelow(halfway);
}

/** For a column and a node's key: the largest float64 that goes left. */
export function largestBelow(site: Site): (column: number, key: number) => number {
  if (site.node.attributes['keys'] === 'float32') return (_, key) => largestRounding(key);
  const thresholds = arrayOf(site, 'thresholds', 'f64');
  const starts = arrayOf(site, 'thresholdStarts', 'i32');
  return (column, key) => {
    if (key < 0) return -Infinity;
    const at = (starts[column] as number) + key;
    return at < (starts[column + 1] as number) ? (thresholds[at] as number) : Infinity;
  };
}
