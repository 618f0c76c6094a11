import {
  defineOperators,
  expectShape,
  expectTexts,
  matrix,
  matrixInput,
  sizeOf,
  textArrays,
  textsInput,
  type AttributeRule,
} from './definition.ts';

/** Which values count as missing: NaN, or one number. */
const missingRules = {
  missing: { kind: 'choice', of: ['nan', 'number'] },
  number: { kind: 'number' },
} as const satisfies Readonly<Record<string, AttributeRule>>;

/** Values that are not there. */
export const missingOperators = defineOperators({
  impute: {
    meaning: 'Missing values become the number of `fill` of their column.',
    inputs: 1,
    attributes: missingRules,
    arrays: { fill: { dtype: 'f64', rank: 1 } },
    check(node) {
      const width = matrixInput(node);
      expectShape(node, 'fill', [width]);
      return matrix(width);
    },
  },
  imputeTexts: {
    meaning:
      'Missing texts, or those that are `text` when `missing` is text, become the one of `fill` of their column.',
    inputs: 1,
    attributes: { missing: { kind: 'choice', of: ['none', 'text'] }, text: { kind: 'text' } },
    arrays: textArrays('fill'),
    check(node) {
      const width = textsInput(node);
      const count = expectTexts(node, 'fill');
      return count === width
        ? { kind: 'texts', width }
        : node.fail(`fill has ${count} texts for ${width} columns`);
    },
  },
  isMissing: {
    meaning: '1 where a value is missing, else 0.',
    inputs: 1,
    attributes: missingRules,
    arrays: {},
    check: node => matrix(matrixInput(node)),
  },
  isMissingText: {
    meaning: '1 where a text is missing, or is `text` when `missing` is text; else 0.',
    inputs: 1,
    attributes: { missing: { kind: 'choice', of: ['none', 'text'] }, text: { kind: 'text' } },
    arrays: {},
    check: node => matrix(textsInput(node)),
  },
  choose: {
    meaning:
      'The second input where the third, a matrix of the same width, is not 0, and the first elsewhere.',
    inputs: 3,
    attributes: {},
    arrays: {},
    check(node) {
      const width = matrixInput(node);
      if (matrixInput(node, 1) !== width || matrixInput(node, 2) !== width)
        node.fail('takes three matrices of the same width');
      return matrix(width);
    },
  },
  imputeNearest: {
    meaning:
      'A missing value becomes the mean of its column in those `neighbours` rows of `fitted` [rows, inputs] that have it and are nearest by the distance over the columns both have, scaled up to all of them; weighted by 1 / distance when `weights` is distance. Where no row has a distance, the value of `fill`. Rows without a distance are the farthest ones when `strangers` is set, else none.',
    inputs: 1,
    attributes: {
      ...missingRules,
      neighbours: { kind: 'integer', min: 1, max: 2 ** 31 - 1 },
      weights: { kind: 'choice', of: ['uniform', 'distance'] },
      strangers: { kind: 'flag' },
    },
    arrays: { fitted: { dtype: 'f64', rank: 2 }, fill: { dtype: 'f64', rank: 1 } },
    check(node) {
      const width = matrixInput(node);
      expectShape(node, 'fitted', [sizeOf(node, 'fitted', 0), width]);
      expectShape(node, 'fill', [width]);
      return matrix(width);
    },
  },
});
