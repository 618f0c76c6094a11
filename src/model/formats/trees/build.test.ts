import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { lowestKey, treeKey, treePolicies } from '../../plan/index.ts';
import { buildTrees, type BuiltTrees, type TreesToBuild } from './build.ts';
import { LeafTable } from './leaves.ts';
import { depthOf, type CategorySplit, type SourceTree } from './source.ts';

interface Valued extends SourceTree {
  readonly values: Float64Array;
}

/** [left, right, feature, threshold, value] of each node; -1 for no child. */
function tree(...nodes: readonly (readonly number[])[]): Valued {
  const column = (at: number): number[] => nodes.map(node => node[at] as number);
  return {
    left: Int32Array.from(column(0)),
    right: Int32Array.from(column(1)),
    feature: Int32Array.from(column(2)),
    threshold: Float64Array.from(column(3)),
    values: Float64Array.from(column(4)),
  };
}

const spoilt = (problem: string): never => {
  throw new Error(problem);
};

function built(trees: readonly Valued[], options: Partial<TreesToBuild<Valued>> = {}): BuiltTrees<Valued> {
  return buildTrees({
    trees,
    features: 2,
    keys: 'float32',
    split: 'at-most',
    leafWidth: 1,
    leaf: (one, node, target) => {
      target[0] = one.values[node] as number;
    },
    leaves: 'shared',
    fail: spoilt,
    ...options,
  });
}

function nodesOf(forest: BuiltTrees<Valued>): { words: Int32Array; shape: readonly number[] } {
  const { values, shape } = forest.arrays['nodes'] as { values: Int32Array; shape: readonly number[] };
  return { words: values, shape };
}

/** Splits on one feature at one threshold: 1 left, 2 right. */
function stump(threshold: number, feature = 0): Valued {
  return tree([1, 2, feature, threshold, 0], [-1, -1, -2, -2, 1], [-1, -1, -2, -2, 2]);
}

/** As scikit-learn writes it: depth first. */
const depthFirst = tree(
  [1, 4, 0, 0.5, 0],
  [2, 3, 1, -1, 0],
  [-1, -1, -2, -2, 10],
  [-1, -1, -2, -2, 20],
  [-1, -1, -2, -2, 30],
);

