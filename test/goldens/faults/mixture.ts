import { everyNumber, type Fault } from './plant.ts';

export const faults: readonly Fault[] = [
  { name: 'weights and determinants are dropped', plant: everyNumber('gaussian', 'logPrior', () => 0) },
  {
    name: 'the covariance is that of another scale',
    plant: everyNumber('mahalanobis', 'directions', value => value * 1.01),
  },
];
