import { everyAttribute, everyNumber, type Fault } from './plant.ts';

/** Multiplicative updates came with 0.19. */
const since019 = (version: string): boolean => version !== '0.18.2';

export const faults: readonly Fault[] = [
  { name: 'topics have other words', plant: everyNumber('topics', 'weights', value => value + 0.01) },
  { name: 'the prior is larger', plant: everyAttribute('topics', 'prior', (prior: number) => prior + 0.1) },
  { name: 'a single step is done', plant: everyAttribute('topics', 'steps', () => 1) },
  { name: 'a single round is done', plant: everyAttribute('nonnegativeParts', 'steps', () => 1) },
  { name: 'nothing is penalised', plant: everyAttribute('nonnegativeParts', 'l1', () => 0) },
  {
    name: 'squares are what differs',
    versions: since019,
    plant: everyAttribute('multiplicativeParts', 'beta', () => 2),
  },
  {
    name: 'updates go on to the end',
    versions: since019,
    plant: everyAttribute('multiplicativeParts', 'tolerance', () => 0),
  },
  {
    name: 'updates are not penalised',
    versions: since019,
    plant: everyAttribute('multiplicativeParts', 'l1', () => 0),
  },
  {
    name: 'all rounds look at the change',
    versions: since019,
    plant: everyAttribute('multiplicativeParts', 'stop', () => 'change'),
  },
  {
    name: 'the penalty of a path is larger',
    plant: everyAttribute('leastAngles', 'penalty', (penalty: number) => penalty * 1.01),
  },
  { name: 'no atom leaves a path', plant: everyAttribute('leastAngles', 'lasso', () => false) },
  { name: 'a path takes one step', plant: everyAttribute('leastAngles', 'steps', () => 1) },
  {
    name: 'codes have signs',
    versions: since019,
    plant: everyAttribute('leastAngles', 'positive', () => false),
  },
  {
    name: 'the penalty of a descent is larger',
    plant: everyAttribute('lassoDescent', 'penalty', (penalty: number) => penalty * 1.01),
  },
  {
    name: 'a descent goes on for longer',
    plant: everyAttribute('lassoDescent', 'tolerance', (tolerance: number) => tolerance / 1e6),
  },
  { name: 'one atom is taken', plant: everyAttribute('matchingPursuit', 'count', () => 1) },
  {
    name: 'atoms lie elsewhere',
    plant: everyNumber('matchingPursuit', 'gram', value => (value > 0.999 ? value : value * 1.01)),
  },
  { name: 'codes are not cut', plant: everyNumber('clip', 'high', value => (value < 100 ? 0 : value)) },
];
