import { arrayOf, everyNode, everyNumber, type Fault } from './plant.ts';

/** Exchanges the places of the first two categories. */
function swapped(op: string): Fault['plant'] {
  return plan =>
    everyNode(plan, op, node => {
      const values = arrayOf(plan, node, 'values', 'f64');
      const [first, second] = values;
      if (first === undefined || second === undefined) return false;
      values[0] = second;
      values[1] = first;
      return first !== second;
    });
}

export const faults: readonly Fault[] = [
  { name: 'the first two categories of numbers are exchanged', plant: swapped('encode') },
  {
    name: 'the first two categories of texts are exchanged',
    plant: swapped('encodeTexts'),
    versions: version => !version.startsWith('0.18'),
  },
  {
    name: 'unknown categories count as the first column',
    plant: everyNumber(
      'encode',
      'others',
      value => (value === -1 ? 0 : value),
      node => 'others' in node.arrays,
    ),
  },
];
