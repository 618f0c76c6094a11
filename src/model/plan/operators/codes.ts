import { defineOperators, matrixInput, sizeOf } from './definition.ts';

/** From numbers to classes. */
export const codeOperators = defineOperators({
  argmax: {
    meaning: 'The column of the largest value of the row; the first of equals.',
    inputs: 1,
    attributes: {},
    arrays: {},
    check: node => ({ kind: 'codes', width: 1, cardinality: matrixInput(node) }),
  },
  above: {
    meaning: '1 where the value is above `threshold`, else 0.',
    inputs: 1,
    attributes: { threshold: { kind: 'number' } },
    arrays: {},
    check: node => ({ kind: 'codes', width: matrixInput(node), cardinality: 2 }),
  },
  stackCodes: {
    meaning:
      'Codes of all inputs side by side; `table` holds the new code of each code, the inputs’ tables one after another.',
    inputs: 'many',
    attributes: {},
    arrays: { table: { dtype: 'i32', rank: 1 } },
    check(node) {
      let width = 0;
      let entries = 0;
      for (const [index, input] of node.inputs.entries()) {
        if (input.kind !== 'codes') return node.fail(`input ${index} must be codes`);
        width += input.width;
        entries += input.cardinality;
      }
      if (sizeOf(node, 'table', 0) !== entries) node.fail(`table must have ${entries} entries`);
      let cardinality = 0;
      for (const code of node.array('table', 'i32')) {
        if (code < 0) node.fail(`table holds ${code}`);
        cardinality = Math.max(cardinality, code + 1);
      }
      return { kind: 'codes', width, cardinality };
    },
  },
});
