import { arrayOf, type Site } from '../kernel.ts';
import type { Keys } from './trees-keys.ts';

/** Finds the leaves that rows fall into, by number. */
export interface Walker {
  /** `found[row]` for the first `rows` rows, a multiple of four. */
  tree(tree: number, rows: number, found: Int32Array): void;
  /** `found[tree]` for every tree. */
  row(row: number, found: Int32Array): void;
}

/** A comparison as 0 or 1; V8 compiles it without a branch. */
function step(right: boolean): number {
  return (right as unknown as number) | 0;
}

/** Whether a category, given by its bit, is in the set that starts at a word: 1 goes right. */
function member(sets: Int32Array, set: number, bit: number): number {
  const found = bit < (sets[set] as number) ? bit : 0;
  return ((sets[set + 1 + (found >> 5)] as number) >>> (found & 31)) & 1;
}

/**
 * Nodes of two words. The comparison is added as a number, so that there is no branch to mispredict, and four walks go on
 * at once, so that none waits for the memory of another: four rows through a tree, or one row through four trees. A leaf
 * leads to itself until all four have arrived.
 */
function packedWalker(site: Site, { values: x, width: columns }: Keys): Walker {
  const nodes = arrayOf(site, 'nodes', 'i32');
  const roots = arrayOf(site, 'roots', 'i32');
  const bits = site.node.attributes['bits'] as number;
  const mask = 2 ** bits - 1;

  function walkOne(tree: number, from: number): number {
    let at = roots[tree] as number;
    for (let word = nodes[2 * at + 1] as number; word > mask; word = nodes[2 * at + 1] as number)
      at += (word >> bits) + step((x[from + (word & mask)] as number) > (nodes[2 * at] as number));
    return nodes[2 * at] as number;
  }

  return {
    tree(tree, rows, found) {
      const root = roots[tree] as number;
      for (let row = 0; row < rows; row += 4) {
        const fromA = row * columns;
        const fromB = fromA + columns;
        const fromC = fromB + columns;
        const fromD = fromC + columns;
        let a = root;
        let b = root;
        let c = root;
        let d = root;
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
        found[row] = nodes[2 * a] as number;
        found[row + 1] = nodes[2 * b] as number;
        found[row + 2] = nodes[2 * c] as number;
        found[row + 3] = nodes[2 * d] as number;
      }
    },
    row(row, found) {
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
        found[tree] = nodes[2 * a] as number;
        found[tree + 1] = nodes[2 * b] as number;
        found[tree + 2] = nodes[2 * c] as number;
        found[tree + 3] = nodes[2 * d] as number;
      }
      for (let tree = fours; tree < roots.length; tree++) found[tree] = walkOne(tree, from);
    },
  };
}

/** What a node of any form says. */
export interface NodeReader {
  /** The offset to the left child, 0 for a leaf. */
  offset(node: number): number;
  column(node: number): number;
  key(node: number): number;
  /** 1 when the row whose keys start at `from` goes right. */
  right(node: number, from: number): number;
}

export function nodesOf(site: Site, { values: x }: Keys): NodeReader {
  const nodes = arrayOf(site, 'nodes', 'i32');
  const size = site.node.arrays['nodes']?.shape[1] as number;
  const bits = site.node.attributes['bits'] as number;
  const numeric = site.node.attributes['numeric'] as number;
  const sets = site.node.arrays['sets'] === undefined ? new Int32Array(1) : arrayOf(site, 'sets', 'i32');
  const mask = 2 ** bits - 1;
  const column =
    size === 2
      ? (node: number) => (nodes[2 * node + 1] as number) & mask
      : (node: number) => nodes[3 * node + 1] as number;
  const offset =
    size === 2
      ? (node: number) => (nodes[2 * node + 1] as number) >> bits
      : (node: number) => nodes[3 * node + 2] as number;
  return {
    offset,
    column,
    key: node => nodes[size * node] as number,
    right(node, from) {
      const at = column(node);
      const key = nodes[size * node] as number;
      const value = x[from + at] as number;
      return at < numeric ? step(value > key) : member(sets, key, value);
    },
  };
}

/** Levels of each tree: children stand after their parents. */
export function levelsOf(count: number, nodes: NodeReader, roots: Int32Array): Int32Array {
  const deepest = new Int32Array(count);
  for (let node = count - 1; node >= 0; node--) {
    const to = nodes.offset(node);
    if (to > 0) deepest[node] = 1 + Math.max(deepest[node + to] as number, deepest[node + to + 1] as number);
  }
  return roots.map(node => deepest[node] as number);
}

/** Nodes of three words, and splits by category: whatever the other kernel is too narrow for, walk by walk. */
function generalWalker(site: Site, keys: Keys): Walker {
  const roots = arrayOf(site, 'roots', 'i32');
  const nodes = nodesOf(site, keys);

  function walk(tree: number, from: number): number {
    let at = roots[tree] as number;
    for (let offset = nodes.offset(at); offset !== 0; offset = nodes.offset(at))
      at += offset + nodes.right(at, from);
    return nodes.key(at);
  }

  return {
    tree(tree, rows, found) {
      for (let row = 0; row < rows; row++) found[row] = walk(tree, row * keys.width);
    },
    row(row, found) {
      for (let tree = 0; tree < roots.length; tree++) found[tree] = walk(tree, row * keys.width);
    },
  };
}

export function walkerOf(site: Site, keys: Keys): Walker {
  const isPacked = site.node.arrays['nodes']?.shape[1] === 2;
  return isPacked && site.node.arrays['sets'] === undefined
    ? packedWalker(site, keys)
    : generalWalker(site, keys);
}
