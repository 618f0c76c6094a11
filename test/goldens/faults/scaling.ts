import { everyAttribute, everyNumber, isOperation, type Fault } from './plant.ts';

export const faults: readonly Fault[] = [
  {
    name: 'the mean is not subtracted',
    plant: everyNumber('columnwise', 'operand', () => 0, isOperation('subtract')),
  },
  { name: 'nothing is divided', plant: everyNumber('columnwise', 'operand', () => 1, isOperation('divide')) },
  {
    name: 'nothing is multiplied',
    plant: everyNumber('columnwise', 'operand', () => 1, isOperation('multiply')),
  },
  {
    name: 'nothing is cut off',
    plant: everyNumber('clip', 'high', () => 1e300),
    versions: version => !/^0\.(18|20|22)/.test(version),
  },
  { name: 'rows are divided by another norm', plant: everyAttribute('unitRows', 'norm', () => 'l1') },
  {
    name: 'values on the threshold and below count as above',
    plant: everyAttribute('step', 'threshold', (threshold: number) => threshold - 1),
  },
  {
    name: 'exponents are those of the next power',
    plant: everyNumber('power', 'exponents', value => value + 1),
    versions: version => !version.startsWith('0.18'),
  },
];
