import { arrayTypeOf, viewOf, type PlanArray } from './arrays.ts';
import { checkNode, typesOf } from './check.ts';
import type { NodeType, OperatorName } from './operators/index.ts';
import {
  planVersion,
  type ArrayRef,
  type ArrayType,
  type Attribute,
  type Plan,
  type PlanNode,
} from './plan.ts';

/** An array on its way into a plan: elements in row-major order, and their shape when it is not simply their number. */
export interface NewArray {
  readonly values: PlanArray;
  readonly shape: readonly number[];
}

/** What `finish` needs besides the nodes. */
export type PlanHead = Pick<
  Plan,
  | 'source'
  | 'description'
  | 'inputs'
  | 'outputs'
  | 'features'
  | 'featureNames'
  | 'lenientColumns'
  | 'furtherColumns'
  | 'openColumns'
>;

/** A label table before its array has a place in the buffer. */
export type NewLabels =
  | { readonly datatype: 'BYTES'; readonly strings: readonly string[] }
  | { readonly datatype: 'INT64'; readonly values: BigInt64Array }
  | { readonly datatype: 'INT32'; readonly values: Int32Array }
  | { readonly datatype: 'FP64'; readonly values: Float64Array }
  | { readonly datatype: 'BOOL'; readonly values: Uint8Array };

export interface NewResult {
  readonly node: number;
  readonly labels?: NewLabels | undefined;
}

const firstCapacity = 4096;

/**
 * A list of texts as the two arrays that an operator with `textArrays(name)` takes: UTF-8 bytes one after another, and
 * int32 starts `[texts + 1]`.
 */
export function encodeTexts<const Name extends string>(
  name: Name,
  texts: readonly string[],
): Readonly<Record<Name | `${Name}Starts`, PlanArray>> {
  const parts = texts.map(text => Buffer.from(text));
  const starts = new Int32Array(texts.length + 1);
  for (const [index, part] of parts.entries()) starts[index + 1] = (starts[index] as number) + part.length;
  return { [name]: new Uint8Array(Buffer.concat(parts)), [`${name}Starts`]: starts } as Readonly<
    Record<Name | `${Name}Starts`, PlanArray>
  >;
}

/** The texts that each column knows, in order; undefined for a column of numbers. */
export type ColumnTexts = readonly (readonly string[] | undefined)[];

/** The arrays by which `input` reads texts as numbers: texts of all columns, and where those of each column start. */
export function encodeCategories(
  columns: ColumnTexts,
): Readonly<Record<'categories' | 'categoriesStarts' | 'groups', PlanArray>> {
  const groups = new Int32Array(columns.length + 1);
  for (const [column, texts] of columns.entries())
    groups[column + 1] = (groups[column] as number) + (texts?.length ?? 0);
  return {
    ...encodeTexts(
      'categories',
      columns.flatMap(texts => texts ?? []),
    ),
    groups,
  };
}

/**
 * Writes a plan node by node. Each node is checked when it is added, so that a format learns at once which part of a
 * model file contradicts itself.
 */
export class PlanBuilder {
  readonly #nodes: PlanNode[] = [];
  readonly #types: NodeType[] = [];
  /** Where arrays stand that were given before: nodes that share trees share their memory. */
  readonly #stored = new WeakMap<PlanArray, number>();
  #buffer = new SharedArrayBuffer(firstCapacity);
  #used = 0;

  /**
   * Adds an application of an operator. An array given to several nodes is stored once; it must not change in between.
   * @param options `single`: see `PlanNode.single`
   * @returns the node's index
   * @throws `plan-invalid` when attributes, arrays and inputs do not fit each other
   */
  add(
    op: OperatorName,
    inputs: readonly number[],
    attributes: Readonly<Record<string, Attribute>> = {},
    arrays: Readonly<Record<string, PlanArray | NewArray>> = {},
    { single = false }: { readonly single?: boolean } = {},
  ): number {
    const refs: Record<string, ArrayRef> = {};
    for (const [name, array] of Object.entries(arrays)) refs[name] = this.#store(array);
    const node: PlanNode = { op, inputs, attributes, arrays: refs, ...(single ? { single } : {}) };
    this.#types.push(checkNode(node, this.#nodes.length, this.#types, this.#buffer));
    return this.#nodes.push(node) - 1;
  }

  /** What a node gives. */
  typeOf(node: number): NodeType {
    const type = this.#types[node];
    if (type === undefined) throw new RangeError(`no node ${node}`);
    return type;
  }

  /** @throws `plan-invalid` when outputs and results do not fit the nodes. */
  finish(head: PlanHead, results: readonly NewResult[]): Plan {
    const placed = results.map(({ node, labels }) => ({
      node,
      ...(labels === undefined ? {} : { labels: this.#storeLabels(labels) }),
    }));
    const buffer = new SharedArrayBuffer(this.#used);
    new Uint8Array(buffer).set(new Uint8Array(this.#buffer, 0, this.#used));
    const plan: Plan = {
      version: planVersion,
      kind: 'tabular',
      ...head,
      nodes: this.#nodes,
      results: placed,
      buffer,
    };
    typesOf(plan);
    return plan;
  }

  #storeLabels(labels: NewLabels): NonNullable<Plan['results'][number]['labels']> {
    if (labels.datatype === 'BYTES') return labels;
    return { datatype: labels.datatype, array: this.#store(labels.values) };
  }

  #store(array: PlanArray | NewArray): ArrayRef {
    const { values, shape } =
      'values' in array && 'shape' in array ? array : { values: array, shape: [array.length] };
    const dtype: ArrayType = arrayTypeOf(values);
    // The shape describes the elements given: an array that claims more would read its neighbours.
    if (shape.reduce((product, size) => product * size, 1) !== values.length)
      throw new RangeError(`${values.length} values for the shape [${shape.join(', ')}]`);
    const known = this.#stored.get(values);
    if (known !== undefined) return { dtype, shape, offset: known };
    const offset = this.#used;
    this.#reserve(offset + values.byteLength);
    const target = viewOf(this.#buffer, { dtype, shape: [values.length], offset });
    target.set(values as never);
    this.#used = Math.ceil((offset + values.byteLength) / 8) * 8;
    this.#stored.set(values, offset);
    return { dtype, shape, offset };
  }

  #reserve(bytes: number): void {
    const needed = Math.ceil(bytes / 8) * 8;
    if (needed <= this.#buffer.byteLength) return;
    const larger = new SharedArrayBuffer(Math.max(needed, this.#buffer.byteLength * 2));
    new Uint8Array(larger).set(new Uint8Array(this.#buffer, 0, this.#used));
    this.#buffer = larger;
  }
}
