import { shiftKey, swapChildrenOfRoots, turnMissing } from './plant-trees.ts';
import { everyNumber, swapLabels, type Fault } from './plant.ts';

export const faults: readonly Fault[] = [
  { name: 'the first two classes are swapped', plant: swapLabels },
  { name: 'trees compare with < in place of <=', plant: shiftKey(-1) },
  { name: 'thresholds are a float32 step too high', plant: shiftKey(1) },
  { name: 'the children of each root are swapped', plant: swapChildrenOfRoots },
  {
    name: 'missing values go the other way',
    versions: version => !/^(0|1\.[0-2])\./.test(version),
    plant: turnMissing,
  },
  {
    name: 'leaves are a hundred-thousandth off',
    plant: everyNumber('trees', 'leaves', value => value * 1.000_01),
  },
];
