import { everyAttribute, everyNumber, type Fault } from './plant.ts';

function sinceNovelty(version: string): boolean {
  return !version.startsWith('0.18');
}

export const faults: readonly Fault[] = [
  {
    name: 'a bandwidth a tenth off',
    plant: everyAttribute('logDensity', 'bandwidth', (width: number) => width * 1.1),
  },
  { name: 'densities are not normalised', plant: everyAttribute('logDensity', 'shift', () => 0) },
  { name: 'every kernel is linear', plant: everyAttribute('logDensity', 'kernel', () => 'linear') },
  {
    name: 'weights of rows are even',
    plant: everyNumber(
      'logDensity',
      'weights',
      () => 1,
      node => node.arrays['weights'] !== undefined,
    ),
    versions: sinceNovelty,
  },
  {
    name: 'rows are reached from anywhere',
    plant: everyNumber('outlierFactor', 'reach', () => 0),
    versions: sinceNovelty,
  },
  {
    name: 'densities are a hundredth off',
    plant: everyNumber('outlierFactor', 'density', value => value * 1.01),
    versions: sinceNovelty,
  },
];
