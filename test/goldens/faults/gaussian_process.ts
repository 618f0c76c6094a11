import { everyAttribute, everyNumber, isOperation, replaceOperator, type Fault } from './plant.ts';

export const faults: readonly Fault[] = [
  {
    name: 'half of the squared distance is all of it',
    plant: everyAttribute('kernel', 'gamma', (value: number) => 2 * value),
  },
  {
    name: 'a length scale, a constant or the noise is taken for another',
    plant: everyNumber('columnwise', 'operand', value => value * 1.001),
  },
  {
    name: 'targets keep their centre',
    plant: everyNumber('columnwise', 'operand', () => 0, isOperation('add')),
  },
  {
    name: 'kernels are added in place of multiplied',
    plant: replaceOperator('product', { op: 'logMeanExp', attributes: {} }),
  },
  {
    name: 'an exponent is one too high',
    plant: everyAttribute('raise', 'exponent', (value: number) => value + 1),
  },
  {
    name: 'a Matérn kernel is a little smoother',
    plant: everyAttribute('matern', 'nu', (value: number) => value + 0.001),
  },
  {
    name: 'variances keep what the fitted rows explain',
    plant: everyNumber('mahalanobis', 'directions', () => 0),
  },
  {
    name: 'dual weights are a millionth off',
    plant: everyNumber('affine', 'weights', value => value * 1.000_001),
  },
  {
    name: 'a latent value of 0 is the second class',
    plant: everyAttribute('above', 'threshold', () => -1e-9),
  },
];
