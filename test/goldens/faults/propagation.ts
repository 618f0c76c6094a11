import { everyAttribute, everyNumber, replaceOperator, swapLabels, type Fault } from './plant.ts';

export const faults: readonly Fault[] = [
  { name: 'labels are exchanged', plant: swapLabels },
  {
    name: 'gamma is a hundredth too large',
    plant: everyAttribute('kernel', 'gamma', (value: number) => value * 1.01),
  },
  { name: 'rows of training count for one class', plant: everyNumber('meanAt', 'values', () => 1) },
  {
    name: 'shares do not sum to 1',
    plant: replaceOperator('normalizeRows', { op: 'map', attributes: { function: 'abs' } }),
  },
];
