import {
  defineOperators,
  expectShape,
  expectStarts,
  expectWithin,
  matrix,
  matrixInput,
  numericInput,
  sizeOf,
  widestMatrix,
  type AttributeRule,
} from './definition.ts';

const ofDotProducts = ['linear', 'poly', 'sigmoid'];

/** Powers are by squaring when `degree` is a whole number from 0 on. */
function attributesFor(functions: readonly string[]): Readonly<Record<string, AttributeRule>> {
  return {
    function: { kind: 'choice', of: functions },
    gamma: { kind: 'number' },
    coef0: { kind: 'number' },
    degree: { kind: 'number' },
  };
}

/** Similarities of rows and learnt vectors. */
export const kernelOperators = defineOperators({
  kernel: {
    meaning:
      'A kernel function of the row and each of `vectors` [vectors, inputs]: dot, (gamma dot + coef0)^degree, tanh(gamma dot + coef0), |difference|², exp(-gamma |difference|²), exp(-gamma Σ|difference|), exp(-gamma Σ|difference|^degree) (powers), -Σ difference² / sum, or the exponential of gamma times that; or the product of 1 - d (tent), 1 - 3d² + 2d³ (cubic), with d the difference of a column or 1 where it is more, or of 1 where there is none and else 0 (nugget).',
    inputs: 1,
    attributes: attributesFor([
      ...ofDotProducts,
      'squares',
      'rbf',
      'laplacian',
      'powers',
      'tent',
      'cubic',
      'nugget',
      'additiveChi2',
      'chi2',
    ]),
    arrays: { vectors: { dtype: 'f64', rank: 2 } },
    check(node) {
      const vectors = sizeOf(node, 'vectors', 0);
      expectShape(node, 'vectors', [vectors, matrixInput(node)]);
      return matrix(vectors);
    },
  },
  kernelSparse: {
    meaning:
      'The same for vectors that are mostly 0, of rows that are sparse or not: `values` of each column from `starts` [inputs + 1] on, and the `rows` of the vectors that have them.',
    inputs: 1,
    attributes: {
      ...attributesFor([...ofDotProducts, 'rbf']),
      vectors: { kind: 'integer', min: 1, max: widestMatrix },
    },
    arrays: {
      values: { dtype: 'f64', rank: 1 },
      rows: { dtype: 'i32', rank: 1 },
      starts: { dtype: 'i32', rank: 1 },
    },
    check(node) {
      const { width } = numericInput(node);
      const vectors = node.attributes['vectors'] as number;
      const values = sizeOf(node, 'values', 0);
      expectShape(node, 'rows', [values]);
      expectWithin(node, 'rows', vectors);
      const columns = expectStarts(node, 'starts', values);
      if (columns !== width) node.fail(`${columns} columns of vectors for ${width} inputs`);
      return matrix(vectors);
    },
  },
});
