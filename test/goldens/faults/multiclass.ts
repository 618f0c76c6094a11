import { everyListReversed, everyOrderReversed } from './plant-order.ts';
import { everyAttribute, everyNumber, swapLabels, type Fault } from './plant.ts';

export const faults: readonly Fault[] = [
  { name: 'scores stand in another order', plant: everyOrderReversed('concatenate') },
  { name: 'votes of pairs stand in another order', plant: everyOrderReversed('stackCodes') },
  {
    name: 'the border lies elsewhere',
    plant: everyAttribute('above', 'threshold', (value: number) => value + 0.4),
  },
  {
    name: 'confidences of pairs have the other sign',
    plant: everyAttribute('map', 'function', value => (value === 'negate' ? 'exp' : value)),
  },
  {
    name: 'probabilities are not normalised to even parts',
    versions: version => version.startsWith('1.9'),
    plant: everyAttribute('normalizeRows', 'zero', () => 'even'),
  },
  {
    name: 'the codes of the classes are negated',
    plant: everyNumber('productDistances', 'centres', value => -value),
  },
  {
    name: 'the first of equal scores wins',
    versions: version => !version.startsWith('1.9'),
    plant: everyListReversed('columns', 'indices'),
  },
  { name: 'the first two classes are swapped', plant: swapLabels },
];
