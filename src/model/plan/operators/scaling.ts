import {
  defineOperators,
  expectShape,
  matrix,
  matrixInput,
  numericInput,
  sizeOf,
  type NodeFacts,
} from './definition.ts';

/** One number for all columns, or one for each. */
function expectColumns(node: NodeFacts, array: string, width: number): void {
  if (sizeOf(node, array, 0) !== 1) expectShape(node, array, [width]);
}

/** Columns and rows brought to a common size. */
export const scalingOperators = defineOperators({
  clip: {
    meaning:
      'Values below `low` become it, values above `high` become that; one number for all columns or one for each. NaN stays.',
    inputs: 1,
    attributes: {},
    arrays: { low: { dtype: 'f64', rank: 1 }, high: { dtype: 'f64', rank: 1 } },
    check(node) {
      const width = matrixInput(node);
      expectColumns(node, 'low', width);
      expectColumns(node, 'high', width);
      return matrix(width);
    },
  },
  notBelow: {
    meaning:
      'Passes its input on; refuses values below `least`, and that value itself when `strict`. NaN passes. `owner` is the class that error messages speak of.',
    inputs: 1,
    attributes: { owner: { kind: 'text' }, least: { kind: 'number' }, strict: { kind: 'flag' } },
    keepsValues: true,
    arrays: {},
    check(node) {
      const { kind, width } = numericInput(node);
      return { kind, width };
    },
  },
  unitRows: {
    meaning:
      'Each row divided by its norm: the sum of absolute values (l1), the root of the sum of squares (l2), the largest absolute value (max) or the largest value (signedMax). A row whose norm is 0 stays.',
    inputs: 1,
    attributes: { norm: { kind: 'choice', of: ['l1', 'l2', 'max', 'signedMax'] } },
    arrays: {},
    check(node) {
      const { kind, width } = numericInput(node);
      if (kind === 'sparse' && node.attributes['norm'] === 'signedMax') node.fail('signedMax takes a matrix');
      return { kind, width };
    },
  },
  scaleColumns: {
    meaning: 'Each column of sparse rows, or of a matrix, times its own number.',
    inputs: 1,
    attributes: {},
    arrays: { factors: { dtype: 'f64', rank: 1 } },
    check(node) {
      const { kind, width } = numericInput(node);
      expectShape(node, 'factors', [width]);
      return { kind, width };
    },
  },
  unitColumns: {
    meaning:
      'Each column divided by its length (the root of its squares) over all rows of the call; a column of zeros stays.',
    inputs: 1,
    attributes: {},
    arrays: {},
    check: node => matrix(matrixInput(node)),
  },
  step: {
    meaning: '1 where the value is above `threshold`, else 0, as numbers.',
    inputs: 1,
    attributes: { threshold: { kind: 'number' } },
    arrays: {},
    check(node) {
      const { kind, width } = numericInput(node);
      if (kind === 'sparse' && (node.attributes['threshold'] as number) < 0)
        node.fail('a threshold below 0 takes a matrix');
      return { kind, width };
    },
  },
  power: {
    meaning:
      'The power transformation of Box and Cox (1964), or of Yeo and Johnson (2000), of each column with its own exponent; `inverse` undoes it.',
    inputs: 1,
    attributes: {
      form: { kind: 'choice', of: ['boxCox', 'yeoJohnson'] },
      inverse: { kind: 'flag' },
    },
    arrays: { exponents: { dtype: 'f64', rank: 1 } },
    check(node) {
      const width = matrixInput(node);
      expectShape(node, 'exponents', [width]);
      return matrix(width);
    },
  },
});
