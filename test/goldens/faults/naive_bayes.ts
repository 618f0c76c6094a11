import { everyAttribute, everyNumber, replaceOperator, swapLabels, type Fault } from './plant.ts';

const hasCategories = (version: string): boolean => !/^0\.(18|20)\./.test(version);

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
  { name: 'priors of counts are dropped', plant: everyNumber('affine', 'bias', () => 0) },
  { name: 'priors of words are dropped', plant: everyNumber('affineSparse', 'bias', () => 0) },
  {
    name: 'weights of words are a millionth off',
    plant: everyNumber('affineSparse', 'weights', value => value * 1.000_001),
  },
  { name: 'features are true from 0.4 on', plant: everyAttribute('step', 'threshold', () => 0.4) },
  {
    name: 'categories are a millionth off',
    versions: hasCategories,
    plant: everyNumber('lookup', 'table', value => value * 1.000_001),
  },
  {
    name: 'priors of categories are dropped',
    versions: hasCategories,
    plant: everyNumber('lookup', 'bias', () => 0),
  },
];
