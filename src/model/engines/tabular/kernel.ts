import type { ArrayOf, ArrayRef, ArrayType, NodeType, PlanNode } from '../../plan/index.ts';
import { viewOf } from '../../plan/index.ts';
import type { SparseRows } from './sparse.ts';

/** Texts, null where one is missing. */
export type Texts = (string | null)[];

/**
 * Rows of a node, row-major: float64 for a matrix, int32 for codes, an array of texts, or sparse rows. As many rows as a
 * block has; not all are in use.
 */
export type Block = Float64Array | Int32Array | Texts | SparseRows;

/** Which rows of the request the blocks hold now, for messages. */
export interface Frame {
  /** Number of the block's first row in the request. */
  first: number;
  /** Whether the request's features are float32. */
  single: boolean;
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
  /**
   * Words that find a value of the first input, e.g. `input 'x', row 3, column 2 'age'`; rows count within the block. A
   * column that was computed has no place in the request: it is named after the step, `owner`, that it is an input of.
   */
  place(row: number, column: number, owner: string): string;
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
export interface Sizes extends Pick<Site, 'node' | 'inputs' | 'output'> {
  /** Values that are not 0 in a row of each input, about; of what is not sparse, all of them. */
  readonly values: readonly number[];
  /** Characters of a row's texts, about; of all its inputs, or of the request where the operator reads that. */
  readonly characters: number;
  /** Columns of the request, where the operator reads that. */
  readonly columns: number;
  /** Whether there are enough rows for what is done with many at a time. */
  readonly many: boolean;
}

/** How an operator is computed. */
export interface KernelRow {
  /** Nanoseconds a row, within a factor of two or three on a 3 GHz core. */
  cost(sizes: Sizes): number;
  /** Values that are not 0 in a row of a sparse target, about; those of the first input where it is not said. */
  values?(sizes: Sizes): number;
  /** The target is the first input itself: nothing is written. */
  readonly passes?: boolean;
  /** Whether all that it does is to refuse what is NaN or infinite. */
  readonly refuses?: (node: PlanNode) => boolean;
  /** From a row of the first input with a NaN or an infinity comes no number that is finite. */
  readonly spreads?: boolean;
  make(site: Site): Kernel | SurveyingKernel;
}

/** Rows of a call from which some operators take many at a time: fewer are not worth what that needs. */
export const manyRows = 64;

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

/** The rows of a sparse input. */
export function sparseOf(site: Site, input = 0): SparseRows {
  return site.blocks[input] as SparseRows;
}

/** The rows of an input of texts. */
export function textsOf(site: Site, input = 0): Texts {
  return site.blocks[input] as Texts;
}

/** A list of texts among the node's arrays, which the plan's check has looked at. */
export function textListOf(site: Pick<Site, 'node' | 'buffer'>, name: string): string[] {
  const bytes = Buffer.from(arrayOf(site, name, 'u8'));
  const starts = arrayOf(site, `${name}Starts`, 'i32');
  const texts: string[] = [];
  for (let at = 0; at + 1 < starts.length; at++)
    texts.push(bytes.toString('utf8', starts[at], starts[at + 1]));
  return texts;
}

export function widthOf(site: Pick<Site, 'inputs'>, input = 0): number {
  return (site.inputs[input] as NodeType).width;
}

/** Values that are not 0 in a row of an input, about; all columns where it is not sparse. */
export function valuesOf({ values }: Pick<Sizes, 'values'>, input = 0): number {
  return values[input] ?? 1;
}
