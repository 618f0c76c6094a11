import { everyAttribute, everyNumber, isOperation, replaceOperator, type Fault } from './plant.ts';

const hasGeneralized = (version: string): boolean => !/^0\.(18|20|22)\./.test(version);
const hasOneClass = (version: string): boolean => !version.startsWith('0.');

export const faults: readonly Fault[] = [
  { name: 'the intercept is dropped', plant: everyNumber('affine', 'bias', () => 0) },
  {
    name: 'weights are a millionth off',
    plant: everyNumber('affine', 'weights', value => value * 1.000_001),
  },
  {
    name: 'the link is forgotten',
    versions: hasGeneralized,
    plant: replaceOperator('map', { op: 'map', attributes: { function: 'negate' } }),
  },
  {
    name: 'the link is a power of two',
    versions: hasGeneralized,
    plant: everyAttribute('map', 'function', value => (value === 'exp' ? 'exp2' : value)),
  },
  {
    name: 'the offset of one class is not added again',
    versions: hasOneClass,
    plant: everyNumber('columnwise', 'operand', () => 0, isOperation('add')),
  },
  {
    name: 'the border of one class is off',
    versions: hasOneClass,
    plant: everyAttribute('above', 'threshold', () => 0.5),
  },
];
