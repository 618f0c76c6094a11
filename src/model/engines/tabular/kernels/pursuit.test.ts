import { matrix, testCases, type Case } from './kernel.contract.ts';

/** Products with each other of the atoms (1, 0), (0, 1) and (0.6, 0.8). */
const gram = matrix([
  [1, 0, 0.6],
  [0, 1, 0.8],
  [0.6, 0.8, 1],
]);

function pursuit(count: number, rows: Case['rows'], expected: Case['expected'], name: string): Case {
  return {
    operator: 'matchingPursuit',
    name,
    rows,
    expected,
    build: (builder, x) => builder.add('matchingPursuit', [x], { count }, { gram }),
  };
}

testCases('pursuit', [
  // The row (3, 4) is five times the third atom; (2, 0) is twice the first.
  pursuit(
    1,
    [
      [3, 4, 5],
      [2, 0, 1.2],
      [0, -3, -2.4],
      [0, 0, 0],
    ],
    [
      [0, 0, 5],
      [2, 0, 0],
      [0, -3, 0],
      [0, 0, 0],
    ],
    'the nearest atom',
  ),
  // (1, 3) is as near to the second as to the third: the first of them is met first, and leaves (1, 0).
  pursuit(
    2,
    [
      [1, 3, 3],
      [3, 4, 5],
    ],
    [
      [1, 3, 0],
      [0, 0, 5],
    ],
    'two atoms, or one where nothing is left',
  ),
  pursuit(3, [[1, 3, 3]], [[1, 3, 0]], 'what adds nothing is not taken'),
]);
