import { everyNumber, type Fault } from './plant.ts';

export const faults: readonly Fault[] = [
  {
    name: 'distances are to other centres',
    plant: everyNumber('productDistances', 'centres', value => value * 1.5),
  },
];
