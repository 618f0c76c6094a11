import { hasArray, shiftKey, swapChildrenOfRoots, swapTargets } from './plant-trees.ts';
import { everyAttribute, everyNumber, swapLabels, type Fault } from './plant.ts';

const atLeast = -Number.MIN_VALUE;

export const faults: readonly Fault[] = [
  { name: 'the first two classes are swapped', plant: swapLabels },
  { name: 'trees compare with < in place of <=', plant: shiftKey(-1) },
  { name: 'the children of each root are swapped', plant: swapChildrenOfRoots },
  { name: 'the start is forgotten', plant: everyNumber('trees', 'start', () => 0, hasArray('start')) },
  {
    name: 'the learning rate is a hundred-thousandth off',
    plant: everyNumber('trees', 'leaves', value => value * 1.000_01),
  },
  {
    name: 'the trees of two classes are swapped',
    plant: swapTargets,
  },
  {
    name: 'a score of 0 is the first class',
    versions: version => !version.startsWith('0.18.'),
    plant: everyAttribute('above', 'threshold', (value: number) => (value === atLeast ? 0 : value)),
  },
  {
    name: 'the logarithm of an init’s odds is not halved for the exponential loss',
    versions: version => !/^0\.(18|20)/.test(version),
    plant: everyNumber('columnwise', 'operand', value => (value === 0.5 ? 1 : value)),
  },
  {
    name: 'probabilities of an init are kept from 0 and 1 by less',
    versions: version => !/^0\.(18|20)/.test(version),
    plant: everyNumber('clip', 'low', value => value / 4),
  },
];
