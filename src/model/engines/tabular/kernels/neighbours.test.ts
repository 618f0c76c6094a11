import { matrix, testCases, type Case } from './kernel.contract.ts';

const fitted = matrix([
  [0, 0],
  [3, 4],
  [1, 1],
  [10, 0],
]);

function distances(metric: string, rows: Case['rows'], expected: Case['expected'], exponent = 2): Case {
  return {
    operator: 'distances',
    name: metric,
    rows,
    expected,
    tolerance: 1e-12,
    build: (builder, x) => builder.add('distances', [x], { metric, exponent }, { fitted }),
  };
}

function nearest(count: number, search: 'rows' | 'boxes' | 'balls', metric = 'euclidean'): Case['build'] {
  const arrays = search === 'rows' ? { fitted } : { fitted, places: Int32Array.of(2, 0, 1, 3) };
  const attributes = { metric, exponent: 2, count, search, levels: search === 'rows' ? 1 : 2 };
  return (builder, x) => builder.add('nearest', [x], attributes, arrays);
}

const values = matrix([[1], [2], [4], [8]]);

testCases('neighbours', [
  distances('euclidean', [[0, 0]], [[0, 5, Math.SQRT2, 10]]),
  distances('euclideanProducts', [[3, 0]], [[3, 4, Math.sqrt(5), 7]]),
  {
    operator: 'distances',
    name: 'as they were given',
    rows: [[7, 2, 0, 5]],
    expected: [[7, 2, 0, 5]],
    build: (builder, x) =>
      builder.add(
        'distances',
        [x],
        { metric: 'given', exponent: 2 },
        { fitted: { values: new Float64Array(16), shape: [4, 4] } },
      ),
  },
  distances('sqeuclidean', [[0, 0]], [[0, 25, 2, 100]]),
  distances('manhattan', [[4, 4]], [[8, 1, 6, 10]]),
  distances('chebyshev', [[6, 4]], [[6, 3, 5, 4]]),
  distances('minkowski', [[3, 3]], [[Math.cbrt(54), 1, Math.cbrt(16), Math.cbrt(370)]], 3),
  distances('cosine', [[6, 8]], [[1, 0, 1 - 1.4 / Math.SQRT2, 0.4]]),
  distances('canberra', [[1, 1]], [[2, 0.5 + 0.6, 0, 9 / 11 + 1]]),
  distances(
    'braycurtis',
    [[1, -1]],
    [[1, 1, 1, 1]].map(() => [1, 7 / 7, 2 / 2, 10 / 12]),
  ),
  distances('braycurtisApart', [[1, -1]], [[1, 7 / 9, 0.5, 10 / 12]]),
  distances('hamming', [[3, 0]], [[0.5, 0.5, 1, 0.5]]),
  distances('jaccard', [[1, 0]], [[1, 0.5, 0.5, 0]]),
  distances(
    'haversine',
    [[0, 0]],
    [
      [
        0,
        2 * Math.asin(Math.sqrt(Math.sin(1.5) ** 2 + Math.cos(3) * Math.sin(2) ** 2)),
        2 * Math.asin(Math.sqrt(Math.sin(0.5) ** 2 + Math.cos(1) * Math.sin(0.5) ** 2)),
        2 * Math.asin(Math.abs(Math.sin(5))),
      ],
    ],
  ),
  distances('nan_euclidean', [[NaN, 2]], [[Math.sqrt(8), Math.sqrt(8), Math.SQRT2, Math.sqrt(8)]]),
  {
    operator: 'distances',
    name: 'of standardised columns',
    rows: [[2, 2]],
    expected: [[Math.sqrt(1 + 4), Math.sqrt(0.25 + 4), Math.sqrt(0.25 + 1), Math.sqrt(16 + 4)]],
    tolerance: 1e-12,
    build: (builder, x) =>
      builder.add(
        'distances',
        [x],
        { metric: 'seuclidean', exponent: 2 },
        { fitted, factors: Float64Array.of(4, 1) },
      ),
  },
  {
    operator: 'distances',
    name: 'by an inverse covariance',
    rows: [[1, 2]],
    expected: [[Math.sqrt(2 + 4 + 2), Math.sqrt(8 + 4 + 4), 1, Math.sqrt(162 + 4 - 18)]],
    tolerance: 1e-12,
    build: (builder, x) =>
      builder.add(
        'distances',
        [x],
        { metric: 'mahalanobis', exponent: 2 },
        {
          fitted,
          inverse: matrix([
            [2, 0.5],
            [0.5, 1],
          ]),
        },
      ),
  },
  {
    operator: 'nearest',
    name: 'the nearest first; what is met first stays',
    rows: [
      [0, 0],
      [5, 0],
    ],
    // (5, 0) is 5 from (0, 0) and from (10, 0), √17 from (1, 1), √20 from (3, 4).
    expected: [
      [0, 2, 1],
      [2, 1, 0],
    ],
    build: nearest(3, 'rows'),
  },
  {
    operator: 'nearest',
    name: 'in boxes, the nearer box first: (0, 0) and (1, 1) or (3, 4) and (10, 0)',
    rows: [[5, 0]],
    expected: [[2, 1, 3]],
    build: nearest(3, 'boxes'),
  },
  {
    operator: 'nearest',
    name: 'in balls',
    rows: [
      [9, 1],
      [0, 1],
    ],
    expected: [
      [3, 2],
      [0, 2],
    ],
    build: nearest(2, 'balls', 'manhattan'),
  },
  {
    operator: 'distancesAt',
    rows: [[0, 3]],
    expected: [[Math.sqrt(5), 3]],
    build: (builder, x) =>
      builder.add(
        'distancesAt',
        [x, nearest(2, 'rows')(builder, x)],
        { metric: 'euclidean', exponent: 2 },
        { fitted },
      ),
  },
  {
    operator: 'closeness',
    rows: [
      [2, 4],
      [0, 4],
    ],
    expected: [
      [0.5, 0.25],
      [1, 0],
    ],
    build: (builder, x) => builder.add('closeness', [x]),
  },
  {
    operator: 'sumVotes',
    rows: [[0, 3]],
    expected: [[3, Math.sqrt(5), 0, 0].map((_, at) => [3, 0, Math.sqrt(5), 0][at] as number)],
    tolerance: 1e-12,
    build(builder, x) {
      const codes = nearest(2, 'rows')(builder, x);
      const attributes = { metric: 'euclidean', exponent: 2 };
      return builder.add('sumVotes', [codes, builder.add('distancesAt', [x, codes], attributes, { fitted })]);
    },
  },
  {
    operator: 'meanAt',
    name: 'all the same',
    rows: [[0, 0]],
    expected: [[2.5]],
    build: (builder, x) => builder.add('meanAt', [nearest(2, 'rows')(builder, x)], {}, { values }),
  },
  {
    operator: 'meanAt',
    name: 'weighted',
    rows: [[0, 3]],
    expected: [[(3 * 1 + 4 * Math.sqrt(5)) / (3 + Math.sqrt(5))]],
    tolerance: 1e-12,
    build(builder, x) {
      const codes = nearest(2, 'rows')(builder, x);
      const attributes = { metric: 'euclidean', exponent: 2 };
      const weights = builder.add('distancesAt', [x, codes], attributes, { fitted });
      return builder.add('meanAt', [codes, weights], {}, { values });
    },
  },
  ...(['uniform', 'distance'] as const).map((weights): Case => ({
    operator: 'meanWithin',
    name: `${weights}; on the radius is within`,
    rows: [
      [0, 2],
      [3, 4],
      [100, 0],
    ],
    expected: [[weights === 'uniform' ? 2.5 : (0.5 + 4 / Math.SQRT2) / (0.5 + 1 / Math.SQRT2)], [2], [-1]],
    tolerance: 1e-12,
    build: (builder, x) =>
      builder.add(
        'meanWithin',
        [x],
        { metric: 'euclidean', exponent: 2, radius: 2, weights, owner: 'Test' },
        { fitted, values, alone: Float64Array.of(-1) },
      ),
  })),
  {
    operator: 'logDensity',
    rows: [[0, 0]],
    expected: [[Math.log(Math.exp(0) + 2 * Math.exp(-0.5 * 25) + 3 * Math.exp(-1) + 4 * Math.exp(-50)) + 7]],
    tolerance: 1e-12,
    build: (builder, x) =>
      builder.add(
        'logDensity',
        [x],
        { metric: 'euclidean', exponent: 2, kernel: 'gaussian', bandwidth: 1, shift: 7 },
        { fitted, weights: Float64Array.of(1, 2, 3, 4) },
      ),
  },
  {
    operator: 'outlierFactor',
    rows: [[0, 3]],
    expected: [[((2 + 4) / 2) * ((3 + 9) / 2 + 1e-10)]],
    build(builder, x) {
      const codes = nearest(2, 'rows')(builder, x);
      const apart = builder.add('distancesAt', [x, codes], { metric: 'euclidean', exponent: 2 }, { fitted });
      const arrays = { density: Float64Array.of(2, 0, 4, 0), reach: Float64Array.of(1, 0, 9, 0) };
      return builder.add('outlierFactor', [apart, codes], {}, arrays);
    },
  },
]);
