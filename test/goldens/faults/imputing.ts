import { everyAttribute, everyNumber, type Fault } from './plant.ts';

function since(...versions: readonly string[]): (version: string) => boolean {
  return version => !versions.some(one => version.startsWith(one));
}

export const faults: readonly Fault[] = [
  {
    name: 'missing values become twice the number',
    plant: everyNumber('impute', 'fill', value => value * 2 + 1),
  },
  {
    name: 'other texts are missing',
    plant: everyAttribute('imputeTexts', 'missing', missing => (missing === 'none' ? 'text' : 'none')),
    versions: since('0.18'),
  },
  {
    name: 'nothing counts as missing',
    plant: everyAttribute('isMissing', 'missing', () => 'number'),
    versions: since('0.18'),
  },
  {
    name: 'a neighbour more is asked',
    plant: everyAttribute('imputeNearest', 'neighbours', (neighbours: number) => neighbours + 1),
    versions: since('0.18', '0.20'),
  },
  {
    name: 'neighbours count equally',
    plant: everyAttribute('imputeNearest', 'weights', () => 'uniform'),
    versions: since('0.18', '0.20'),
  },
];
