import { arrayOf, everyNode, swapLabels, type Fault } from './plant.ts';

export const faults: readonly Fault[] = [
  {
    name: 'another feature is kept',
    plant: plan =>
      everyNode(plan, 'columns', node => {
        const indices = arrayOf(plan, node, 'indices', 'i32');
        const [first] = indices;
        if (first === undefined) return false;
        indices[0] = first === 0 ? 1 : 0;
        return true;
      }),
  },
  { name: 'the first two classes are swapped', plant: swapLabels },
];
