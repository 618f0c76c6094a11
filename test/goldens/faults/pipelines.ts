import { everyNumber, isOperation, swapLabels, type Fault } from './plant.ts';

export const faults: readonly Fault[] = [
  {
    name: 'the first step does not subtract the mean',
    plant: everyNumber('columnwise', 'operand', () => 0, isOperation('subtract')),
  },
  {
    name: 'the first step does not divide',
    plant: everyNumber('columnwise', 'operand', () => 1, isOperation('divide')),
  },
  { name: 'the last step drops its intercept', plant: everyNumber('affine', 'bias', () => 0) },
  { name: 'the first two classes are swapped', plant: swapLabels },
];
