import type { Coded, NamedTensor, TensorSpec } from '../../../tensor/index.ts';
import { viewOf, type LabelTable, type PlanResult } from '../../plan/index.ts';
import type { Block } from './kernel.ts';

function valuesOf(labels: LabelTable, buffer: SharedArrayBuffer): Coded['values'] {
  if (labels.datatype === 'BYTES') return labels.strings;
  return viewOf(buffer, labels.array) as BigInt64Array | Float64Array | Uint8Array;
}

/** Collects one output of a call, block by block. */
export class OutputWriter {
  readonly node: number;
  readonly #spec: TensorSpec;
  readonly #block: Block;
  readonly #width: number;
  readonly #values: Coded['values'] | undefined;

  constructor(spec: TensorSpec, result: PlanResult, buffer: SharedArrayBuffer, block: Block) {
    this.node = result.node;
    this.#spec = spec;
    this.#block = block;
    this.#width = spec.shape[1] ?? 1;
    this.#values = result.labels === undefined ? undefined : valuesOf(result.labels, buffer);
  }

  /** Memory for `rows` rows of the answer. */
  begin(rows: number): Block {
    return this.#values === undefined
      ? new Float64Array(rows * this.#width)
      : new Int32Array(rows * this.#width);
  }

  /** Takes over the first `count` rows of the block, to stand at row `first` of the answer. */
  copy(answer: Block, first: number, count: number): void {
    const start = first * this.#width;
    const length = count * this.#width;
    const block = this.#block;
    for (let at = 0; at < length; at++) answer[start + at] = block[at] as number;
  }

  end(answer: Block, rows: number): NamedTensor {
    const { name, datatype, shape } = this.#spec;
    return {
      name,
      datatype,
      shape: shape.length === 1 ? [rows] : [rows, this.#width],
      data: this.#values === undefined ? answer : { codes: answer as Int32Array, values: this.#values },
    };
  }
}
