import { matrix, testCases, type Case } from './kernel.contract.ts';

const fitted = matrix([
  [0, 0],
  [3, 4],
  [1, 1],
  [10, 0],
]);
const values = matrix([[1], [2], [4], [8]]);

function nearest(metric: string, count: number, weights: string, exponent = 2): Case['build'] {
  return (builder, x) =>
    builder.add('nearestMean', [x], { metric, exponent, count, weights }, { fitted, values });
}

testCases('neighbours', [
  {
    operator: 'nearestMean',
    name: 'the mean of two, the earlier of equally near ones',
    rows: [
      [0, 0],
      [5, 0],
    ],
    // (5, 0) is 5 from (0, 0) and from (10, 0), √17 from (1, 1), √20 from (3, 4).
    expected: [[2.5], [3]],
    build: nearest('euclidean', 2, 'uniform'),
  },
  {
    operator: 'nearestMean',
    name: 'equally near',
    rows: [[5, 0]],
    expected: [[7 / 3]],
    build: nearest('euclidean', 3, 'uniform'),
  },
  {
    operator: 'nearestMean',
    name: 'by 1 / distance; a row at distance 0 counts alone',
    rows: [
      [0, 0],
      [0, 3],
    ],
    // (0, 3) is 3 from (0, 0), √5 from (1, 1).
    expected: [[1], [(1 / 3 + 4 / Math.sqrt(5)) / (1 / 3 + 1 / Math.sqrt(5))]],
    build: nearest('euclidean', 2, 'distance'),
  },
  {
    operator: 'nearestMean',
    name: 'city block',
    rows: [[4, 4]],
    expected: [[3]],
    build: nearest('manhattan', 2, 'uniform'),
  },
  {
    operator: 'nearestMean',
    name: 'the largest difference',
    rows: [[6, 4]],
    expected: [[5]],
    build: nearest('chebyshev', 2, 'uniform'),
  },
  {
    operator: 'nearestMean',
    name: 'cubes',
    rows: [[3, 3]],
    expected: [[(2 + 4 / Math.cbrt(16)) / (1 + 1 / Math.cbrt(16))]],
    build: nearest('minkowski', 2, 'distance', 3),
  },
  {
    operator: 'nearestMean',
    name: 'the angle',
    rows: [[30, 40]],
    expected: [[2]],
    build: nearest('cosine', 1, 'uniform'),
  },
]);
