import type { NodeType, OperatorName, Plan } from '../../plan/index.ts';
import type { Block, KernelRow } from './kernel.ts';
import { SparseRows } from './sparse.ts';
import { bufferOf, reservedBytes } from './wasm/instance.ts';

/** Between two blocks: what is written in whole vectors may go beyond its end. */
const gapBytes = 64;

/** Fewer bytes in all are never worth a function of WebAssembly. */
const fewestBytes = 2 ** 14;

function spaceOf(values: number): number {
  return Math.ceil((values * 8) / gapBytes) * gapBytes + gapBytes;
}

type NewMatrix = (values: number) => Float64Array;

/** Cuts one memory into matrices: functions of WebAssembly then read and write blocks where they stand. */
function matricesOf(sizes: readonly number[]): NewMatrix {
  const bytes = sizes.reduce((sum, values) => sum + spaceOf(values), reservedBytes);
  const buffer = bytes < fewestBytes ? undefined : bufferOf(bytes);
  if (buffer === undefined) return values => new Float64Array(values);
  let end = reservedBytes;
  return values => {
    const start = end;
    end += spaceOf(values);
    return new Float64Array(buffer, start, values);
  };
}

function blockOf({ kind, width }: NodeType, rows: number, matrix: NewMatrix): Block {
  switch (kind) {
    case 'matrix':
      return matrix(rows * width);
    case 'codes':
      return new Int32Array(rows * width);
    case 'texts':
      return Array.from<null>({ length: rows * width }).fill(null);
    case 'sparse':
      return new SparseRows(rows);
  }
}

/** The memory that each node of a plan writes to, for `rows` rows; some pass on what their first input has written. */
export function blocksOf(
  plan: Plan,
  types: readonly NodeType[],
  kernels: ReadonlyMap<OperatorName, KernelRow>,
  rows: number,
): readonly Block[] {
  const passes = plan.nodes.map(({ op }) => kernels.get(op)?.passes === true);
  const sizes = types
    .filter(({ kind }, index) => kind === 'matrix' && passes[index] !== true)
    .map(({ width }) => rows * width);
  const matrix = matricesOf(sizes);
  const blocks: Block[] = [];
  for (const [index, node] of plan.nodes.entries()) {
    const passed = passes[index] === true ? blocks[node.inputs[0] as number] : undefined;
    blocks.push(passed ?? blockOf(types[index] as NodeType, rows, matrix));
  }
  return blocks;
}
