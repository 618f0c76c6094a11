import { everyListReversed, everyOrderReversed } from './plant-order.ts';
import { everyNumber, isOperation, swapLabels, type Fault } from './plant.ts';

export const faults: readonly Fault[] = [
  { name: 'weights of the mean are left out', plant: everyNumber('weightedSum', 'weights', () => 1) },
  { name: 'weights of the votes are left out', plant: everyNumber('countVotes', 'weights', () => 1) },
  {
    name: 'the sum is not divided',
    plant: everyNumber('columnwise', 'operand', () => 1, isOperation('divide')),
  },
  { name: 'the first two classes are swapped', plant: swapLabels },
  { name: 'members stand in another order', plant: everyOrderReversed('stackCodes') },
  {
    name: 'a bag’s members are given features in another order',
    plant: everyListReversed('input', 'columns'),
  },
  {
    name: 'a class that a member never saw gets the probability of another',
    plant: everyListReversed('columns', 'indices'),
  },
];
