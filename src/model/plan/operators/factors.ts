import {
  defineOperators,
  expectShape,
  matrix,
  matrixInput,
  numericInput,
  sizeOf,
  widestMatrix,
  type NodeFacts,
} from './definition.ts';

/** Products that the rounds over a row add up at most: 2048 rounds of 4096 atoms. */
const mostDescended = 2 ** 35;

/** Rounds that a descent over so many atoms may take for a row. */
export function mostDescentSteps(atoms: number): number {
  return Math.min(100_000, Math.floor(mostDescended / atoms ** 2));
}

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
  multiplicativeParts: {
    meaning:
      'How much of each of `parts` [parts, inputs] is in a row, none below 0: multiplicative updates on the `beta`-divergence with penalties `l1` and `l2` (Févotte and Idier, 2011). All shares start from the root of the mean of all rows of the call, divided by the number of parts. It stops after `steps` rounds, or, with a `tolerance` above 0: where `stop` is error, once ten rounds have taken less than that share of the first error of all rows away; where it is change, once a round moves the shares of all rows by no more than that. Divisors and bases of negative powers that are 0, or with `lift` small those below 2^-23, count as 2^-23.',
    inputs: 1,
    attributes: {
      beta: { kind: 'number' },
      l1: { kind: 'number' },
      l2: { kind: 'number' },
      steps: { kind: 'integer', min: 1, max: 100_000 },
      tolerance: { kind: 'number' },
      stop: { kind: 'choice', of: ['error', 'change'] },
      lift: { kind: 'choice', of: ['zeros', 'small'] },
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
  leastAngles: {
    meaning:
      'Shares of atoms in a row, from its products with all of them and `gram`, their products with each other: least angle regression (Efron, Hastie, Johnstone and Tibshirani, 2004), with `lasso` the path of the lasso, on which atoms leave where their share becomes 0; with `positive` none below 0. The path ends after `steps`, or where the largest product with what is left, divided by `columns`, has sunk to `penalty`.',
    inputs: 1,
    attributes: {
      penalty: { kind: 'number' },
      columns: { kind: 'integer', min: 1, max: widestMatrix },
      steps: { kind: 'integer', min: 0, max: 100_000 },
      lasso: { kind: 'flag' },
      positive: { kind: 'flag' },
    },
    arrays: { gram: { dtype: 'f64', rank: 2 } },
    check(node) {
      const atoms = matrixInput(node);
      if (atoms > 1024) node.fail(`has ${atoms} atoms, expected 1 to 1024`);
      checkPenalty(node);
      expectShape(node, 'gram', [atoms, atoms]);
      return matrix(atoms);
    },
  },
  lassoDescent: {
    meaning:
      'Shares of atoms in a row, the second input, from its products with all of them, the first, and `gram`, their products with each other: coordinate descent on half the squared difference with the penalty `penalty` on the absolute shares; with `positive` none below 0. It stops after `steps` rounds, or once a round changes the shares by no more than the part `tolerance` and the duality gap is no more than that part of the squared row. With `screens` atoms of which the gap tells that they have no share are left out (Ndiaye, Fercoq, Gramfort and Salmon, 2017).',
    inputs: 2,
    attributes: {
      penalty: { kind: 'number' },
      steps: { kind: 'integer', min: 1, max: 100_000 },
      tolerance: { kind: 'number' },
      positive: { kind: 'flag' },
      screens: { kind: 'flag' },
    },
    arrays: { gram: { dtype: 'f64', rank: 2 } },
    check(node) {
      const atoms = matrixInput(node);
      matrixInput(node, 1);
      checkPenalty(node);
      const steps = node.attributes['steps'] as number;
      const most = mostDescentSteps(atoms);
      if (steps > most) node.fail(`has ${steps} steps with ${atoms} atoms, expected ${most} at most`);
      expectShape(node, 'gram', [atoms, atoms]);
      return matrix(atoms);
    },
  },
});

/** Below 0 there is no least difference, and no end of the way to it. */
function checkPenalty(node: NodeFacts): void {
  const penalty = node.attributes['penalty'] as number;
  if (penalty < 0) node.fail(`has penalty ${penalty}, expected 0 or more`);
}
