import { everyAttribute, everyNumber, replaceOperator, swapLabels, type Fault } from './plant.ts';

export const faults: readonly Fault[] = [
  { name: 'the intercept of a linear model is dropped', plant: everyNumber('affine', 'bias', () => 0) },
  {
    name: 'the weights of a linear model are negated',
    plant: everyNumber('affine', 'weights', value => -value),
  },
  { name: 'the first two classes are swapped', plant: swapLabels },
  {
    name: 'softmax is one sigmoid a class',
    plant: replaceOperator('softmax', { op: 'map', attributes: { function: 'sigmoid' } }),
  },
  {
    name: 'one sigmoid a class is softmax',
    // The newest versions have no one-versus-rest any more.
    versions: version => !/^1\.[89]\./.test(version),
    plant: replaceOperator('normalizeRows', { op: 'softmax', attributes: {} }),
  },
  {
    name: 'the second probability comes first',
    plant: replaceOperator('twoSided', { op: 'twoSided', attributes: { form: 'negate' } }),
  },
  {
    name: 'a logarithm is an exponential',
    plant: everyAttribute('map', 'function', value => (value === 'log' ? 'exp' : value)),
  },
  { name: 'the threshold of a decision is off', plant: everyAttribute('above', 'threshold', () => 1e-3) },
];
