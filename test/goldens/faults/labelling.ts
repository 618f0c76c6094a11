import { arrayOf, everyNode, everyNumber, type Fault } from './plant.ts';

/** 0.18 refuses labels that are no class: it would not answer at all. */
const passes = (version: string): boolean => !version.startsWith('0.18.');

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
  {
    name: 'a set’s classes of texts are others',
    versions: passes,
    plant: plan =>
      everyNode(plan, 'labelSets', node => {
        if (!('classes' in node.arrays)) return false;
        const bytes = arrayOf(plan, node, 'classes', 'u8');
        bytes[0] = (bytes[0] as number) ^ 1;
        return true;
      }),
  },
  {
    name: 'a set’s classes of numbers are off by one',
    versions: passes,
    plant: everyNumber(
      'labelSets',
      'numbers',
      value => value + 1,
      node => 'numbers' in node.arrays,
    ),
  },
];
