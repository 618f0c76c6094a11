import { everyNumber, type Fault } from './plant.ts';

export const faults: readonly Fault[] = [
  { name: 'missing numbers are 1', plant: everyNumber('impute', 'fill', () => 1) },
  { name: 'columns are not centred', plant: everyNumber('columnwise', 'operand', value => value + 0.5) },
];
