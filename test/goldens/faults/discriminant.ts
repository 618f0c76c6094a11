import {
  everyAttribute,
  everyNumber,
  isOperation,
  replaceOperator,
  swapLabels,
  type Fault,
} from './plant.ts';

const hasSoftmax = (version: string): boolean => !/^0\.(18|20)\./.test(version);
const keepsZeros = (version: string): boolean => !/^0\.(18|20|22)\./.test(version);

export const faults: readonly Fault[] = [
  { name: 'the first two classes are swapped', plant: swapLabels },
  { name: 'the intercept is dropped', plant: everyNumber('affine', 'bias', () => 0) },
  {
    name: 'rows are not centred before they are projected',
    plant: everyNumber('columnwise', 'operand', () => 0, isOperation('subtract')),
  },
  { name: 'the centres of classes are dropped', plant: everyNumber('mahalanobis', 'centres', () => 0) },
  {
    name: 'directions are a millionth off',
    plant: everyNumber('mahalanobis', 'directions', value => value * 1.000_001),
  },
  {
    name: 'volumes and priors are dropped',
    plant: everyNumber('columnwise', 'operand', () => 0, isOperation('add')),
  },
  {
    name: 'distances are not halved',
    plant: everyNumber('columnwise', 'operand', () => -1, isOperation('multiply')),
  },
  {
    name: 'softmax is a sigmoid for each class',
    versions: hasSoftmax,
    plant: replaceOperator('softmax', { op: 'map', attributes: { function: 'sigmoid' } }),
  },
  {
    name: 'the logarithm of 0 is infinite',
    versions: keepsZeros,
    plant: everyAttribute('map', 'function', value => (value === 'logPositive' ? 'log' : value)),
  },
];
