import type { Coded, NamedTensor, TensorSpec } from '../../../tensor/index.ts';
import { viewOf, type LabelTable, type PlanResult } from '../../plan/index.ts';
import type { Block } from './kernel.ts';
import type { SparseRows } from './sparse.ts';

function valuesOf(labels: LabelTable, buffer: SharedArrayBuffer): Coded['values'] {
  if (labels.datatype === 'BYTES') return labels.strings;
  return viewOf(buffer, labels.array) as BigInt64Array | Int32Array | Float64Array | Uint8Array;
}

/** Memory for an answer, by what the output is. */
export type Answer = Float64Array | Float32Array | Int32Array | BigInt64Array | (string | null)[];

/** Fewer numbers are not worth memory of their own. */
const fewestUnfilled = 4096;

/** Memory that is not set to 0 first: every number of an answer is written. */
function unfilled(length: number): Float64Array<ArrayBuffer> {
  if (length < fewestUnfilled) return new Float64Array(length);
  const { buffer, byteOffset } = Buffer.allocUnsafeSlow(length * 8);
  return new Float64Array(buffer, byteOffset, length);
}

const answers = {
  FP64: unfilled,
  FP32: length => new Float32Array(length),
  INT32: length => new Int32Array(length),
  INT64: length => new BigInt64Array(length),
  BYTES: length => Array.from<null>({ length }).fill(null),
} as const satisfies Readonly<Record<string, (length: number) => Answer>>;

/** Fewer numbers are copied sooner one by one. */
const fewestAtOnce = 64;

/** Collects one output of a call, block by block. */
export class OutputWriter {
  readonly node: number;
  readonly #spec: TensorSpec;
  readonly #block: Exclude<Block, SparseRows>;
  readonly #width: number;
  readonly #values: Coded['values'] | undefined;

  constructor(spec: TensorSpec, result: PlanResult, buffer: SharedArrayBuffer, block: Block) {
    this.node = result.node;
    this.#spec = spec;
    this.#block = block as Exclude<Block, SparseRows>;
    this.#width = spec.shape[1] ?? 1;
    this.#values = result.labels === undefined ? undefined : valuesOf(result.labels, buffer);
  }

  /** Memory for `rows` rows of the answer. */
  begin(rows: number): Answer {
    const length = rows * this.#width;
    return this.#values === undefined
      ? answers[this.#spec.datatype as keyof typeof answers](length)
      : new Int32Array(length);
  }

  /** Takes over the first `count` rows of the block, to stand at row `first` of the answer. */
  copy(answer: Answer, first: number, count: number): void {
    const start = first * this.#width;
    const length = count * this.#width;
    const block = this.#block;
    if (Array.isArray(answer)) {
      for (let at = 0; at < length; at++) answer[start + at] = block[at] as string | null;
    } else if (answer instanceof BigInt64Array) {
      for (let at = 0; at < length; at++) answer[start + at] = BigInt(block[at] as number);
    } else if (answer instanceof Float64Array && block instanceof Float64Array && length >= fewestAtOnce) {
      answer.set(block.subarray(0, length), start);
    } else {
      for (let at = 0; at < length; at++) answer[start + at] = block[at] as number;
    }
  }

  end(answer: Answer, rows: number): NamedTensor {
    const { name, datatype, shape } = this.#spec;
    return {
      name,
      datatype,
      shape: shape.length === 1 ? [rows] : [rows, this.#width],
      data: this.#values === undefined ? answer : { codes: answer as Int32Array, values: this.#values },
    };
  }
}
