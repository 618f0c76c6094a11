import { everyAttribute, everyNumber, type Fault } from './plant.ts';

/** One kernel function in the place of another. */
function confuse(one: string, other: string) {
  return everyAttribute('kernel', 'function', value => (value === one ? other : value));
}

export const faults: readonly Fault[] = [
  {
    name: 'gamma is a hundredth too large',
    plant: everyAttribute('kernel', 'gamma', (value: number) => value * 1.01),
  },
  { name: 'coef0 is dropped', plant: everyAttribute('kernel', 'coef0', () => 0) },
  {
    name: 'the degree is one too high',
    plant: everyAttribute('kernel', 'degree', (value: number) => value + 1),
  },
  { name: 'absolute differences are squared', plant: confuse('laplacian', 'rbf') },
  { name: 'squared differences are absolute', plant: confuse('rbf', 'laplacian') },
  { name: 'the exponential of chi-squared is forgotten', plant: confuse('chi2', 'additiveChi2') },
  { name: 'rows are divided by the wrong norm', plant: everyAttribute('unitRows', 'norm', () => 'l1') },
  {
    name: 'weights are a millionth off',
    plant: everyNumber('affine', 'weights', value => value * 1.000_001),
  },
];
