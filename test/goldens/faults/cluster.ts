import { everyAttribute, everyNumber, type Fault } from './plant.ts';

const fromBisecting = (version: string): boolean => !/^(?:0\.|1\.0\.)/.test(version);

export const faults: readonly Fault[] = [
  {
    name: 'distances are to other centres',
    plant: everyNumber('productDistances', 'centres', value => value * 1.5),
  },
  {
    name: 'distances are compared by their roots, which are equal where squares are not',
    versions: version => !/^(?:0\.2|1\.0)/.test(version),
    plant: everyAttribute('productDistances', 'squared', () => false),
  },
  {
    name: 'the length of a centre is left out',
    versions: version => !version.startsWith('0.18') && !version.startsWith('0.20'),
    plant: everyNumber('affine', 'bias', value => (value < 0 ? 0 : value)),
  },
  {
    name: 'a row goes to the farther of two centres',
    versions: fromBisecting,
    plant: everyAttribute('step', 'threshold', () => -1e9),
  },
  {
    name: 'a group of columns has one column more',
    plant: everyNumber('columnwise', 'operand', value => value + 1),
  },
];
