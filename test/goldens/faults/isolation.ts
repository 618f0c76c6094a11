import { shiftKey, swapChildrenOfRoots, turnMissing } from './plant-trees.ts';
import { everyAttribute, everyNumber, swapLabels, type Fault } from './plant.ts';

export const faults: readonly Fault[] = [
  { name: 'inliers and outliers are swapped', plant: swapLabels },
  { name: 'trees compare with < in place of <=', plant: shiftKey(-1) },
  { name: 'the children of each root are swapped', plant: swapChildrenOfRoots },
  { name: 'a leaf is one step deeper', plant: everyNumber('trees', 'leaves', value => value + 1) },
  {
    name: 'the mean is not taken as a power of 2',
    plant: everyAttribute('map', 'function', value => (value === 'exp2' ? 'exp' : value)),
  },
  {
    name: 'a row on the threshold is on the other side',
    versions: version => !version.startsWith('0.18.'),
    plant: everyAttribute('above', 'threshold', (value: number) => (value === -Number.MIN_VALUE ? 0 : value)),
  },
  {
    name: 'the offset is forgotten',
    versions: version => !version.startsWith('0.18.'),
    plant: everyNumber('columnwise', 'operand', value => (value < 0 ? 0 : value)),
  },
  {
    name: 'missing values go the other way',
    versions: version => /^1\.[6-9]\./.test(version),
    plant: turnMissing,
  },
];
