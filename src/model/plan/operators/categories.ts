import {
  defineOperators,
  expectShape,
  expectStarts,
  expectTexts,
  expectWithin,
  matrix,
  matrixInput,
  sizeOf,
  textArrays,
  textsInput,
  widestMatrix,
  type AttributeRule,
  type NodeFacts,
} from './definition.ts';

const unknownRules = {
  owner: { kind: 'text' },
  unknown: { kind: 'choice', of: ['refuse', 'value'] },
} as const satisfies Readonly<Record<string, AttributeRule>>;

/** Categories column by column: `starts` has one group for each column, and each category has a value. */
function expectGroups(node: NodeFacts, width: number, total: number): void {
  expectShape(node, 'starts', [width + 1]);
  expectStarts(node, 'starts', total);
  expectShape(node, 'values', [total]);
  expectShape(node, 'others', [width]);
  if (node.attributes['unknown'] === 'value') sizeOf(node, 'others', 0);
}

/** From categories to numbers, column by column. */
export const categoryOperators = defineOperators({
  encode: {
    meaning:
      'Each value becomes the one of `values` that belongs to its category: `categories` holds those of column `c` from `starts[c]` to `starts[c + 1]`; NaN may be one. Other values become `others` of the column, or are refused.',
    inputs: 1,
    attributes: unknownRules,
    arrays: {
      categories: { dtype: 'f64', rank: 1 },
      starts: { dtype: 'i32', rank: 1 },
      values: { dtype: 'f64', rank: 1 },
      others: { dtype: 'f64', rank: 1, optional: true },
    },
    check(node) {
      const width = matrixInput(node);
      expectGroups(node, width, sizeOf(node, 'categories', 0));
      return matrix(width);
    },
  },
  encodeTexts: {
    meaning:
      'As `encode`, of texts; a missing text is the category that `missing` names for the column, an unknown one (-1), or refused (-2).',
    inputs: 1,
    attributes: unknownRules,
    arrays: {
      ...textArrays('categories'),
      starts: { dtype: 'i32', rank: 1 },
      values: { dtype: 'f64', rank: 1 },
      others: { dtype: 'f64', rank: 1, optional: true },
      missing: { dtype: 'i32', rank: 1 },
    },
    check(node) {
      const width = textsInput(node);
      const total = expectTexts(node, 'categories');
      expectGroups(node, width, total);
      expectShape(node, 'missing', [width]);
      expectWithin(node, 'missing', total, -2);
      return matrix(width);
    },
  },
  labelSets: {
    meaning:
      'All columns of the request, each row a set of labels: 1 in the column of every class that is among them, else 0. Classes are the texts `classes` or the numbers `numbers`. A missing label is none, one that is no class is passed over or refused.',
    inputs: 0,
    opens: true,
    attributes: {
      owner: { kind: 'text' },
      unknown: { kind: 'choice', of: ['pass', 'refuse'] },
    },
    arrays: {
      classes: { dtype: 'u8', rank: 1, optional: true },
      classesStarts: { dtype: 'i32', rank: 1, optional: true },
      numbers: { dtype: 'f64', rank: 1, optional: true },
    },
    check(node) {
      const isTexts = node.shape('classes') !== undefined;
      if (isTexts === (node.shape('numbers') !== undefined))
        return node.fail('classes are either texts or numbers');
      return matrix(isTexts ? expectTexts(node, 'classes') : sizeOf(node, 'numbers', 0));
    },
  },
  digestTexts: {
    meaning:
      'How many of a row’s texts fall into each of `width` columns: the MD5 digest of a text in UTF-8, a number whose first byte is the most significant, modulo `width`. A missing text falls into none.',
    inputs: 1,
    attributes: { width: { kind: 'integer', min: 1, max: widestMatrix } },
    arrays: {},
    check(node) {
      textsInput(node);
      return matrix(node.attributes['width'] as number);
    },
  },
  oneHot: {
    meaning:
      'A row of `width` zeros with a 1 in every column that the input names, as sparse rows or a matrix. Columns come in rising order; one below 0 is none.',
    inputs: 1,
    attributes: {
      width: { kind: 'integer', min: 1, max: widestMatrix },
      form: { kind: 'choice', of: ['sparse', 'matrix'] },
    },
    arrays: {},
    check(node) {
      matrixInput(node);
      const width = node.attributes['width'] as number;
      return node.attributes['form'] === 'sparse' ? { kind: 'sparse', width } : matrix(width);
    },
  },
});
