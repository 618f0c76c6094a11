import type { ArrayOf, PlanArray } from '../arrays.ts';
import type { ArrayType, Attribute } from '../plan.ts';

/**
 * What a node gives for each row: a matrix of float64 `[rows, width]`; the same with only the values that are not 0
 * (`sparse`); codes (int32 `[rows, width]`, each at least 0 and below `cardinality`) that an output's labels or a later
 * operator give a meaning to; or texts `[rows, width]`, null where one is missing.
 */
export type Shape =
  | { readonly kind: 'matrix'; readonly width: number }
  | { readonly kind: 'sparse'; readonly width: number }
  | { readonly kind: 'codes'; readonly width: number; readonly cardinality: number }
  | { readonly kind: 'texts'; readonly width: number };

/** `single`: the values are float32 when the features of the call are. */
export type NodeType = Shape & { readonly single: boolean };

/** What an attribute may be. Numbers are finite: JSON has no others. */
export type AttributeRule = { readonly optional?: boolean } & (
  | { readonly kind: 'integer'; readonly min: number; readonly max: number }
  | { readonly kind: 'number' }
  | { readonly kind: 'text' }
  | { readonly kind: 'flag' }
  | { readonly kind: 'choice'; readonly of: readonly string[] }
);

export interface ArrayRule {
  readonly dtype: ArrayType;
  readonly rank: number;
  readonly optional?: boolean;
}

/** A node whose attributes and arrays keep the definition's rules; what remains to check is how they fit together. */
export interface NodeFacts {
  readonly inputs: readonly NodeType[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  shape(array: string): readonly number[] | undefined;
  array<T extends ArrayType>(name: string, dtype: T): ArrayOf[T];
  /** Ends the check: the node is no good. */
  fail(problem: string): never;
}

/** An operator of the vocabulary: what a node of it must look like, and what it gives. */
export interface OperatorDefinition {
  /** What it computes, one sentence; the reference page prints it. */
  readonly meaning: string;
  /** How many nodes it takes; `many` is one or more. */
  readonly inputs: number | 'many';
  readonly attributes: Readonly<Record<string, AttributeRule>>;
  readonly arrays: Readonly<Record<string, ArrayRule>>;
  /** Checks that the parts fit each other, and tells what the node gives. */
  check(node: NodeFacts): Shape;
  /** Values pass unchanged, only their places differ: float32 stays float32. */
  readonly keepsValues?: boolean;
  /** It reads the columns of a request itself, whatever they are: see `openColumns` of a plan. */
  readonly opens?: boolean;
}

/** No matrix is wider: a row of it is 128 MiB. */
export const widestMatrix = 2 ** 24;

export function matrix(width: number): Shape {
  return { kind: 'matrix', width };
}

/** The width of an input that must be a matrix. */
export function matrixInput(node: NodeFacts, index = 0): number {
  const input = node.inputs[index];
  if (input?.kind !== 'matrix') return node.fail(`input ${index} must be a matrix`);
  return input.width;
}

/** An input that is a matrix or sparse. */
export function numericInput(node: NodeFacts, index = 0): Shape & { readonly kind: 'matrix' | 'sparse' } {
  const input = node.inputs[index];
  if (input?.kind !== 'matrix' && input?.kind !== 'sparse')
    return node.fail(`input ${index} must be numbers`);
  return input;
}

/** The width of an input that must be texts. */
export function textsInput(node: NodeFacts, index = 0): number {
  const input = node.inputs[index];
  if (input?.kind !== 'texts') return node.fail(`input ${index} must be texts`);
  return input.width;
}

/** The width and cardinality of an input that must be codes. */
export function codesInput(node: NodeFacts, index = 0): Shape & { readonly kind: 'codes' } {
  const input = node.inputs[index];
  if (input?.kind !== 'codes') return node.fail(`input ${index} must be codes`);
  return input;
}

/** Every element of an int32 array is at least `from` and below `limit`. */
export function expectWithin(node: NodeFacts, array: string, limit: number, from = 0): Int32Array {
  const indices = node.array(array, 'i32');
  for (const index of indices) {
    if (index < from || index >= limit) node.fail(`${array} has ${index}, expected ${from} to ${limit - 1}`);
  }
  return indices;
}

/**
 * Starts of groups within `total` elements: int32, from 0, never falling, the last one `total`.
 * @returns the number of groups
 */
export function expectStarts(node: NodeFacts, array: string, total: number): number {
  const starts = node.array(array, 'i32');
  let before = 0;
  for (const start of starts) {
    if (start < before || start > total) node.fail(`${array} must rise from 0 to ${total}`);
    before = start;
  }
  if (starts[0] !== 0 || before !== total) node.fail(`${array} must rise from 0 to ${total}`);
  return starts.length - 1;
}

/**
 * A list of texts: UTF-8 bytes one after another in `array`, and their starts in `<array>Starts`.
 * @returns the number of texts
 */
export function expectTexts(node: NodeFacts, array: string): number {
  return expectStarts(node, `${array}Starts`, sizeOf(node, array, 0));
}

/** The two arrays of a list of texts, for an operator's `arrays`. */
export function textArrays<const Name extends string>(
  name: Name,
): { readonly [N in Name]: ArrayRule } & { readonly [N in `${Name}Starts`]: ArrayRule } {
  return {
    [name]: { dtype: 'u8', rank: 1 },
    [`${name}Starts`]: { dtype: 'i32', rank: 1 },
  } as { readonly [N in Name]: ArrayRule } & { readonly [N in `${Name}Starts`]: ArrayRule };
}

export function expectShape(node: NodeFacts, array: string, expected: readonly number[]): void {
  const shape = node.shape(array);
  if (shape === undefined) return;
  if (shape.length !== expected.length || shape.some((size, axis) => size !== expected[axis]))
    node.fail(`${array} has shape [${shape.join(', ')}], expected [${expected.join(', ')}]`);
}

/** The number of elements along an axis of a required array. */
export function sizeOf(node: NodeFacts, array: string, axis: number): number {
  return node.shape(array)?.[axis] ?? node.fail(`${array} is missing`);
}

/** Definitions are written as literals; this keeps their names for the table. */
export function defineOperators<const Table extends Readonly<Record<string, OperatorDefinition>>>(
  table: Table,
): Table {
  return table;
}

export type { PlanArray };
