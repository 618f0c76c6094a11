import type { ArrayOf, ArrayRef, ArrayType, NodeType, PlanNode } from '../../plan/index.ts';
import { viewOf } from '../../plan/index.ts';

/** Rows of a node, row-major: float64 for a matrix, int32 for codes. As many rows as a block has; not all are in use. */
export type Block = Float64Array | Int32Array;

/** Which rows of the request the blocks hold now, for messages. */
export interface Frame {
  /** Number of the block's first row in the request. */
  first: number;
  /** Whether the request's features are float32. */
  single: boolean;
  /** Words that find a value in the request, e.g. `input-0, row 3, column 2 'age'`; rows count within the block. */
  place(row: number, column: number): string;
}

/** A node with the memory it works in. */
export interface Site {
  readonly node: PlanNode;
  readonly inputs: readonly NodeType[];
  readonly output: NodeType;
  readonly blocks: readonly Block[];
  readonly target: Block;
  readonly buffer: SharedArrayBuffer;
  readonly frame: Frame;
}

/** Computes the first `rows` rows of the target from those of the inputs. */
export type Kernel = (rows: number) => void;

/**
 * A kernel whose answer for a row depends on all rows of the call. The call's blocks are gone through twice: `survey` sees
 * each of them before `run` does.
 */
export interface SurveyingKernel {
  begin(): void;
  readonly survey: Kernel;
  readonly run: Kernel;
}

/** What a cost is estimated from. */
export type Sizes = Pick<Site, 'node' | 'inputs' | 'output'>;

/** How an operator is computed. */
export interface KernelRow {
  /** Nanoseconds a row, within a factor of two or three on a 3 GHz core. */
  cost(sizes: Sizes): number;
  /** The target is the first input itself: nothing is written. */
  readonly passes?: boolean;
  make(site: Site): Kernel | SurveyingKernel;
}

export function defineKernels<const Table extends Readonly<Record<string, KernelRow>>>(table: Table): Table {
  return table;
}

/** An array that the operator's definition requires. */
export function arrayOf<T extends ArrayType>(
  site: Pick<Site, 'node' | 'buffer'>,
  name: string,
  dtype: T,
): ArrayOf[T] {
  return viewOf(site.buffer, { ...(site.node.arrays[name] as ArrayRef), dtype });
}

/** The rows of a matrix input; the plan's check has made sure that it is one. */
export function matrixOf(site: Site, input = 0): Float64Array {
  return site.blocks[input] as Float64Array;
}

export function widthOf(site: Pick<Site, 'inputs'>, input = 0): number {
  return (site.inputs[input] as NodeType).width;
}
