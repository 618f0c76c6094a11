import {
  codesInput,
  defineOperators,
  expectShape,
  expectStarts,
  matrix,
  matrixInput,
  sizeOf,
  type NodeFacts,
} from './definition.ts';

/** No machine of pairs has more classes: their decisions alone would be half a million columns. */
const mostClasses = 1024;

/** The number of classes k whose pairs (0,1), (0,2), … (k-2,k-1) a matrix has one column each for. */
function classesOfPairs(node: NodeFacts, pairs: number): number {
  const classes = (1 + Math.sqrt(1 + 8 * pairs)) / 2;
  if (!Number.isInteger(classes) || classes < 2 || classes > mostClasses)
    return node.fail(`${pairs} columns are not the pairs of 2 to ${mostClasses} classes`);
  return classes;
}

/** Classification by a vote of pairs of classes, as libsvm does it. */
export const pairOperators = defineOperators({
  pairDecisions: {
    meaning:
      'One decision for each pair of classes from kernel values: `coefficients` [classes - 1, vectors], vectors grouped by class at `starts` [classes + 1], `intercepts` [pairs].',
    inputs: 1,
    attributes: {},
    arrays: {
      coefficients: { dtype: 'f64', rank: 2 },
      starts: { dtype: 'i32', rank: 1 },
      intercepts: { dtype: 'f64', rank: 1 },
    },
    check(node) {
      const vectors = matrixInput(node);
      const classes = sizeOf(node, 'starts', 0) - 1;
      if (classes < 2 || classes > mostClasses) node.fail(`${classes} classes, expected 2 to ${mostClasses}`);
      const pairs = (classes * (classes - 1)) / 2;
      expectShape(node, 'coefficients', [classes - 1, vectors]);
      expectShape(node, 'intercepts', [pairs]);
      expectStarts(node, 'starts', vectors);
      return matrix(pairs);
    },
  },
  pairVotes: {
    meaning:
      'The class with the most pairs won (a decision above 0 is the first class of the pair); the first of equals.',
    inputs: 1,
    attributes: {},
    arrays: {},
    check: node => ({ kind: 'codes', width: 1, cardinality: classesOfPairs(node, matrixInput(node)) }),
  },
  pairToRest: {
    meaning:
      'Votes of each class plus its summed decisions squeezed to below a vote: into (-1/3, 1/3) row by row, or into (-1/2, 1/2) by the largest sum of all rows of the call. A decision below 0 is a vote for the second class of its pair, unless a second input has the votes: codes, 0 for the first class and 1 for the second.',
    inputs: 'many',
    attributes: { scale: { kind: 'choice', of: ['row', 'call'] } },
    arrays: {},
    check(node) {
      const pairs = matrixInput(node);
      if (node.inputs.length > 2) node.fail('takes one input or two');
      if (node.inputs.length === 2) {
        const { width, cardinality } = codesInput(node, 1);
        if (width !== pairs || cardinality > 2) node.fail(`input 1 must have ${pairs} columns of 0 and 1`);
      }
      return matrix(classesOfPairs(node, pairs));
    },
  },
  pairProbabilities: {
    meaning:
      'Platt’s sigmoid 1 / (1 + exp(slope decision + offset)) of each pair, coupled into one probability a class.',
    inputs: 1,
    attributes: {},
    arrays: { slope: { dtype: 'f64', rank: 1 }, offset: { dtype: 'f64', rank: 1 } },
    check(node) {
      const pairs = matrixInput(node);
      expectShape(node, 'slope', [pairs]);
      expectShape(node, 'offset', [pairs]);
      return matrix(classesOfPairs(node, pairs));
    },
  },
});
