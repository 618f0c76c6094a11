import {
  defineOperators,
  expectShape,
  expectStarts,
  expectTexts,
  expectWithin,
  matrix,
  matrixInput,
  numericInput,
  sizeOf,
  textsInput,
  widestMatrix,
} from './definition.ts';

/** Where rows come from, and how columns are picked and put together. */
export const rowOperators = defineOperators({
  input: {
    meaning:
      'The numeric features of the request named by `columns` [width], or all of them in the order of training; `owner` is the class that error messages speak of. A column whose `groups` [width + 1] in the texts `categories` are not empty may come as texts too: each becomes its position in the group; others become NaN, or are refused when `unknown` is refuse. A missing text is NaN.',
    inputs: 0,
    attributes: {
      width: { kind: 'integer', min: 1, max: widestMatrix },
      owner: { kind: 'text' },
      unknown: { kind: 'choice', of: ['missing', 'refuse'], optional: true },
    },
    keepsValues: true,
    arrays: {
      columns: { dtype: 'i32', rank: 1, optional: true },
      categories: { dtype: 'u8', rank: 1, optional: true },
      categoriesStarts: { dtype: 'i32', rank: 1, optional: true },
      groups: { dtype: 'i32', rank: 1, optional: true },
    },
    check(node) {
      const width = node.attributes['width'] as number;
      expectShape(node, 'columns', [width]);
      if (node.shape('groups') === undefined) return matrix(width);
      expectShape(node, 'groups', [width + 1]);
      expectStarts(node, 'groups', expectTexts(node, 'categories'));
      return matrix(width);
    },
  },
  inputTexts: {
    meaning: 'The features of the request named by `columns` [width], as texts.',
    inputs: 0,
    attributes: { owner: { kind: 'text' } },
    arrays: { columns: { dtype: 'i32', rank: 1 } },
    check: node => ({ kind: 'texts', width: sizeOf(node, 'columns', 0) }),
  },
  eachRow: {
    meaning:
      'A 0 for each row of the request, whatever its columns are. `owner` is the class that error messages speak of.',
    inputs: 0,
    opens: true,
    attributes: { owner: { kind: 'text' } },
    arrays: {},
    check: () => matrix(1),
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
    meaning:
      'The columns of a matrix or of sparse rows listed, in that order; a column may come several times.',
    inputs: 1,
    attributes: {},
    keepsValues: true,
    arrays: { indices: { dtype: 'i32', rank: 1 } },
    check(node) {
      const { kind, width } = numericInput(node);
      return { kind, width: expectWithin(node, 'indices', width).length };
    },
  },
  textColumns: {
    meaning: 'The columns of texts listed, in that order.',
    inputs: 1,
    attributes: {},
    arrays: { indices: { dtype: 'i32', rank: 1 } },
    check: node => ({
      kind: 'texts',
      width: expectWithin(node, 'indices', textsInput(node)).length,
    }),
  },
  dense: {
    meaning: 'A matrix of sparse rows.',
    inputs: 1,
    attributes: {},
    keepsValues: true,
    arrays: {},
    check(node) {
      const { kind, width } = numericInput(node);
      return kind === 'sparse' ? matrix(width) : node.fail('input 0 must be sparse');
    },
  },
  concatenateSparse: {
    meaning: 'The columns of all inputs, sparse or not, side by side as sparse rows.',
    inputs: 'many',
    attributes: {},
    keepsValues: true,
    arrays: {},
    check: node => ({
      kind: 'sparse',
      width: node.inputs.reduce((sum, _, index) => sum + numericInput(node, index).width, 0),
    }),
  },
  concatenateTexts: {
    meaning: 'The columns of texts of all inputs side by side.',
    inputs: 'many',
    attributes: {},
    arrays: {},
    check: node => ({
      kind: 'texts',
      width: node.inputs.reduce((sum, _, index) => sum + textsInput(node, index), 0),
    }),
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
