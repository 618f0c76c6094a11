import { everyAttribute, everyNumber, isOperation, type Fault } from './plant.ts';

export const faults: readonly Fault[] = [
  {
    name: 'weights are a thousandth larger',
    plant: everyNumber('affine', 'weights', value => value * 1.001),
  },
  {
    name: 'rows are not centred',
    plant: everyNumber('columnwise', 'operand', () => 0, isOperation('subtract')),
  },
  {
    name: 'nothing is whitened',
    plant: everyNumber('columnwise', 'operand', () => 1, isOperation('divide')),
  },
  {
    name: 'kernels have another gamma',
    plant: everyAttribute('kernel', 'gamma', (gamma: number) => gamma + 0.01),
  },
];
