import { everyAttribute, everyNumber, type Fault } from './plant.ts';

export const faults: readonly Fault[] = [
  { name: 'a term is counted once a text', plant: everyAttribute('countTerms', 'binary', () => true) },
  { name: 'binary counts count', plant: everyAttribute('countTerms', 'binary', () => false) },
  {
    name: 'case is never folded',
    plant: everyAttribute('countTerms', 'lowercase', () => false),
  },
  { name: 'case is always folded', plant: everyAttribute('countTerms', 'lowercase', () => true) },
  { name: 'accents are kept', plant: everyAttribute('countTerms', 'accents', () => 'keep') },
  {
    name: 'terms have at most one word less',
    plant: everyAttribute('countTerms', 'most', (most: number) => Math.max(1, most - 1)),
  },
  { name: 'tokens of one letter count', plant: everyAttribute('countTerms', 'leastRun', () => 1) },
  { name: 'frequent terms weigh as much', plant: everyNumber('scaleColumns', 'factors', () => 1) },
  { name: 'rows have the other norm', plant: everyAttribute('unitRows', 'norm', () => 'max') },
  { name: 'all hashes count up', plant: everyAttribute('hashTerms', 'signs', () => false) },
];
