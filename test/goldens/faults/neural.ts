import { everyAttribute, everyNumber, replaceOperator, swapLabels, type Fault } from './plant.ts';

/** One activation in the place of another. */
function confuse(one: string, other: string) {
  return everyAttribute('map', 'function', value => (value === one ? other : value));
}

export const faults: readonly Fault[] = [
  { name: 'the first two classes are swapped', plant: swapLabels },
  { name: 'the intercepts are dropped', plant: everyNumber('affine', 'bias', () => 0) },
  {
    name: 'weights are a millionth off',
    plant: everyNumber('affine', 'weights', value => value * 1.000_001),
  },
  {
    name: 'weights of sparse rows are a millionth off',
    plant: everyNumber('affineSparse', 'weights', value => value * 1.000_001),
  },
  { name: 'nothing is cut at 0', plant: confuse('relu', 'softplus') },
  { name: 'a tangent is a sigmoid', plant: confuse('tanh', 'sigmoid') },
  { name: 'a sigmoid is a tangent', plant: confuse('sigmoid', 'tanh') },
  { name: 'labels are there from 0 on', plant: everyAttribute('above', 'threshold', () => 0) },
  {
    name: 'softmax is a sigmoid for each class',
    plant: replaceOperator('softmax', { op: 'map', attributes: { function: 'sigmoid' } }),
  },
];
