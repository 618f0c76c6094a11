import { hasArray, swapChildrenOfRoots, swapTargets, turnCategories, turnMissing } from './plant-trees.ts';
import { everyAttribute, everyNumber, swapLabels, type Fault } from './plant.ts';

/** Categories came with 0.24. */
const withCategories = (version: string): boolean => !version.startsWith('0.22.');

/** From 1.4 on an encoder comes first, which gives unknown categories as missing. */
const withoutEncoder = (version: string): boolean => /^(0\.24|1\.[0-3])\./.test(version);

/** Until 1.1 every number is a byte: -1 is 255, which is unknown. */
const castToBytes = (version: string): boolean => /^(0\.24|1\.[01])\./.test(version);
const withNegatives = (version: string): boolean => withoutEncoder(version) && !castToBytes(version);

export const faults: readonly Fault[] = [
  { name: 'the first two classes are swapped', plant: swapLabels },
  { name: 'the children of each root are swapped', plant: swapChildrenOfRoots },
  { name: 'missing values go the other way', plant: turnMissing },
  { name: 'the baseline is forgotten', plant: everyNumber('trees', 'start', () => 0, hasArray('start')) },
  {
    name: 'thresholds are rounded to float32',
    plant: everyNumber('trees', 'thresholds', value =>
      Number.isFinite(value) ? Math.fround(value) + 1e-7 : value,
    ),
  },
  {
    name: 'the trees of two classes are swapped',
    plant: swapTargets,
  },
  { name: 'unknown categories go the other way', versions: castToBytes, plant: turnCategories(0b100, 8) },
  { name: 'negative categories go the other way', versions: withNegatives, plant: turnCategories(0b10) },
  {
    name: 'numbers beyond a byte are no categories',
    versions: withoutEncoder,
    plant: everyNumber('weightedSum', 'weights', value => (value === -256 ? 0 : value)),
  },
  {
    name: 'numbers beyond integers of 32 bits are cast like others',
    versions: withoutEncoder,
    plant: everyNumber('clip', 'high', value => (value === 2 ** 31 ? 2 ** 52 : value)),
  },
  { name: 'missing categories go the other way', versions: withCategories, plant: turnCategories(0b100) },
  { name: 'category 0 goes the other way', versions: withCategories, plant: turnCategories(0b1000) },
  {
    name: 'losses of the logarithm are not taken back',
    versions: withCategories,
    plant: everyAttribute('map', 'function', value => (value === 'exp' ? 'negate' : value)),
  },
];
