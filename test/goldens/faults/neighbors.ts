import { everyAttribute, everyNode, everyNumber, type Editable, type Fault } from './plant.ts';

function hasAlone(node: Editable): boolean {
  return node.arrays['alone'] !== undefined;
}

function hasFactors(node: Editable): boolean {
  return node.arrays['factors'] !== undefined;
}

export const faults: readonly Fault[] = [
  {
    name: 'a neighbour less is asked',
    // Only the mean is of any number of neighbours; other nodes would not fit together.
    plant: plan =>
      everyNode(plan, 'meanAt', node => {
        const [nearest, weights] = node.inputs.map(input => plan.nodes[input]);
        const count = nearest?.attributes['count'];
        if (nearest?.op !== 'nearest' || weights !== undefined || typeof count !== 'number' || count < 2)
          return false;
        nearest.attributes['count'] = count - 1;
        return true;
      }),
  },
  {
    name: 'distances that are given are taken for places',
    plant: everyAttribute('nearest', 'metric', (value: string) => (value === 'given' ? 'euclidean' : value)),
  },
  {
    name: 'near rows do not count more',
    plant: plan =>
      everyNode(plan, 'meanAt', node => {
        if (node.inputs.length === 1) return false;
        (node as { inputs: readonly number[] }).inputs = node.inputs.slice(0, 1);
        return true;
      }),
  },
  {
    name: 'distances weigh, not their inverses',
    plant: plan =>
      everyNode(plan, 'sumVotes', node => {
        const weights = plan.nodes[node.inputs[1] as number];
        if (weights?.op !== 'closeness') return false;
        (node as { inputs: readonly number[] }).inputs = [
          node.inputs[0] as number,
          weights.inputs[0] as number,
        ];
        return true;
      }),
  },
  {
    name: 'every metric is the city block',
    plant: everyAttribute('nearest', 'metric', () => 'manhattan'),
  },
  {
    name: 'distances are the city block’s',
    plant: everyAttribute('distancesAt', 'metric', () => 'manhattan'),
  },
  {
    name: 'rows are looked at in their order, not in the tree’s',
    plant: everyAttribute('nearest', 'search', () => 'rows'),
  },
  { name: 'targets are a hundredth off', plant: everyNumber('meanAt', 'values', value => value * 1.01) },
  {
    name: 'the radius is a tenth off',
    plant: everyAttribute('meanWithin', 'radius', (radius: number) => radius * 1.1),
  },
  { name: 'all within count the same', plant: everyAttribute('meanWithin', 'weights', () => 'uniform') },
  {
    name: 'rows without neighbours are something else',
    plant: everyNumber('meanWithin', 'alone', value => (value === 0 ? 1 : 0), hasAlone),
  },
  {
    name: 'the weights of columns are squared',
    plant: everyNumber('nearest', 'factors', value => value * value, hasFactors),
  },
];
