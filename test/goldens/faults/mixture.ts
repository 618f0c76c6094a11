import { arrayOf, everyNode, everyNumber, isOperation, type Fault } from './plant.ts';

export const faults: readonly Fault[] = [
  { name: 'weights and determinants are dropped', plant: everyNumber('gaussian', 'logPrior', () => 0) },
  {
    name: 'the covariance is that of another scale',
    plant: everyNumber('mahalanobis', 'directions', value => value * 1.01),
  },
  {
    name: 'full and tied covariances lose their determinants and weights',
    plant: everyNumber('columnwise', 'operand', () => 0, isOperation('add')),
  },
  {
    name: 'components are weighed in another order',
    plant: plan =>
      everyNode(plan, 'columnwise', node => {
        const operand = arrayOf(plan, node, 'operand', 'f64');
        const before = operand.slice();
        operand.reverse();
        return operand.some((value, at) => value !== before[at]);
      }),
  },
  {
    name: 'distances are not halved',
    plant: everyNumber('columnwise', 'operand', () => -1, isOperation('multiply')),
  },
  {
    name: 'the oldest mixtures add nothing to their probabilities',
    versions: version => version.startsWith('0.18'),
    plant: everyNumber(
      'columnwise',
      'operand',
      value => (value === 2 ** -23 ? 0 : value),
      isOperation('add'),
    ),
  },
];
