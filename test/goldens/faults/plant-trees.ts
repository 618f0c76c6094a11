import type { ArrayRef } from '../../../src/model/plan/index.ts';
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

/** Sends NaN the other way wherever a tree kept a direction. */
export function turnMissing(plan: Spoilt): boolean {
  return everyNode(plan, 'trees', node => {
    if (node.attributes['missing'] !== true) return false;
    const trees = treesOf(plan, node);
    const columns = (1 << trees.bits) - 1;
    for (let index = 0; index < trees.count; index++) {
      if (isLeaf(trees, index) || trees.size !== 2) continue;
      const word = trees.words[index * 2 + 1] as number;
      const width = plan.inputs[0]?.shape[1] as number;
      const column = word & columns;
      trees.words[index * 2 + 1] = word - column + (column < width ? column + width : column - width);
    }
    return true;
  });
}
