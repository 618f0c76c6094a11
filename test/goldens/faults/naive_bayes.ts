import { everyNumber, replaceOperator, swapLabels, type Fault } from './plant.ts';

export const faults: readonly Fault[] = [
  { name: 'the first two classes are swapped', plant: swapLabels },
  {
    name: 'variances are a standard deviation',
    plant: everyNumber('gaussian', 'variance', value => Math.sqrt(value)),
  },
  { name: 'priors are dropped', plant: everyNumber('gaussian', 'logPrior', () => 0) },
  {
    name: 'the joint probability is not normalised',
    plant: replaceOperator('logNormalize', { op: 'map', attributes: { function: 'negate' } }),
  },
];
