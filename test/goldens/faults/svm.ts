import { everyAttribute, everyNumber, isOperation, swapLabels, type Fault } from './plant.ts';

export const faults: readonly Fault[] = [
  { name: 'the intercepts of pairs are dropped', plant: everyNumber('pairDecisions', 'intercepts', () => 0) },
  {
    name: 'the coefficients of pairs are negated',
    plant: everyNumber('pairDecisions', 'coefficients', value => -value),
  },
  { name: 'the first two classes are swapped', plant: swapLabels },
  {
    name: 'gamma is a hundredth too large',
    plant: everyAttribute('kernel', 'gamma', (value: number) => value * 1.01),
  },
  { name: 'coef0 is dropped', plant: everyAttribute('kernel', 'coef0', () => 0) },
  {
    name: 'the degree is one too high',
    plant: everyAttribute('kernel', 'degree', (value: number) => (value > 0 ? value + 1 : value)),
  },
  {
    name: 'Platt’s slope has the wrong sign',
    plant: everyNumber('pairProbabilities', 'slope', value => -value),
  },
  { name: 'Platt’s offset is dropped', plant: everyNumber('pairProbabilities', 'offset', () => 0) },
  {
    name: 'pairs are scaled by the other rule',
    plant: everyAttribute('pairToRest', 'scale', value => (value === 'row' ? 'call' : 'row')),
  },
  {
    name: 'the decision of two classes is not turned round',
    plant: everyAttribute('map', 'function', value => (value === 'negate' ? 'exp' : value)),
  },
  {
    name: 'the intercept of a single sum is dropped',
    plant: everyNumber('affine', 'bias', () => 0),
  },
  {
    name: 'the weights of vectors are a millionth off',
    plant: everyNumber('affine', 'weights', value => value * 1.000_001),
  },
  {
    name: 'the offset of one class is not added',
    versions: version => !version.startsWith('0.18'),
    plant: everyNumber('columnwise', 'operand', () => 0, isOperation('add')),
  },
  { name: 'the border of one class is off', plant: everyAttribute('above', 'threshold', () => 0.5) },
  {
    name: 'sparse vectors are a millionth off',
    plant: everyNumber('kernelSparse', 'values', value => value * 1.000_001),
  },
  {
    name: 'gamma of sparse vectors is a hundredth too large',
    plant: everyAttribute('kernelSparse', 'gamma', (value: number) => value * 1.01),
  },
];
