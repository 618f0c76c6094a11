/** Ways of spoiling a plan, from which the families' faults are made. */
import {
  viewOf,
  type ArrayRef,
  type ArrayType,
  type Plan,
  type PlanNode,
} from '../../../src/model/plan/index.ts';

/** A plan whose parts may be spoilt. */
export type Spoilt = { -readonly [K in keyof Plan]: Plan[K] } & { nodes: Editable[] };
export interface Editable extends Omit<PlanNode, 'attributes'> {
  attributes: Record<string, string | number | boolean>;
}

/** A copy that shares nothing with the plan. */
export function copyOf(plan: Plan): Spoilt {
  const { buffer, ...json } = plan;
  const copy = new SharedArrayBuffer(buffer.byteLength);
  new Uint8Array(copy).set(new Uint8Array(buffer));
  return { ...(JSON.parse(JSON.stringify(json)) as Omit<Plan, 'buffer'>), buffer: copy } as Spoilt;
}

/** What somebody could get wrong in a family. */
export interface Fault {
  readonly name: string;
  /** Versions of the library that have something to spoil; without it, all. */
  readonly versions?: (version: string) => boolean;
  /** Spoils a copy; tells whether there was anything to spoil. */
  plant(plan: Spoilt): boolean;
}

/** An array of a node, to be changed in place. */
export function arrayOf<T extends ArrayType>(plan: Spoilt, node: Editable, name: string, dtype: T) {
  return viewOf(plan.buffer, { ...(node.arrays[name] as ArrayRef), dtype });
}

/** Spoils every node of an operator. */
export function everyNode(plan: Spoilt, op: string, spoil: (node: Editable) => boolean): boolean {
  return plan.nodes.filter(node => node.op === op).reduce((any, node) => spoil(node) || any, false);
}

/** Changes every number of an array of the nodes of an operator. */
export function everyNumber(
  op: string,
  array: string,
  change: (value: number) => number,
  when: (node: Editable) => boolean = () => true,
) {
  return (plan: Spoilt): boolean =>
    everyNode(plan, op, node => {
      if (!when(node)) return false;
      const values = arrayOf(plan, node, array, 'f64');
      const before = values.slice();
      for (const [index, value] of before.entries()) values[index] = change(value);
      return before.some((value, index) => value !== values[index]);
    });
}

/** Changes an attribute of every node of an operator. */
export function everyAttribute(
  op: string,
  name: string,
  change: (value: never) => string | number | boolean,
) {
  return (plan: Spoilt): boolean =>
    everyNode(plan, op, node => {
      const before = node.attributes[name];
      node.attributes[name] = change(before as never);
      return node.attributes[name] !== before;
    });
}

/** Exchanges the first two labels of the first output that has labels. */
export function swapLabels(plan: Spoilt): boolean {
  const result = plan.results.find(one => one.labels !== undefined);
  if (result?.labels === undefined) return false;
  if (result.labels.datatype === 'BYTES') {
    const strings = result.labels.strings as string[];
    [strings[0], strings[1]] = [strings[1] as string, strings[0] as string];
    return strings.length > 1;
  }
  const values = viewOf(plan.buffer, result.labels.array) as Float64Array;
  if (values.length < 2) return false;
  [values[0], values[1]] = [values[1] as number, values[0] as number];
  return true;
}

/** Puts another operator of the same inputs and width in the place of one. */
export function replaceOperator(op: string, by: Pick<PlanNode, 'op' | 'attributes'>) {
  return (plan: Spoilt): boolean => {
    const index = plan.nodes.findIndex(node => node.op === op);
    if (index === -1) return false;
    plan.nodes[index] = { ...(plan.nodes[index] as Editable), ...by, attributes: { ...by.attributes } };
    return true;
  };
}

/** Whether a `columnwise` node does this operation. */
export function isOperation(operation: string) {
  return (node: Editable): boolean => node.attributes['operation'] === operation;
}
