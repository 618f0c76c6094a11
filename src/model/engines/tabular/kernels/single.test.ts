import { matrix, testCases } from './kernel.contract.ts';

/** 0.1 as a float32. */
const tenth = 0.100_000_001_490_116_12;

testCases('steps in float32', [
  {
    operator: 'map32',
    name: 'sigmoid',
    // Of NumPy: 1 / (1 + exp(-x)) in float32.
    rows: [[0, 1]],
    expected: [[0.5, 0.731_058_597_564_697_3]],
    tolerance: 0,
    build: (builder, x) => builder.add('map32', [x], { function: 'sigmoid' }),
  },
  {
    operator: 'map32',
    name: 'exp',
    rows: [[0, 1]],
    expected: [[1, 2.718_281_745_910_644_5]],
    tolerance: 0,
    build: (builder, x) => builder.add('map32', [x], { function: 'exp' }),
  },
  {
    operator: 'map32',
    name: 'step',
    rows: [[0, 1e-30, -1]],
    expected: [[0, 1, 0]],
    tolerance: 0,
    build: (builder, x) => builder.add('map32', [x], { function: 'step' }),
  },
  {
    operator: 'softmax32',
    rows: [[1000, 1000, -1000]],
    expected: [[0.5, 0.5, 0]],
    tolerance: 0,
    build: (builder, x) => builder.add('softmax32', [x]),
  },
  {
    operator: 'affine32',
    name: 'a sum that float32 cannot hold loses its last digit; NaN adds nothing',
    rows: [
      [100_000_000, 2],
      [NaN, 2],
    ],
    expected: [
      [100_000_000, 100_000_000],
      [1, 2],
    ],
    tolerance: 0,
    build: (builder, x) =>
      builder.add(
        'affine32',
        [x],
        {},
        {
          weights: matrix([
            [1, 0],
            [1, 1],
          ]),
          bias: Float64Array.of(1, 0),
        },
      ),
  },
  {
    operator: 'terms32',
    rows: [
      [0.1, 2],
      [NaN, 2],
    ],
    expected: [
      [tenth, 6, 7],
      [0, 6, 7],
    ],
    tolerance: 0,
    build: (builder, x) =>
      builder.add('terms32', [x], {}, { weights: matrix([[1, 3]]), bias: Float64Array.of(7) }),
  },
  {
    operator: 'rise32',
    rows: [[1, 0, -200]],
    expected: [[1, 2.193_147_180_559_945, 2.693_147_180_559_945]],
    tolerance: 1e-7,
    build: (builder, x) => builder.add('rise32', [x], { gap: 0.5 }),
  },
  {
    operator: 'sortRows',
    rows: [
      [3, 1, 2],
      [1, 1, -1],
    ],
    expected: [
      [1, 2, 3],
      [-1, 1, 1],
    ],
    tolerance: 0,
    build: (builder, x) => builder.add('sortRows', [x]),
  },
  {
    operator: 'nanWhere',
    name: 'also what rounds to the value',
    rows: [[0.1, tenth, 0.2]],
    expected: [[NaN, NaN, 0.2]],
    tolerance: 0,
    build: (builder, x) => builder.add('nanWhere', [x], { value: 0.1 }),
  },
  {
    operator: 'codeNumbers',
    rows: [
      [1, 5, 2],
      [7, 5, 2],
    ],
    expected: [[1], [0]],
    tolerance: 0,
    build: (builder, x) => builder.add('codeNumbers', [builder.add('argmax', [x])]),
  },
]);
