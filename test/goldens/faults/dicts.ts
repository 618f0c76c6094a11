import { everyAttribute, everyNumber, type Fault } from './plant.ts';

export const faults: readonly Fault[] = [
  {
    name: 'texts that are not known are the first column',
    plant: everyNumber('encodeTexts', 'others', () => 0),
  },
  { name: 'a number that is missing is 1', plant: everyNumber('impute', 'fill', () => 1) },
  {
    name: 'hashed numbers have no signs',
    plant: everyAttribute('hashColumns', 'signs', (value: boolean) => !value),
  },
  {
    name: 'sums of hashed columns lose their signs, or keep them',
    plant: everyAttribute('hashColumns', 'absolute', (value: boolean) => !value),
  },
];
