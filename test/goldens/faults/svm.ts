import { everyAttribute, everyNumber, swapLabels, type Fault } from './plant.ts';

export const faults: readonly Fault[] = [
  { name: 'the intercepts of pairs are dropped', plant: everyNumber('pairDecisions', 'intercepts', () => 0) },
  {
    name: 'the coefficients of pairs are negated',
    plant: everyNumber('pairDecisions', 'coefficients', value => -value),
  },
  { name: 'the first two classes are swapped', plant: swapLabels },
  {
    name: 'gamma is a hundredth too large',
    plant: everyAttribute('kernel', 'gamma', (value: number) => value * 1.01),
  },
  { name: 'coef0 is dropped', plant: everyAttribute('kernel', 'coef0', () => 0) },
  {
    name: 'the degree is one too high',
    plant: everyAttribute('kernel', 'degree', (value: number) => (value > 0 ? value + 1 : value)),
  },
  {
    name: 'Platt’s slope has the wrong sign',
    plant: everyNumber('pairProbabilities', 'slope', value => -value),
  },
  { name: 'Platt’s offset is dropped', plant: everyNumber('pairProbabilities', 'offset', () => 0) },
  {
    name: 'pairs are scaled by the other rule',
    plant: everyAttribute('pairToRest', 'scale', value => (value === 'row' ? 'call' : 'row')),
  },
  {
    name: 'the decision of two classes is not turned round',
    plant: everyAttribute('map', 'function', value => (value === 'negate' ? 'exp' : value)),
  },
];
