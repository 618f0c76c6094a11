import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { treeKey, treePolicies, type Attribute, type PlanBuilder } from '../../../plan/index.ts';
import { compute, matrix, planOf, testCases, type Arrays, type Case } from './kernel.contract.ts';

/** Split on column 0 at 1.5, its left child on column 1 at -2: leaves 0, 1, 2; the root sends NaN left when asked to. */
function twoSplits(
  wide: boolean,
  missing = false,
): { attributes: Record<string, Attribute>; arrays: Arrays } {
  const nodes = [
    [treeKey(1.5), 0, 1],
    [treeKey(-2), 1, 2],
    [2, 2, 0],
    [0, 2, 0],
    [1, 2, 0],
  ] as const;
  const words = wide ? nodes.flat() : nodes.flatMap(([key, column, offset]) => [key, (offset << 3) | column]);
  const { nanLeft, nanRight } = treePolicies;
  return {
    attributes: { keys: 'float32', absent: 'zero', numeric: 2, bits: 3 },
    arrays: {
      features: Int32Array.of(0, 1),
      policies: Int32Array.of(missing ? nanLeft : nanRight, nanRight),
      roots: Int32Array.of(0),
      nodes: { values: Int32Array.from(words), shape: [5, wide ? 3 : 2] },
    },
  };
}

const twoLeaves = matrix([
  [1, -1],
  [2, -2],
  [4, -4],
]);

const treeRows = [
  [1.5, -2],
  [1.5, -1.999],
  [1.500_001, 9],
  [-Infinity, 0],
  [Infinity, 0],
  [-0, -3],
  [1.500_000_01, -3],
];
const treeAnswers = [
  [1, -1],
  [2, -2],
  [4, -4],
  [2, -2],
  [4, -4],
  [1, -1],
  [1, -1],
];

testCases('trees', [
  ...(
    [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ] as const
  ).map(([wide, missing]): Case => ({
    operator: 'trees',
    name: `${wide ? 'three words' : 'packed'}${missing ? ', missing' : ''}`,
    rows: [...treeRows, [NaN, -2], [0, NaN]],
    // The root sends NaN left where it has a direction, everything else sends it right.
    expected: [...treeAnswers, missing ? [1, -1] : [4, -4], [2, -2]],
    build(builder, x) {
      const { attributes, arrays } = twoSplits(wide, missing);
      return builder.add(
        'trees',
        [x],
        { ...attributes, width: 2, sum: 'f64' },
        { ...arrays, leaves: twoLeaves },
      );
    },
  })),
  {
    operator: 'treeLeaves',
    rows: treeRows,
    expected: treeAnswers.map(([value]) => [70 + (value as number)]),
    build(builder, x) {
      const { attributes, arrays } = twoSplits(false);
      return builder.add('treeLeaves', [x], attributes, { ...arrays, names: Int32Array.of(71, 72, 74) });
    },
  },
  {
    operator: 'treeContributions',
    rows: [
      [1, -3],
      [1, 0],
      [2, 0],
    ],
    // A quarter of the rows in each of the leaves 1 and 2, half in 4: the mean is 2.75. The values that the tree gives
    // when features are unknown are: neither 2.75; column 0 alone 1.5 (left) or 4; column 1 alone 2.5 or 3.
    expected: [
      [-1.375, -0.375, 2.75],
      [-1.125, 0.375, 2.75],
      [1.125, 0.125, 2.75],
    ],
    build(builder, x) {
      const { attributes, arrays } = twoSplits(false);
      return builder.add(
        'treeContributions',
        [x],
        { ...attributes, width: 1, sum: 'f64' },
        {
          ...arrays,
          leaves: matrix([[1], [2], [4]]),
          covers: Float64Array.of(4, 2, 2, 1, 1),
          expected: matrix([[2.75]]),
        },
      );
    },
  },
]);

suite('forests', () => {
  test('forests add their trees up in order, four at a time or one by one', async () => {
    const count = 7;
    const build = (builder: PlanBuilder, x: number): number =>
      builder.add(
        'trees',
        [x],
        { keys: 'float32', absent: 'zero', numeric: 1, bits: 1, width: 1, sum: 'f64' },
        {
          features: Int32Array.of(0),
          policies: Int32Array.of(0),
          roots: Int32Array.from({ length: count }, (_, tree) => tree * 3),
          nodes: {
            values: Int32Array.from(
              Array.from({ length: count }, (_, tree) => [
                treeKey(tree),
                2,
                2 * tree,
                1,
                2 * tree + 1,
                1,
              ]).flat(),
            ),
            shape: [count * 3, 2],
          },
          leaves: matrix(Array.from({ length: 2 * count }, (_, leaf) => [0.1 * 3 ** leaf])),
        },
      );
    const rows = Array.from({ length: 9 }, (_, row) => [row - 1]);
    const expected = rows.map(([x]) => {
      let sum = 0;
      for (let tree = 0; tree < count; tree++)
        sum += 0.1 * 3 ** ((x as number) <= tree ? 2 * tree : 2 * tree + 1);
      return [sum];
    });
    const plan = planOf({ operator: 'trees', rows, expected, build });
    assert.deepEqual(await compute(plan, rows), expected);
    for (const [index, row] of rows.entries())
      assert.deepEqual(await compute(plan, [row]), [expected[index]]);
  });
});
