import { everyAttribute, everyNumber, replaceOperator, type Fault } from './plant.ts';

export const faults: readonly Fault[] = [
  {
    name: 'the penalty is doubled',
    plant: everyAttribute('barycentres', 'penalty', (value: number) => 2 * value),
  },
  {
    name: 'ways are a hundredth longer',
    plant: everyNumber('shortestPaths', 'paths', value => value * 1.01),
  },
  {
    name: 'a row may go by way of others farther off',
    versions: version => !/^(?:0|1\.0)\./.test(version),
    plant: everyAttribute('shortestPathsWithin', 'radius', (value: number) => value * 1.5),
  },
  {
    name: 'ways are not squared',
    plant: replaceOperator('map', { op: 'map', attributes: { function: 'abs' } }),
  },
  { name: 'another distance is taken', plant: everyAttribute('distancesAt', 'metric', () => 'chebyshev') },
  { name: 'places are a millionth off', plant: everyNumber('meanAt', 'values', value => value * 1.000_001) },
  { name: 'the mean of the kernel stays in', plant: everyNumber('affine', 'bias', () => 0) },
];
