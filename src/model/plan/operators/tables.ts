import {
  defineOperators,
  expectShape,
  expectStarts,
  matrix,
  matrixInput,
  sizeOf,
  type NodeFacts,
} from './definition.ts';

function expectRising(node: NodeFacts, array: string): void {
  const values = node.array(array, 'f64');
  for (let at = 0; at < values.length; at++) {
    if (!Number.isFinite(values[at])) node.fail(`${array} has ${values[at]}`);
    if (at > 0 && !((values[at - 1] as number) < (values[at] as number))) node.fail(`${array} must rise`);
  }
}

/** Values read off tables, and values kept within bounds. */
export const tableOperators = defineOperators({
  constant: {
    meaning: 'The same `values` for every row, whatever is in it.',
    inputs: 1,
    attributes: {},
    arrays: { values: { dtype: 'f64', rank: 1 } },
    check: node => matrix(sizeOf(node, 'values', 0)),
  },
  within: {
    meaning:
      'Passes its input on; refuses values below `low` or above `high`, each one number for all columns or one for each, in the name of `owner`.',
    inputs: 1,
    attributes: { owner: { kind: 'text' } },
    keepsValues: true,
    arrays: { low: { dtype: 'f64', rank: 1 }, high: { dtype: 'f64', rank: 1 } },
    check(node) {
      const width = matrixInput(node);
      for (const bound of ['low', 'high'])
        if (sizeOf(node, bound, 0) !== 1) expectShape(node, bound, [width]);
      return matrix(width);
    },
  },
  interpolate: {
    meaning:
      'Every value on the line through the points (`knots`, `heights`), at least two; before the first and after the last it is NaN, or the height there.',
    inputs: 1,
    attributes: { outside: { kind: 'choice', of: ['nan', 'nearest'] } },
    arrays: { knots: { dtype: 'f64', rank: 1 }, heights: { dtype: 'f64', rank: 1 } },
    check(node) {
      const knots = sizeOf(node, 'knots', 0);
      if (knots < 2) node.fail('interpolates between two knots at least');
      expectShape(node, 'heights', [knots]);
      expectRising(node, 'knots');
      return matrix(matrixInput(node));
    },
  },
  lookup: {
    meaning:
      'For each output the sum over the columns of a number of `table` [entries, outputs], plus `bias` [outputs]: the column’s value, its fraction dropped, counts from `starts` [inputs + 1]. A value without an entry is refused in the name of `owner`.',
    inputs: 1,
    attributes: { owner: { kind: 'text' } },
    arrays: {
      table: { dtype: 'f64', rank: 2 },
      starts: { dtype: 'i32', rank: 1 },
      bias: { dtype: 'f64', rank: 1 },
    },
    check(node) {
      const columns = expectStarts(node, 'starts', sizeOf(node, 'table', 0));
      const width = matrixInput(node);
      if (columns !== width) node.fail(`${columns} groups of entries for ${width} columns`);
      const outputs = sizeOf(node, 'table', 1);
      expectShape(node, 'bias', [outputs]);
      return matrix(outputs);
    },
  },
});
