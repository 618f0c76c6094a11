import { everyNumber, isOperation, swapLabels, type Fault } from './plant.ts';

export const faults: readonly Fault[] = [
  { name: 'the first two classes are swapped', plant: swapLabels },
  { name: 'the best estimator’s intercept is dropped', plant: everyNumber('affine', 'bias', () => 0) },
  {
    name: 'the best pipeline does not scale',
    plant: everyNumber('columnwise', 'operand', () => 1, isOperation('divide')),
  },
];
