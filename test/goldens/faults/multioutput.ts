import { everyListReversed, everyOrderReversed } from './plant-order.ts';
import { everyNumber, swapLabels, type Fault } from './plant.ts';

const hasChains = (version: string): boolean => !version.startsWith('0.18');

export const faults: readonly Fault[] = [
  { name: 'the targets stand in another order', plant: everyOrderReversed('concatenate') },
  { name: 'labels of the targets stand in another order', plant: everyOrderReversed('stackCodes') },
  {
    name: 'a chain’s answers stay in its own order',
    versions: hasChains,
    plant: everyListReversed('columns', 'indices'),
  },
  {
    name: 'links are handed other numbers than the classes',
    versions: hasChains,
    plant: everyNumber('decode', 'values', value => 1 - value),
  },
  { name: 'the first two labels are swapped', plant: swapLabels },
];
