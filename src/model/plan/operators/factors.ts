import { defineOperators, expectShape, matrix, matrixInput, numericInput, sizeOf } from './definition.ts';

/** Shares of learnt parts that a row is made of, found step by step. */
export const factorOperators = defineOperators({
  topics: {
    meaning:
      'Shares of the topics in a row of counts: variational inference of latent Dirichlet allocation (Blei, Ng and Jordan, 2003) from equal shares, with `weights` [topics, inputs] = exp(E[log β]) and `prior`, until the mean change of a step is below `tolerance` or `steps` are done.',
    inputs: 1,
    attributes: {
      prior: { kind: 'number' },
      steps: { kind: 'integer', min: 0, max: 100_000 },
      tolerance: { kind: 'number' },
    },
    arrays: { weights: { dtype: 'f64', rank: 2 } },
    check(node) {
      const topics = sizeOf(node, 'weights', 0);
      if (topics < 1) node.fail('has no topics');
      expectShape(node, 'weights', [topics, numericInput(node).width]);
      return matrix(topics);
    },
  },
  nonnegativeParts: {
    meaning:
      'How much of each of `parts` [parts, inputs] is in a row, none below 0: coordinate descent on the squared difference with penalties `l1` and `l2` (Hsieh and Dhillon, 2011). It starts from zeros and stops after `steps` rounds, or once the projected gradients of all rows of the call have sunk below the share `tolerance` of those of the first round.',
    inputs: 1,
    attributes: {
      l1: { kind: 'number' },
      l2: { kind: 'number' },
      steps: { kind: 'integer', min: 1, max: 100_000 },
      tolerance: { kind: 'number' },
    },
    arrays: { parts: { dtype: 'f64', rank: 2 } },
    check(node) {
      const parts = sizeOf(node, 'parts', 0);
      if (parts < 1 || parts > 4096) node.fail(`has ${parts} parts, expected 1 to 4096`);
      expectShape(node, 'parts', [parts, numericInput(node).width]);
      return matrix(parts);
    },
  },
  matchingPursuit: {
    meaning:
      'A row as a sum of at most `count` atoms, from its products with all of them and `gram`, their products with each other: orthogonal matching pursuit with a Cholesky factor (Rubinstein, Zibulevsky and Elad, 2008). The atom whose product with what is left is farthest from 0 comes next, until none adds anything.',
    inputs: 1,
    attributes: { count: { kind: 'integer', min: 1, max: 4096 } },
    arrays: { gram: { dtype: 'f64', rank: 2 } },
    check(node) {
      const atoms = matrixInput(node);
      const count = node.attributes['count'] as number;
      if (count > atoms) node.fail(`takes ${count} of ${atoms} atoms`);
      expectShape(node, 'gram', [atoms, atoms]);
      return matrix(atoms);
    },
  },
});
