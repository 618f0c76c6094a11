import { testCases } from './kernel.contract.ts';

const large = 1.7e308;
const small = 5e-324;

testCases('functions of single values', [
  {
    operator: 'map',
    name: 'relu, also of what cannot be doubled',
    rows: [
      [-1, 2, -0, 0, NaN, small],
      [Infinity, -Infinity, large, -large, -small, 1.5],
    ],
    expected: [
      [0, 2, 0, 0, NaN, small],
      [Infinity, 0, large, 0, 0, 1.5],
    ],
    tolerance: 0,
    build: (builder, x) => builder.add('map', [x], { function: 'relu' }),
  },
]);
