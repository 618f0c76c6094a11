import { treePolicies, type ArrayRef } from '../../../src/model/plan/index.ts';
import { arrayOf, everyNode, type Editable, type Spoilt } from './plant.ts';

interface Trees {
  readonly words: Int32Array;
  readonly size: number;
  readonly bits: number;
  readonly count: number;
}

function treesOf(plan: Spoilt, node: Editable): Trees {
  const [count, size] = (node.arrays['nodes'] as ArrayRef).shape as [number, number];
  return { words: arrayOf(plan, node, 'nodes', 'i32'), size, count, bits: node.attributes['bits'] as number };
}

function isLeaf({ words, size, bits }: Trees, index: number): boolean {
  return size === 2 ? (words[index * 2 + 1] as number) >> bits === 0 : words[index * 3 + 2] === 0;
}

/** Changes every node of trees that is no leaf. */
export function everySplit(change: (trees: Trees, index: number) => void) {
  return (plan: Spoilt): boolean =>
    everyNode(plan, 'trees', node => {
      const trees = treesOf(plan, node);
      let any = false;
      for (let index = 0; index < trees.count; index++) {
        if (isLeaf(trees, index)) continue;
        change(trees, index);
        any = true;
      }
      return any;
    });
}

/** Moves every split by as many float32 steps: −1 makes `<` of `<=`. */
export function shiftKey(by: number) {
  return everySplit(({ words, size }, index) => {
    words[index * size] = (words[index * size] as number) + by;
  });
}

/** Exchanges two nodes that stand side by side, each with what hangs on it. */
function exchange({ words, size, bits }: Trees, left: number): void {
  const one = words.slice(left * size, (left + 1) * size);
  const other = words.slice((left + 1) * size, (left + 2) * size);
  const last = size - 1;
  const unit = size === 2 ? 1 << bits : 1;
  if ((one[last] as number) >= unit) one[last] = (one[last] as number) - unit;
  if ((other[last] as number) >= unit) other[last] = (other[last] as number) + unit;
  words.set(other, left * size);
  words.set(one, (left + 1) * size);
}

/** Exchanges the two sides of the first split of every tree. */
export function swapChildrenOfRoots(plan: Spoilt): boolean {
  return everyNode(plan, 'trees', node => {
    const trees = treesOf(plan, node);
    let any = false;
    for (const root of arrayOf(plan, node, 'roots', 'i32')) {
      if (isLeaf(trees, root)) continue;
      exchange(trees, root + 1);
      any = true;
    }
    return any;
  });
}

/** Sends NaN the other way in every column of numbers, where some tree kept a direction. */
export function turnMissing(plan: Spoilt): boolean {
  return everyNode(plan, 'trees', node => {
    const policies = arrayOf(plan, node, 'policies', 'i32').subarray(0, node.attributes['numeric'] as number);
    if (policies.every(policy => policy === 0)) return false;
    for (const [column, policy] of policies.entries()) policies[column] = policy ^ treePolicies.nanLeft;
    return true;
  });
}

/** Gives the trees of the first two columns to each other. */
export function swapTargets(plan: Spoilt): boolean {
  return everyNode(plan, 'trees', node => {
    if (node.arrays['targets'] === undefined || (node.attributes['width'] as number) < 2) return false;
    const targets = arrayOf(plan, node, 'targets', 'i32');
    for (const [tree, target] of targets.entries()) if (target < 2) targets[tree] = 1 - target;
    return true;
  });
}

/** Whether a node has an array. */
export function hasArray(name: string) {
  return (node: Editable): boolean => node.arrays[name] !== undefined;
}

/**
 * Turns bits of every set of categories over: 0 for categories beyond, 1 for negative ones, 2 for NaN, 3 on for 0, 1, ….
 * @param word which 32 of the bits
 */
export function turnCategories(bits: number, word = 0) {
  return (plan: Spoilt): boolean =>
    everyNode(plan, 'trees', node => {
      if (node.arrays['sets'] === undefined) return false;
      const sets = arrayOf(plan, node, 'sets', 'i32');
      for (let start = 0; start < sets.length; start += 1 + Math.ceil((sets[start] as number) / 32))
        sets[start + 1 + word] = (sets[start + 1 + word] as number) ^ bits;
      return true;
    });
}
