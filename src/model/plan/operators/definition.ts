import type { ArrayOf, PlanArray } from '../arrays.ts';
import type { ArrayType, Attribute } from '../plan.ts';

/**
 * What a node gives for each row: a matrix of float64 `[rows, width]`, or codes (int32 `[rows, width]`, each at least 0
 * and below `cardinality`) that an output's labels or a later operator give a meaning to.
 */
export type Shape =
  | { readonly kind: 'matrix'; readonly width: number }
  | { readonly kind: 'codes'; readonly width: number; readonly cardinality: number };

/** `single`: the values are float32 when the features of the call are. */
export type NodeType = Shape & { readonly single: boolean };

/** What an attribute may be. Numbers are finite: JSON has no others. */
export type AttributeRule =
  | { readonly kind: 'integer'; readonly min: number; readonly max: number }
  | { readonly kind: 'number' }
  | { readonly kind: 'text' }
  | { readonly kind: 'flag' }
  | { readonly kind: 'choice'; readonly of: readonly string[] };

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
