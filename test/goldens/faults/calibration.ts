import { everyOrderReversed } from './plant-order.ts';
import { everyAttribute, everyNumber, isOperation, swapLabels, type Fault } from './plant.ts';

export const faults: readonly Fault[] = [
  { name: 'the sigmoid has the other sign', plant: everyNumber('affine', 'weights', value => -value) },
  { name: 'the sigmoid’s offset is dropped', plant: everyNumber('affine', 'bias', () => 0) },
  {
    name: 'the steps of isotonic calibration are levelled',
    plant: everyNumber('interpolate', 'heights', () => 0.5),
  },
  {
    name: 'rows without any probability are divided by 0',
    plant: everyAttribute('normalizeRows', 'zero', value => (value === 'even' ? 'divide' : value)),
  },
  {
    name: 'the classifiers are not averaged',
    plant: everyNumber('columnwise', 'operand', () => 1, isOperation('divide')),
  },
  { name: 'calibrators stand in another order', plant: everyOrderReversed('concatenate') },
  {
    name: 'the temperature is left out',
    versions: version => version === '1.9.1',
    plant: everyNumber('columnwise', 'operand', () => 1, isOperation('multiply')),
  },
  { name: 'the first two classes are swapped', plant: swapLabels },
];
