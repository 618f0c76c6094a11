import { arrayOf, matrixOf, widthOf, type Site } from '../kernel.ts';
import { treePolicies } from '../../../plan/index.ts';
import { add, greaterDouble, load, loadDouble } from '../wasm/assembler.ts';
import { instanceOn } from '../wasm/instance.ts';
import { checkOf } from './passes.ts';
import { descent, nodeBytes } from './trees-descent.ts';
import { largestBelow } from './trees-thresholds.ts';
import { levelsOf, nodesOf, type NodeReader } from './trees-walk.ts';

/**
 * Walks rows through trees by their numbers as they stand in the block, without turning them into keys first: a single tree
 * compares few of a row's numbers. In WebAssembly, eight rows at a time, so that none waits for what another reads.
 */
export interface NumberWalker {
  /** `found[row]`: the leaf that a row fell into. */
  readonly found: Int32Array;
  /** How many of the first rows can be walked this way: none when a number is NaN or infinite. */
  begin(rows: number): number;
  tree(tree: number): void;
}

export const rowsTogether = 8;

/** Trees are kept a second time, in each thread; beyond this many nodes (16 MiB) that is too dear. */
const mostNodes = 2 ** 20;

/** Offsets of rows from the first of those together are part of the instructions. */
const mostWidth = 2 ** 16;

const nanBits = 0x7ff8_0000;

/**
 * A node: the largest number that goes left, the bytes from a row's first number to the one that is compared, and those to the
 * left child. A leaf has NaN, above which nothing is, and its number in the low half of that.
 */
function walk(rowBytes: number): Uint8Array<ArrayBuffer> {
  return descent({
    together: rowsTogether,
    memory: 1,
    child: 12,
    stride: rowsTogether * rowBytes,
    isRight: (node, x, row) => {
      const number = loadDouble(add(x, load(node, 8, 1)), row * rowBytes);
      return greaterDouble(number, loadDouble(node, 0, 1));
    },
  });
}

const modules = new Map<number, () => Uint8Array<ArrayBuffer>>();

function moduleFor(rowBytes: number): () => Uint8Array<ArrayBuffer> {
  const known = modules.get(rowBytes) ?? (() => walk(rowBytes));
  modules.set(rowBytes, known);
  return known;
}

function writeNodes(buffer: ArrayBuffer, count: number, nodes: NodeReader, site: Site): void {
  const numbers = new Float64Array(buffer);
  const words = new Int32Array(buffer);
  const features = arrayOf(site, 'features', 'i32');
  const limit = largestBelow(site);
  for (let node = 0; node < count; node++) {
    const offset = nodes.offset(node);
    if (offset === 0) {
      words[4 * node] = nodes.key(node);
      words[4 * node + 1] = nanBits;
      continue;
    }
    const column = nodes.column(node);
    numbers[2 * node] = limit(column, nodes.key(node));
    words[4 * node + 2] = (features[column] as number) * 8;
    words[4 * node + 3] = offset * nodeBytes;
  }
}

/** Whether every split compares a number that is what it is: neither a category nor a zero that counts as missing. */
function comparesNumbers(site: Site): boolean {
  const policies = arrayOf(site, 'policies', 'i32');
  return (
    site.inputs[0]?.kind === 'matrix' &&
    site.node.attributes['numeric'] === policies.length &&
    policies.every(policy => (policy & treePolicies.zeroMissing) === 0)
  );
}

/** @returns undefined for other splits, for trees that are too large, and where the process may not make WebAssembly */
export function numberWalkerOf(site: Site): NumberWalker | undefined {
  const count = site.node.arrays['nodes']?.shape[0] as number;
  const width = widthOf(site);
  if (!comparesNumbers(site) || count > mostNodes || width > mostWidth) return undefined;
  const block = matrixOf(site);
  const foundAt = count * nodeBytes;
  const instance = instanceOn([block], moduleFor(width * 8), foundAt + (block.length / width) * 4);
  if (instance === undefined) return undefined;
  const { run, buffer } = instance;
  const nodes = nodesOf(site, { values: new Int32Array(0), width: 0, write() {} });
  const roots = arrayOf(site, 'roots', 'i32');
  const levels = levelsOf(count, nodes, roots);
  writeNodes(buffer, count, nodes, site);
  const check = checkOf(block, Number.MAX_VALUE);
  let walked = 0;
  return {
    found: new Int32Array(buffer, foundAt, block.length / width),
    begin(rows) {
      const whole = rows - (rows % rowsTogether);
      const numbers = whole * width;
      walked = numbers > 0 && check(numbers) === numbers ? whole / rowsTogether : 0;
      return walked * rowsTogether;
    },
    tree(tree) {
      run((roots[tree] as number) * nodeBytes, block.byteOffset, walked, levels[tree] as number, foundAt);
    },
  };
}
