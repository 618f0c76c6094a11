import { everyAttribute, everyNumber, type Fault } from './plant.ts';

function sinceShares(version: string): boolean {
  return /^1\.(?:[6-9]|\d\d)/.test(version);
}

export const faults: readonly Fault[] = [
  {
    name: 'every metric is the largest difference',
    plant: everyAttribute('distances', 'metric', () => 'chebyshev'),
  },
  { name: 'centres are nearer to zero', plant: everyNumber('distances', 'fitted', value => value * 0.5) },
  {
    name: 'classes are as frequent as each other',
    plant: everyNumber('columnwise', 'operand', () => 1),
    versions: sinceShares,
  },
  {
    name: 'decisions have the other sign',
    plant: everyNumber('affine', 'weights', value => -value),
    versions: version => !/^0\.(?:18|20)/.test(version),
  },
];
