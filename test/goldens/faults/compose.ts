import { everyListReversed, everyOrderReversed } from './plant-order.ts';
import { everyNumber, isOperation, type Fault } from './plant.ts';

export const faults: readonly Fault[] = [
  {
    name: 'weights are left out',
    plant: everyNumber('columnwise', 'operand', () => 1, isOperation('multiply')),
  },
  { name: 'the parts stand in another order', plant: everyOrderReversed('concatenate') },
  { name: 'columns of a part are taken in another order', plant: everyListReversed('input', 'columns') },
  { name: 'columns of text are taken in another order', plant: everyListReversed('inputTexts', 'columns') },
  { name: 'computed columns are taken in another order', plant: everyListReversed('columns', 'indices') },
];
