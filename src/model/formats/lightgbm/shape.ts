import { lightgbmErrors } from './errors.ts';
import { categoricalBit, type Tree } from './booster.ts';

function malformed(place: string, problem: string): never {
  throw lightgbmErrors.make['lightgbm-malformed'](`${place}: ${problem}`);
}

/**
 * Walks a tree from its root.
 * @returns its depth: splits on the longest way to a leaf
 * @throws `lightgbm-malformed` when a child is no node of the tree, or when a node hangs on two others, or on none
 */
export function depthOf(left: Int32Array, right: Int32Array, place: string): number {
  const splits = left.length;
  const depths = new Int32Array(splits);
  const seen = new Uint8Array(2 * splits + 1);
  const waiting = splits > 0 ? [0] : [];
  let deepest = 0;
  let reached = 0;
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const depth = (depths[node] as number) + 1;
    for (const child of [left[node] as number, right[node] as number]) {
      if (child >= splits || child < -splits - 1)
        malformed(place, `split ${node} has the child ${child}, expected ${-splits - 1} to ${splits - 1}`);
      const mark = child + splits + 1;
      if (child === 0 || seen[mark] === 1)
        malformed(place, `${child < 0 ? `leaf ${~child}` : `split ${child}`} hangs on several splits`);
      seen[mark] = 1;
      reached++;
      if (child < 0) continue;
      depths[child] = depth;
      waiting.push(child);
    }
    deepest = Math.max(deepest, depth);
  }
  if (reached !== 2 * splits) malformed(place, 'parts of the tree hang on no split');
  return deepest;
}

/**
 * Checks what the parts of a tree say of each other and of the model: columns of the features, sets of categories.
 * @param features width of the model
 * @throws `lightgbm-malformed`
 */
export function checkTree(tree: Tree, features: number, place: string): void {
  const { feature, threshold, decision, linear, categories } = tree;
  const sets = categories === undefined ? 0 : categories.boundaries.length - 1;
  for (const [node, column] of feature.entries()) {
    if (column < 0 || column >= features)
      malformed(place, `split ${node} is on column ${column}, expected 0 to ${features - 1}`);
    const value = threshold[node] as number;
    if (Number.isNaN(value)) malformed(place, `the threshold of split ${node} is not a number`);
    if (((decision[node] as number) & categoricalBit) !== 0 && !(value >= 0 && Math.trunc(value) < sets))
      malformed(place, `split ${node} has the set of categories ${value} of ${sets}`);
  }
  for (const column of linear?.features ?? []) {
    if (column < 0 || column >= features)
      malformed(place, `a linear leaf uses column ${column}, expected 0 to ${features - 1}`);
  }
}
