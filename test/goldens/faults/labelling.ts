import { everyNumber, type Fault } from './plant.ts';

export const faults: readonly Fault[] = [
  {
    name: 'places of texts count from 1',
    plant: everyNumber('encodeTexts', 'values', value => value + 1),
  },
  {
    name: 'unknown labels are of the first class',
    plant: everyNumber(
      'encode',
      'others',
      value => (value === -1 ? 0 : value),
      node => 'others' in node.arrays,
    ),
  },
];
