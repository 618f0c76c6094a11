import { everyNumber, swapLabels, type Fault } from './plant.ts';

export const faults: readonly Fault[] = [
  { name: 'the first two classes are swapped', plant: swapLabels },
  { name: 'constants are a little off', plant: everyNumber('constant', 'values', value => value + 0.001) },
  { name: 'every constant is 1', plant: everyNumber('constant', 'values', () => 1) },
];
