import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { treeKey } from '../../../plan/index.ts';
import { depthOf, flatten, type WriteLeaf } from './flatten.ts';
import { LeafTable } from './leaves.ts';
import type { FileTree } from './read.ts';

/** [left, right, feature, threshold, value] of each node; -1 for no child. */
function tree(...nodes: readonly (readonly number[])[]): FileTree {
  const column = (at: number): number[] => nodes.map(node => node[at] as number);
  return {
    left: Int32Array.from(column(0)),
    right: Int32Array.from(column(1)),
    feature: Int32Array.from(column(2)),
    threshold: Float64Array.from(column(3)),
    values: Float64Array.from(column(4)),
    outputs: 1,
    classes: 1,
  };
}

const leaf: WriteLeaf = (one, node, target) => {
  target[0] = one.values[node] as number;
};

const columns = { features: 2, missing: false };

/** As scikit-learn writes it: depth first. */
const depthFirst = tree(
  [1, 4, 0, 0.5, 0],
  [2, 3, 1, -1, 0],
  [-1, -1, -2, -2, 10],
  [-1, -1, -2, -2, 20],
  [-1, -1, -2, -2, 30],
);

suite('flattening', () => {
  test('puts both children of a node side by side, level by level', () => {
    const { bits, arrays } = flatten([depthFirst], 'model', columns, 1, leaf);
    assert.equal(bits, 2);
    assert.deepEqual(arrays.nodes.shape, [5, 2]);
    assert.deepEqual(
      [...arrays.nodes.values],
      [treeKey(0.5), (1 << 2) | 0, treeKey(-1), (2 << 2) | 1, 0, 2, 1, 2, 2, 2],
    );
    // Leaves are numbered as they are met: 30 stands a level higher than 10 and 20.
    assert.deepEqual([...arrays.leaves.values], [30, 10, 20]);
  });

  test('takes three words a node when features and children do not fit into one', () => {
    const many = { features: 2 ** 24, missing: false };
    const chain = Array.from({ length: 100 }, (_, at) => [2 * at + 1, 2 * at + 2, 5, at, 0]);
    const nodes: number[][] = [];
    for (const split of chain) nodes.push(split, [-1, -1, -2, -2, 1]);
    nodes.push([-1, -1, -2, -2, 2]);
    // A right-hand chain: node 2k splits into the leaf 2k+1 and the node 2k+2.
    const { arrays } = flatten([tree(...nodes)], 'model', many, 1, leaf);
    assert.deepEqual(arrays.nodes.shape, [201, 2]);
    // A full tree of 256 leaves has children 128 nodes away: 25 bits for the feature leave too few.
    const full = tree(
      ...Array.from({ length: 511 }, (_, at) =>
        at < 255 ? [2 * at + 1, 2 * at + 2, 7, at, 0] : [-1, -1, -2, -2, at],
      ),
    );
    const wide = flatten([full], 'model', many, 1, leaf).arrays.nodes;
    assert.deepEqual(wide.shape, [511, 3]);
    assert.deepEqual([...(wide.values as Int32Array).subarray(0, 3)], [treeKey(0), 7, 1]);
    assert.deepEqual([...(wide.values as Int32Array).subarray(3 * 510, 3 * 511)], [255, 2 ** 24, 0]);
  });

  test('missing values that go left are asked of columns of their own', () => {
    const directed = { ...depthFirst, missingLeft: Uint8Array.of(1, 0, 0, 0, 0) };
    const { bits, arrays } = flatten([directed], 'model', { features: 2, missing: true }, 1, leaf);
    const words = arrays.nodes.values as Int32Array;
    assert.equal((words[1] as number) & (2 ** bits - 1), 2);
    assert.equal((words[3] as number) & (2 ** bits - 1), 1);
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
      const { arrays } = flatten(
        [tree([1, 2, 0, threshold, 0], [-1, -1, -2, -2, 1], [-1, -1, -2, -2, 2])],
        'model',
        columns,
        1,
        leaf,
      );
      const key = arrays.nodes.values[0] as number;
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

  const wrong: readonly (readonly [string, FileTree, RegExp])[] = [
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
    test(`refuses ${name}`, () =>
      assert.throws(() => flatten([one], 'model', columns, 1, leaf), { code: 'sklearn-malformed', message }));
  }

  test('knows how deep a tree is', () => {
    assert.equal(depthOf(depthFirst, 'model'), 2);
    assert.equal(depthOf(tree([-1, -1, -2, -2, 0]), 'model'), 0);
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
