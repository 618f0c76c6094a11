import { everyAttribute, everyNumber, isOperation, type Fault } from './plant.ts';

export const faults: readonly Fault[] = [
  {
    name: 'rows are not centred',
    plant: everyNumber('columnwise', 'operand', () => 0, isOperation('subtract')),
  },
  {
    name: 'the border lies elsewhere',
    plant: everyNumber('columnwise', 'operand', value => value * 1.01, isOperation('add')),
  },
  {
    name: 'the precision is a hundredth off',
    plant: everyNumber('affine', 'weights', value => value * 1.01),
  },
  {
    name: 'a root is cubic',
    versions: version => version.startsWith('0.18'),
    plant: everyAttribute('raise', 'exponent', () => 1 / 3),
  },
];