suite('building trees', () => {
  test('puts both children of a node side by side, level by level', () => {
    const forest = built([depthFirst]);
    assert.deepEqual(forest.attributes, { keys: 'float32', absent: 'zero', numeric: 2, bits: 2 });
    const { words, shape } = nodesOf(forest);
    assert.deepEqual(shape, [5, 2]);
    assert.deepEqual([...words], [treeKey(0.5), (1 << 2) | 0, treeKey(-1), (2 << 2) | 1, 0, 2, 1, 2, 2, 2]);
    // Leaves are numbered as they are met: 30 stands a level higher than 10 and 20.
    assert.deepEqual([...(forest.leaves.values as Float64Array)], [30, 10, 20]);
    assert.equal(forest.depth, 2);
  });

  test('takes three words a node when columns and children do not fit into one', () => {
    // 3 × (2^15 - 1) splits on features of their own need 17 bits, children 2^14 nodes away 15.
    const splits = 2 ** 15 - 1;
    const full = (first: number): Valued =>
      tree(
        ...Array.from({ length: 2 * splits + 1 }, (_, at) =>
          at < splits ? [2 * at + 1, 2 * at + 2, first + at, at, 0] : [-1, -1, -2, -2, at],
        ),
      );
    const three = [full(0), full(splits), full(2 * splits)];
    const { words, shape } = nodesOf(built(three, { features: 3 * splits }));
    assert.deepEqual(shape, [3 * (2 * splits + 1), 3]);
    assert.deepEqual([...words.subarray(0, 3)], [treeKey(0), 0, 1]);
    assert.deepEqual([...words.subarray(words.length - 2)], [3 * splits, 0]);
    assert.equal(nodesOf(built(three.slice(0, 2), { features: 3 * splits })).shape[1], 2);
  });

  test('asks only for features that some tree splits on, once for each policy', () => {
    const { nanLeft, nanRight } = treePolicies;
    const directed = { ...stump(1, 7), policies: Uint8Array.of(nanLeft, 0, 0) };
    const forest = built([stump(0.5, 9), directed, stump(2, 7)], { features: 12 });
    assert.deepEqual(forest.arrays['features'], Int32Array.of(7, 7, 9));
    assert.deepEqual(forest.arrays['policies'], Int32Array.of(nanRight, nanLeft, nanRight));
    const mask = 2 ** Number(forest.attributes['bits']) - 1;
    const { words } = nodesOf(forest);
    assert.deepEqual(
      [0, 3, 6].map(root => (words[2 * root + 1] as number) & mask),
      [2, 1, 0],
    );
  });

  test('ranks thresholds among those of their column', () => {
    const forest = built([stump(0.1), stump(-3), stump(0.1), stump(5, 1), stump(NaN)], { keys: 'rank' });
    assert.deepEqual(forest.arrays['thresholds'], Float64Array.of(-3, 0.1, 5));
    assert.deepEqual(forest.arrays['thresholdStarts'], Int32Array.of(0, 2, 3));
    const { words } = nodesOf(forest);
    // Nothing is at most NaN.
    assert.deepEqual(
      [0, 3, 6, 9, 12].map(root => words[2 * root]),
      [1, 0, 1, 0, lowestKey],
    );
  });

  test('below a threshold is at most the number before it', () => {
    for (const threshold of [0.1, -0.1, 0, 5e-324, -5e-324, 1, Infinity]) {
      const [before] = built([stump(threshold)], { keys: 'rank', split: 'below' }).arrays[
        'thresholds'
      ] as Float64Array as unknown as [number];
      assert.ok(before < threshold, `${before} below ${threshold}`);
      const middle = before + (threshold - before) / 2;
      assert.ok(
        threshold === Infinity || middle === before || middle === threshold,
        `${before} is next to it`,
      );
    }
    assert.equal(nodesOf(built([stump(-Infinity)], { split: 'below' })).words[0], lowestKey);
  });

  test('writes sets with the special categories first', () => {
    const split: CategorySplit = {
      right: Uint32Array.of(0b101, 1),
      count: 33,
      beyondRight: true,
      negativeRight: false,
      nanRight: true,
    };
    const forest = built([{ ...stump(0), categories: () => split }, stump(4)]);
    assert.deepEqual(forest.attributes['numeric'], 1);
    // 36 bits: beyond, negative, NaN, then 0 to 32.
    assert.deepEqual(forest.arrays['sets'], Int32Array.of(36, 0b101 | (0b101 << 3), 1 << 3));
    assert.throws(
      () => built([{ ...stump(0), categories: () => ({ ...split, count: 65 }) }]),
      /65 categories has 2 words/,
    );
  });

  test('gives every leaf a row of its own when asked, and tells which', () => {
    const forest = built([stump(0), stump(1)], { leaves: 'each' });
    assert.deepEqual([...(forest.leaves.values as Float64Array)], [1, 2, 1, 2]);
    const seen: number[][] = [];
    forest.eachLeaf((_, node, leaf, index) => seen.push([index, node, leaf]));
    assert.deepEqual(seen, [
      [0, 1, 0],
      [0, 2, 1],
      [1, 1, 2],
      [1, 2, 3],
    ]);
    const positions: number[] = [];
    forest.eachNode((_, node, position, index) => positions.push(100 * index + 10 * node + position));
    assert.deepEqual(positions, [0, 11, 22, 103, 114, 125]);
  });

  const thresholds = [
    0.1,
    1 / 3,
    -0.1,
    1e-46,
    -1e-46,
    0,
    -0,
    1e39,
    -1e39,
    Infinity,
    -Infinity,
    16_777_217,
    -16_777_217,
  ];
  test('compares float32 with the rounded threshold as with the float64 one', () => {
    for (const threshold of thresholds) {
      const key = nodesOf(built([stump(threshold)])).words[0] as number;
      const near = [threshold, 0, -0, Infinity, -Infinity, 1e-45, -1e-45, 3.402_823_466_385_288_6e38].flatMap(
        one => {
          const rounded = Math.fround(one);
          return [rounded, Math.fround(rounded * (1 + 2 ** -23)), Math.fround(rounded * (1 - 2 ** -23))];
        },
      );
      for (const value of near)
        assert.equal(treeKey(value) > key, value > threshold, `${value} against ${threshold}`);
    }
  });

  const wrong: readonly (readonly [string, Valued, RegExp])[] = [
    ['a node that is its own child', tree([0, 0, 0, 0, 0]), /node 0 has the children 0 and 0 among 1 nodes/],
    ['two parents of a node', tree([1, 1, 0, 0, 0], [2, 2, 0, 0, 0], [-1, -1, 0, 0, 0]), /among 3 nodes/],
    ['a circle', tree([1, 2, 0, 0, 0], [2, 1, 0, 0, 0], [1, 2, 0, 0, 0]), /among 3 nodes/],
    ['a child that is not there', tree([1, 7, 0, 0, 0], [-1, -1, 0, 0, 0]), /children 1 and 7/],
    ['one child only', tree([1, -1, 0, 0, 0], [-1, -1, 0, 0, 0]), /children 1 and -1/],
    [
      'a feature that is not there',
      tree([1, 2, 2, 0, 0], [-1, -1, 0, 0, 0], [-1, -1, 0, 0, 0]),
      /asks for feature 2 of 2/,
    ],
  ];
  for (const [name, one, message] of wrong) {
    test(`refuses ${name}`, () => assert.throws(() => built([one]), { message }));
  }

  test('knows how deep a tree is', () => {
    assert.equal(depthOf(depthFirst, spoilt), 2);
    assert.equal(depthOf(tree([-1, -1, -2, -2, 0]), spoilt), 0);
  });
});

test('a table of leaves holds each different row once, bit for bit', () => {
  const table = new LeafTable(2);
  const seen = new Map<string, number>();
  for (let index = 0; index < 5000; index++) {
    const row = [Math.floor(index / 3) % 700, index % 2 === 0 ? 0 : -0];
    table.next.set(row);
    const number = table.add();
    const key = row.map(value => (Object.is(value, -0) ? '-0' : String(value))).join();
    assert.equal(number, seen.get(key) ?? seen.size);
    seen.set(key, number);
  }
  assert.deepEqual(table.finish().shape, [seen.size, 2]);
});
