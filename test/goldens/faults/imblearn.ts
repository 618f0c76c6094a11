import { everyNumber, swapLabels, type Fault } from './plant.ts';

export const faults: readonly Fault[] = [
  { name: 'labels are exchanged', plant: swapLabels },
  {
    name: 'weights are a thousandth larger',
    plant: everyNumber('affine', 'weights', value => value * 1.001),
  },
];
