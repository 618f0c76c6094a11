import { arrayOf, everyAttribute, everyNode, everyNumber, type Fault } from './plant.ts';

const with18 = (version: string): boolean => !version.startsWith('0.18');
const withSplines = (version: string): boolean => version.startsWith('1.');

export const faults: readonly Fault[] = [
  {
    name: 'a product has another column',
    plant: plan =>
      everyNode(plan, 'products', node => {
        const columns = arrayOf(plan, node, 'columns', 'i32');
        const changed = columns.at(-1) !== 0;
        columns[columns.length - 1] = 0;
        return changed;
      }),
  },
  {
    name: 'a logarithm is of another base',
    plant: plan =>
      everyNode(plan, 'map', node => {
        const wrong = node.attributes['function'] === 'log2';
        if (wrong) node.attributes['function'] = 'log10';
        return wrong;
      }),
  },
  {
    name: 'values are cut at another number',
    plant: everyNumber('clip', 'high', value => value * 1.01),
  },
  {
    name: 'numbers are rounded to one decimal less',
    plant: everyNumber('columnwise', 'operand', value => (value === 100 ? 10 : value)),
  },
  {
    name: 'bins begin above their edges',
    plant: everyNumber('discretize', 'edges', value => value + 1e-9),
    versions: version => with18(version) && !/^(0\.|1\.0)/.test(version),
  },
  {
    name: 'values below an edge never count as above',
    plant: everyAttribute('discretize', 'relative', () => 0),
    versions: version => /^(0\.2|1\.0)/.test(version),
  },
  {
    name: 'quantiles are places',
    plant: everyAttribute('quantiles', 'inverse', () => true),
    versions: with18,
  },
  {
    name: 'nothing is normal',
    plant: plan =>
      everyNode(plan, 'map', node => {
        const normal = node.attributes['function'] === 'probit';
        if (normal) node.attributes['function'] = 'normalCdf';
        return normal;
      }),
    versions: with18,
  },
  {
    name: 'the outer polynomials of splines go on',
    plant: everyAttribute('splines', 'outside', () => 'continue'),
    versions: withSplines,
  },
  {
    name: 'knots are elsewhere',
    plant: everyNumber('splines', 'knots', value => value + 1e-3),
    versions: withSplines,
  },
];
