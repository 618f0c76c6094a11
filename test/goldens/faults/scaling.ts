import { everyNumber, isOperation, type Fault } from './plant.ts';

export const faults: readonly Fault[] = [
  {
    name: 'the mean is not subtracted',
    plant: everyNumber('columnwise', 'operand', () => 0, isOperation('subtract')),
  },
  { name: 'nothing is divided', plant: everyNumber('columnwise', 'operand', () => 1, isOperation('divide')) },
];
