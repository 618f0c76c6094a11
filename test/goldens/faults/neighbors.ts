import { everyAttribute, everyNumber, type Fault } from './plant.ts';

export const faults: readonly Fault[] = [
  {
    name: 'a neighbour less is asked',
    plant: everyAttribute('nearestMean', 'count', (count: number) => Math.max(1, count - 1)),
  },
  { name: 'all neighbours count the same', plant: everyAttribute('nearestMean', 'weights', () => 'uniform') },
  {
    name: 'every metric is the city block',
    plant: everyAttribute('nearestMean', 'metric', () => 'manhattan'),
  },
  { name: 'targets are a hundredth off', plant: everyNumber('nearestMean', 'values', value => value * 1.01) },
];
