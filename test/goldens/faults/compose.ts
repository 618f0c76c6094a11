import { everyListReversed, everyOrderReversed } from './plant-order.ts';
import { arrayOf, everyNode, everyNumber, isOperation, type Fault } from './plant.ts';

export const faults: readonly Fault[] = [
  {
    name: 'weights are left out',
    plant: everyNumber('columnwise', 'operand', () => 1, isOperation('multiply')),
  },
  { name: 'the parts stand in another order', plant: everyOrderReversed('concatenate') },
  { name: 'columns of a part are taken in another order', plant: everyListReversed('input', 'columns') },
  { name: 'columns of text are taken in another order', plant: everyListReversed('inputTexts', 'columns') },
  { name: 'texts stand side by side in another order', plant: everyOrderReversed('concatenateTexts') },
  {
    name: 'of two columns of texts that pass on the other one is taken',
    plant: plan =>
      everyNode(plan, 'textColumns', node => {
        const indices = arrayOf(plan, node, 'indices', 'i32');
        indices[0] = 1 - (indices[0] as number);
        return true;
      }),
  },
  { name: 'computed columns are taken in another order', plant: everyListReversed('columns', 'indices') },
];
