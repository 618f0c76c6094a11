import { everyAttribute, everyNumber, isOperation, swapLabels, type Fault } from './plant.ts';

export const faults: readonly Fault[] = [
  {
    name: 'the other classes lose nothing',
    versions: version => /^1\.[3-9]/.test(version),
    plant: everyAttribute('indicate', 'off', () => 0),
  },
  {
    name: 'the other classes lose as much as the predicted one gains',
    versions: version => !/^1\.[3-9]/.test(version),
    plant: everyAttribute('indicate', 'off', () => -1),
  },
  { name: 'all estimators count the same', plant: everyAttribute('indicate', 'on', () => 1) },
  {
    name: 'the logarithms are not centred',
    versions: version => !/^1\.[6-9]/.test(version),
    plant: everyAttribute('centreRows', 'share', () => 0),
  },
  {
    name: 'probabilities of 0 stay 0',
    versions: version => !/^1\.[6-9]/.test(version),
    plant: everyNumber('clip', 'low', () => 0),
  },
  {
    name: 'the median counts all estimators the same',
    plant: everyNumber('weightedMedian', 'weights', () => 1),
  },
  {
    name: 'scores are not divided by the weights',
    plant: everyNumber('columnwise', 'operand', () => 1, isOperation('divide')),
  },
  { name: 'the first two classes are swapped', plant: swapLabels },
];
