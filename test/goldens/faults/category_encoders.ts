import { arrayOf, everyNode, everyNumber, type Fault } from './plant.ts';

export const faults: readonly Fault[] = [
  {
    name: 'labels of texts are of the next number',
    plant: everyNumber('encodeTexts', 'values', value => value + 1),
  },
  {
    name: 'labels that are numbers are not found',
    plant: everyNumber('encode', 'categories', value => value + 0.5),
  },
  {
    name: 'unknown texts are of the first label',
    plant: plan =>
      everyNode(plan, 'encodeTexts', node => {
        if (!('others' in node.arrays)) return false;
        const others = arrayOf(plan, node, 'others', 'f64');
        const values = arrayOf(plan, node, 'values', 'f64');
        const starts = arrayOf(plan, node, 'starts', 'i32');
        for (const column of others.keys()) others[column] = values[starts[column] as number] as number;
        return true;
      }),
  },
  {
    name: 'missing texts are unknown ones',
    plant: plan =>
      everyNode(plan, 'encodeTexts', node => {
        // What refuses unknown ones would not answer at all.
        if (node.attributes['unknown'] === 'refuse') return false;
        const missing = arrayOf(plan, node, 'missing', 'i32');
        if (!missing.some(place => place >= 0)) return false;
        missing.fill(-1);
        return true;
      }),
  },
  {
    name: 'digests are those of the text before',
    plant: plan =>
      everyNode(plan, 'inputTexts', node => {
        if (!plan.nodes.some(({ op }) => op === 'digestTexts')) return false;
        const columns = arrayOf(plan, node, 'columns', 'i32');
        columns.fill(columns[0] as number);
        return columns.length > 1;
      }),
  },
  {
    name: 'digits and contrasts are those of the label before',
    plant: plan =>
      everyNode(plan, 'lookup', node => {
        const table = arrayOf(plan, node, 'table', 'f64');
        const width = arrayOf(plan, node, 'bias', 'f64').length;
        table.copyWithin(width, 0, table.length - width);
        return true;
      }),
  },
];
