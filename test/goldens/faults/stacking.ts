import { everyListReversed, everyOrderReversed } from './plant-order.ts';
import { everyNumber, swapLabels, type Fault } from './plant.ts';

export const faults: readonly Fault[] = [
  { name: 'the estimators stand in another order', plant: everyOrderReversed('concatenate') },
  {
    name: 'predictions are handed on as other numbers',
    plant: everyNumber('decode', 'values', value => -value),
  },
  { name: 'the final intercept is dropped', plant: everyNumber('affine', 'bias', () => 0) },
  {
    name: 'columns of probabilities are mixed up',
    plant: everyListReversed('columns', 'indices'),
    versions: version => !/^(?:0|1\.0)\./.test(version),
  },
  { name: 'the first two classes are swapped', plant: swapLabels },
];
