import { defineOperators, matrix, matrixInput, numericInput } from './definition.ts';

/** NumPy's functions of one value; `probit` is the quantile of the normal distribution, `normalCdf` its inverse. */
const numpyFunctions = [
  'probit',
  'normalCdf',
  'abs',
  'arccos',
  'arccosh',
  'arcsin',
  'arcsinh',
  'arctan',
  'arctanh',
  'cbrt',
  'ceil',
  'cos',
  'cosh',
  'degrees',
  'expm1',
  'floor',
  'log10',
  'log1p',
  'log2',
  'radians',
  'reciprocal',
  'rint',
  'sign',
  'sin',
  'sinh',
  'sqrt',
  'square',
  'tan',
  'tanh',
  'trunc',
] as const;

/** Beyond this, 2^(1 - nu) / Γ(nu) is no normal number any more, and what it is multiplied with infinite. */
export const smoothestMatern = 150;

/** Functions of one value, and of one row at a time, that have nothing learnt in them. */
export const elementwiseOperators = defineOperators({
  cast32: {
    meaning: 'Rounds to the nearest float32, as a library does that keeps its data so.',
    inputs: 1,
    attributes: {},
    arrays: {},
    check(node) {
      const { kind, width } = numericInput(node);
      return { kind, width };
    },
  },
  map: {
    meaning:
      'One function of every value; logPositive is the logarithm in which 0 counts as the smallest normal number.',
    inputs: 1,
    attributes: {
      function: {
        kind: 'choice',
        of: [
          'negate',
          'exp',
          'exp2',
          'log',
          'logit',
          'sigmoid',
          'softplus',
          'signedSquare',
          'relu',
          'logPositive',
          ...numpyFunctions,
        ],
      },
    },
    arrays: {},
    check: node => matrix(matrixInput(node)),
  },
  raise: {
    meaning: 'Each value to the power `exponent`.',
    inputs: 1,
    attributes: { exponent: { kind: 'number' } },
    arrays: {},
    check: node => matrix(matrixInput(node)),
  },
  matern: {
    meaning:
      'The Matérn covariance of each distance d: 2^(1 - nu) / Γ(nu) z^nu K(z) with z = √(2 nu) d and the modified Bessel function of the second kind K of order `nu`.',
    inputs: 1,
    attributes: { nu: { kind: 'number' } },
    arrays: {},
    check(node) {
      const nu = node.attributes['nu'] as number;
      if (!(nu > 0 && nu <= smoothestMatern)) node.fail(`nu must be above 0 and at most ${smoothestMatern}`);
      return matrix(matrixInput(node));
    },
  },
  twoSided: {
    meaning: 'One column becomes two: `[1 - x, x]` (complement) or `[-x, x]` (negate).',
    inputs: 1,
    attributes: { form: { kind: 'choice', of: ['complement', 'negate'] } },
    arrays: {},
    check(node) {
      if (matrixInput(node) !== 1) node.fail('takes a single column');
      return matrix(2);
    },
  },
  softmax: {
    meaning: 'exp(x - largest of the row), divided by the sum of the row.',
    inputs: 1,
    attributes: {},
    arrays: {},
    check: node => matrix(matrixInput(node)),
  },
  normalizeRows: {
    meaning:
      'Each row divided by its sum; a sum of 0 divides as it is, keeps the row, or makes its parts even.',
    inputs: 1,
    attributes: { zero: { kind: 'choice', of: ['divide', 'keep', 'even'] } },
    arrays: {},
    check: node => matrix(matrixInput(node)),
  },
  logNormalize: {
    meaning:
      'x - log(sum of exp over the row): unnormalised log-probabilities become log-probabilities. With `inSteps` the largest is subtracted first, which keeps what lies beneath it when all are huge.',
    inputs: 1,
    attributes: { inSteps: { kind: 'flag', optional: true } },
    arrays: {},
    check: node => matrix(matrixInput(node)),
  },
});
