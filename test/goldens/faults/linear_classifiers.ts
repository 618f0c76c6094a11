import { everyAttribute, everyNumber, replaceOperator, swapLabels, type Fault } from './plant.ts';

export const faults: readonly Fault[] = [
  { name: 'the first two classes are swapped', plant: swapLabels },
  { name: 'the intercept is dropped', plant: everyNumber('affine', 'bias', () => 0) },
  { name: 'the intercept of sparse rows is dropped', plant: everyNumber('affineSparse', 'bias', () => 0) },
  {
    name: 'weights of sparse rows are a millionth off',
    plant: everyNumber('affineSparse', 'weights', value => value * 1.000_001),
  },
  { name: 'the threshold of a decision is off', plant: everyAttribute('above', 'threshold', () => 0.1) },
  { name: 'decisions are not clipped at 1', plant: everyNumber('clip', 'high', () => Infinity) },
  { name: 'decisions are not clipped at -1', plant: everyNumber('clip', 'low', () => -Infinity) },
  {
    name: 'no probability at all is no even odds',
    plant: everyAttribute('normalizeRows', 'zero', value => (value === 'even' ? 'divide' : value)),
  },
  {
    name: 'one sigmoid a class is softmax',
    plant: replaceOperator('normalizeRows', { op: 'softmax', attributes: {} }),
  },
  {
    name: 'a sigmoid is an exponential',
    plant: everyAttribute('map', 'function', value => (value === 'sigmoid' ? 'exp' : value)),
  },
  {
    name: 'the second probability comes first',
    plant: replaceOperator('twoSided', { op: 'twoSided', attributes: { form: 'negate' } }),
  },
];
