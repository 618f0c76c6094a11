import { everyAttribute, everyNumber, isOperation, type Fault } from './plant.ts';

export const faults: readonly Fault[] = [
  {
    name: 'weights are a thousandth larger',
    plant: everyNumber('affine', 'weights', value => value * 1.001),
  },
  { name: 'offsets are dropped', plant: everyNumber('affine', 'bias', () => 0) },
  {
    name: 'rows are not centred',
    plant: everyNumber('columnwise', 'operand', () => 0, isOperation('subtract')),
  },
  {
    name: 'kernels have another gamma',
    plant: everyAttribute('kernel', 'gamma', (gamma: number) => gamma + 0.01),
  },
  {
    name: 'cosines are sines',
    plant: everyAttribute('map', 'function', name => (name === 'cos' ? 'sin' : name)),
  },
];
