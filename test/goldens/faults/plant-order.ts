/** Ways of mixing up which column is which. */
import { arrayOf, everyNode, type Editable, type Spoilt } from './plant.ts';

/** Turns an int32 array of every node of an operator round. */
export function everyListReversed(op: string, array: string) {
  return (plan: Spoilt): boolean =>
    everyNode(plan, op, node => {
      if (node.arrays[array] === undefined) return false;
      const values = arrayOf(plan, node, array, 'i32');
      const before = values.slice();
      values.reverse();
      return before.some((value, index) => value !== values[index]);
    });
}

/** Hands the inputs of every node of an operator over in the opposite order; `when` says of which. */
export function everyOrderReversed(op: string, when: (node: Editable) => boolean = () => true) {
  return (plan: Spoilt): boolean =>
    everyNode(plan, op, node => {
      if (!when(node)) return false;
      const reversed = node.inputs.toReversed();
      const changes = reversed.some((input, index) => input !== node.inputs[index]);
      Object.assign(node, { inputs: reversed });
      return changes;
    });
}
