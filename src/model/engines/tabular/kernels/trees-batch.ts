import { arrayOf, type Site } from '../kernel.ts';
import { add, greater, load } from '../wasm/assembler.ts';
import { instanceOf } from '../wasm/instance.ts';
import { lowestKey } from '../../../plan/index.ts';
import { descent, nodeBytes } from './trees-descent.ts';
import type { Keys } from './trees-keys.ts';
import { levelsOf, nodesOf, type NodeReader } from './trees-walk.ts';

/** Walks many rows through trees, in WebAssembly: half the time of the same in JavaScript, which checks every index. */
export interface BatchWalker {
  /** `found[row]`: the leaf that a row fell into. */
  readonly found: Int32Array;
  /** Takes the keys of the first `rows` rows, a multiple of four; they are walked through trees until the next call. */
  begin(rows: number): void;
  tree(tree: number): void;
}

/** Trees are kept a second time, in each thread; beyond this many nodes (8 MiB) they no longer stay in a cache anyway. */
const mostNodes = 2 ** 19;
const mostKeyBytes = 2 ** 23;

const together = 4;

/** A node: its key, the bytes from a row's first key to the key it is compared with, and those to its left child. */
function walk(): Uint8Array<ArrayBuffer> {
  return descent({
    together,
    memory: 0,
    child: 8,
    stride: 4 * together,
    isRight: (node, keys, row) => greater(load(add(keys, load(node, 4)), 4 * row), load(node)),
  });
}

/** Writes the nodes at the start of the memory. @param columnBytes bytes between two keys of a row */
function writeNodes(words: Int32Array, count: number, nodes: NodeReader, columnBytes: number): void {
  for (let node = 0; node < count; node++) {
    words[4 * node] = nodes.key(node);
    words[4 * node + 1] = nodes.column(node) * columnBytes;
    words[4 * node + 2] = nodes.offset(node) * nodeBytes;
  }
}

/**
 * A walker for blocks of rows; undefined for trees that are too large or split by category, and where the process may not
 * make WebAssembly.
 */
export function batchWalkerOf(site: Site, { values, width }: Keys): BatchWalker | undefined {
  const count = site.node.arrays['nodes']?.shape[0] as number;
  const blockRows = values.length / width;
  const keyBytes = values.length * 4;
  if (site.node.arrays['sets'] !== undefined || count > mostNodes || keyBytes > mostKeyBytes)
    return undefined;
  const nodes = nodesOf(site, { values, width, write() {} });
  const roots = arrayOf(site, 'roots', 'i32');
  const levels = levelsOf(count, nodes, roots);
  const keysAt = count * nodeBytes;
  const foundAt = keysAt + keyBytes;
  const instance = instanceOf(walk, foundAt + blockRows * 4);
  if (instance === undefined) return undefined;
  const { run, buffer } = instance;
  writeNodes(new Int32Array(buffer), count, nodes, blockRows * 4);
  const columns = new Int32Array(buffer, keysAt, values.length).fill(lowestKey);
  let walked = 0;
  return {
    found: new Int32Array(buffer, foundAt, blockRows),
    begin(given) {
      walked = given / together;
      for (let row = 0; row < given; row++)
        for (let column = 0; column < width; column++)
          columns[column * blockRows + row] = values[row * width + column] as number;
    },
    tree(tree) {
      run((roots[tree] as number) * nodeBytes, keysAt, walked, levels[tree] as number, foundAt);
    },
  };
}
