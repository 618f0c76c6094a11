import { defineOperators, expectShape, matrix, matrixInput, sizeOf, widestMatrix } from './definition.ts';

/** Where rows come from, and how columns are picked and put together. */
export const rowOperators = defineOperators({
  input: {
    meaning:
      'The numeric features of the request, in the order of training; `owner` is the class that error messages speak of.',
    inputs: 0,
    attributes: { width: { kind: 'integer', min: 1, max: widestMatrix }, owner: { kind: 'text' } },
    keepsValues: true,
    arrays: {},
    check: ({ attributes }) => matrix(attributes['width'] as number),
  },
  finite: {
    meaning:
      'Passes its input on; refuses infinities, values beyond float32 when `range` is f32, and NaN unless `nan` is allow.',
    inputs: 1,
    attributes: {
      owner: { kind: 'text' },
      nan: { kind: 'choice', of: ['allow', 'refuse'] },
      range: { kind: 'choice', of: ['f64', 'f32'] },
    },
    keepsValues: true,
    arrays: {},
    check: node => matrix(matrixInput(node)),
  },
  columns: {
    meaning: 'The columns listed, in that order; a column may come several times.',
    inputs: 1,
    attributes: {},
    keepsValues: true,
    arrays: { indices: { dtype: 'i32', rank: 1 } },
    check(node) {
      const width = matrixInput(node);
      const indices = node.array('indices', 'i32');
      for (const index of indices) {
        if (index < 0 || index >= width) node.fail(`column ${index} of an input with ${width} columns`);
      }
      return matrix(indices.length);
    },
  },
  concatenate: {
    meaning: 'The columns of all inputs side by side.',
    inputs: 'many',
    attributes: {},
    keepsValues: true,
    arrays: {},
    check: node => matrix(node.inputs.reduce((sum, _, index) => sum + matrixInput(node, index), 0)),
  },
  columnwise: {
    meaning:
      'Each column with its own number, or every column with the same one: `x operation operand`. With `operandToo` the operand is rounded as well where the step is computed in float32.',
    inputs: 1,
    attributes: {
      operation: { kind: 'choice', of: ['add', 'subtract', 'multiply', 'divide'] },
      operandToo: { kind: 'flag' },
    },
    arrays: { operand: { dtype: 'f64', rank: 1 } },
    check(node) {
      const width = matrixInput(node);
      if (sizeOf(node, 'operand', 0) !== 1) expectShape(node, 'operand', [width]);
      return matrix(width);
    },
  },
});
