import { everyAttribute, everyNumber, type Fault } from './plant.ts';

export const faults: readonly Fault[] = [
  { name: 'topics have other words', plant: everyNumber('topics', 'weights', value => value + 0.01) },
  { name: 'the prior is larger', plant: everyAttribute('topics', 'prior', (prior: number) => prior + 0.1) },
  { name: 'a single step is done', plant: everyAttribute('topics', 'steps', () => 1) },
  { name: 'a single round is done', plant: everyAttribute('nonnegativeParts', 'steps', () => 1) },
  { name: 'nothing is penalised', plant: everyAttribute('nonnegativeParts', 'l1', () => 0) },
  { name: 'one atom is taken', plant: everyAttribute('matchingPursuit', 'count', () => 1) },
  {
    name: 'atoms lie elsewhere',
    plant: everyNumber('matchingPursuit', 'gram', value => (value > 0.999 ? value : value * 1.01)),
  },
  { name: 'codes are not cut', plant: everyNumber('clip', 'high', value => (value < 100 ? 0 : value)) },
];
