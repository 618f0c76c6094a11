import { everyAttribute, everyNumber, type Fault } from './plant.ts';

export const faults: readonly Fault[] = [
  {
    name: 'beyond the ends is the nearest height, or NaN, the other way round',
    plant: everyAttribute('interpolate', 'outside', value => (value === 'nan' ? 'nearest' : 'nan')),
  },
  { name: 'knots are shifted', plant: everyNumber('interpolate', 'knots', value => value + 1e-6) },
  { name: 'heights are shifted', plant: everyNumber('interpolate', 'heights', value => value + 1e-6) },
  { name: 'a single point gives 0', plant: everyNumber('constant', 'values', () => 0) },
];
