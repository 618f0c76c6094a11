import { categoricalBit, leftBit, type LinearLeaves, type Tree } from './booster.ts';
import type { CategoryLists } from './categories.ts';
import { lightgbmErrors } from './errors.ts';
import type { Json } from './json.ts';
import { integerOf } from './numbers.ts';
import { modernSplit } from './old-split.ts';
import { checkTree, depthOf } from './shape.ts';

/** A node on its way into arrays: as it stands in the file, and where its number has to be written. */
interface Pending {
  readonly node: Json;
  readonly parent: number;
  readonly side: 'left' | 'right';
}

const missingBits: Readonly<Record<string, number>> = { None: 0, Zero: 1 << 2, NaN: 2 << 2 };

/** Nodes of a tree in the numbering of the file; nested objects are walked without recursion. */
class Collected {
  readonly splits: Json[] = [];
  readonly leaves: Json[] = [];
  readonly left: number[] = [];
  readonly right: number[] = [];
  readonly place: string;

  constructor(root: Json, place: string) {
    this.place = place;
    const waiting: Pending[] = [];
    let next: Pending | undefined = { node: root, parent: -1, side: 'left' };
    for (; next !== undefined; next = waiting.pop()) {
      const child = next.node.has('split_feature') ? this.#split(next.node, waiting) : this.#leaf(next.node);
      if (next.parent >= 0) this[next.side][next.parent] = child;
    }
    for (const list of [this.splits, this.leaves, this.left, this.right]) this.#expectWhole(list);
  }

  #split(node: Json, waiting: Pending[]): number {
    const index = this.#take(this.splits, node, 'split_index');
    waiting.push({ node: node.inside('right_child', this.place), parent: index, side: 'right' });
    waiting.push({ node: node.inside('left_child', this.place), parent: index, side: 'left' });
    return index;
  }

  #leaf(node: Json): number {
    return ~this.#take(this.leaves, node, 'leaf_index');
  }

  /** Numbers that are far off would make the lists sparse; each node takes tens of bytes of the file. */
  #take(list: Json[], node: Json, key: string): number {
    const index = node.integer(key, 0, 2 ** 24, node.has('split_feature') || list.length > 0 ? undefined : 0);
    if (list[index] !== undefined) node.malformed(key, 'a number that no other node has');
    list[index] = node;
    return index;
  }

  #expectWhole(list: readonly unknown[]): void {
    for (let index = 0; index < list.length; index++) {
      if (list[index] === undefined)
        throw lightgbmErrors.make['lightgbm-malformed'](`${this.place}: no node has the number ${index}`);
    }
  }
}

function categoriesOf(node: Json, place: string): readonly number[] {
  const list = node.text('threshold') ?? node.malformed('threshold', 'categories');
  return list === '' ? [] : list.split('||').map(item => integerOf(item, place, 0, 2 ** 31 - 1));
}

function linearOf(leaves: readonly Json[]): LinearLeaves | undefined {
  if (leaves[0]?.has('leaf_const') !== true) return undefined;
  const features = leaves.map(leaf => leaf.numbers('leaf_features'));
  const coefficients = leaves.map(leaf => leaf.numbers('leaf_coeff'));
  const starts = new Int32Array(leaves.length + 1);
  for (const [index, list] of features.entries()) {
    if (coefficients[index]?.length !== list.length)
      leaves[index]?.malformed('leaf_coeff', `${list.length} numbers`);
    if (!list.every(column => Number.isInteger(column) && Math.abs(column) < 2 ** 31))
      leaves[index]?.malformed('leaf_features', 'columns');
    starts[index + 1] = (starts[index] as number) + list.length;
  }
  return {
    constant: Float64Array.from(leaves, leaf => leaf.number('leaf_const')),
    starts,
    features: Int32Array.from(features.flat()),
    coefficients: Float64Array.from(coefficients.flat()),
  };
}

/** Dumps write 1e300 for infinity, which JSON cannot hold: `Common::AvoidInf`. Before 2.3 models held that number itself. */
const dumpedInfinity = 1e300;

function boundOf(threshold: number, isOld: boolean): number {
  if (isOld || Math.abs(threshold) < dumpedInfinity) return threshold;
  return Math.sign(threshold) * Infinity;
}

/** The split of a node as the text format has it. */
function writeSplit(
  node: Json,
  index: number,
  tree: Pick<Tree, 'threshold' | 'decision'>,
  isOld: boolean,
  lists: CategoryLists,
): void {
  const missing = missingBits[node.text('missing_type') ?? 'None'];
  if (missing === undefined) return node.malformed('missing_type', 'None, Zero or NaN');
  const bits = missing | (node.flag('default_left') ? leftBit : 0);
  switch (node.text('decision_type') ?? '') {
    case '<=':
      tree.threshold[index] = boundOf(node.number('threshold'), isOld);
      tree.decision[index] = bits;
      return;
    case '==':
      tree.threshold[index] = lists.add(categoriesOf(node, node.place), node.place);
      tree.decision[index] = bits | categoricalBit;
      return;
    case 'no_greater':
    case 'is': {
      const split = modernSplit(
        {
          isCategory: node.text('decision_type') === 'is',
          threshold: node.number('threshold'),
          standIn: node.has('default_value') ? node.number('default_value') : undefined,
        },
        lists,
        node.place,
      );
      tree.threshold[index] = split.threshold;
      tree.decision[index] = split.decision;
      return;
    }
    default:
      return node.malformed('decision_type', '<= or ==');
  }
}

/**
 * Reads a tree of `tree_info`.
 * @param isOld the dump is of a release before 2.3
 * @throws `lightgbm-malformed`, `lightgbm-unsupported`
 */
export function readDumpedTree(info: Json, features: number, isOld: boolean, lists: CategoryLists): Tree {
  const { place } = info;
  const { splits, leaves, left, right } = new Collected(info.inside('tree_structure', place), place);
  if (leaves.length !== splits.length + 1)
    throw lightgbmErrors.make['lightgbm-malformed'](
      `${place}: ${leaves.length} leaves for ${splits.length} splits`,
    );
  const threshold = new Float64Array(splits.length);
  const decision = new Uint8Array(splits.length);
  for (const [index, node] of splits.entries())
    writeSplit(node, index, { threshold, decision }, isOld, lists);
  const children = [Int32Array.from(left), Int32Array.from(right)] as const;
  const tree: Tree = {
    feature: Int32Array.from(splits, node => node.integer('split_feature', 0, features - 1)),
    threshold,
    decision,
    categories: lists.take(),
    left: children[0],
    right: children[1],
    gain: Float64Array.from(splits, node => node.number('split_gain', 0)),
    count: Float64Array.from(splits, node => node.number('internal_count', 0)),
    leafValue: Float64Array.from(leaves, leaf => leaf.number('leaf_value')),
    leafCount: Float64Array.from(leaves, leaf => leaf.number('leaf_count', 0)),
    linear: linearOf(leaves),
    depth: depthOf(...children, place),
  };
  checkTree(tree, features, place);
  return tree;
}
