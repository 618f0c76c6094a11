import type { NamedTensor } from '../../../tensor/index.ts';
import type { Plan, PlanNode } from '../../plan/index.ts';
import { tabularErrors } from './errors.ts';
import type { RequestReader, Rows } from './features.ts';
import type { Block } from './kernel.ts';
import { numbersOf, textsIn } from './numbers.ts';
import type { SparseRows } from './sparse.ts';
import { columnOf, Row } from './terms/hashing.ts';
import { murmurHash } from './terms/murmur.ts';

interface Sink {
  readonly width: number;
  readonly signs: boolean;
  readonly absolute: boolean;
  readonly target: SparseRows;
}

/** Adds what a tensor of the request holds in a row. */
type Entry = (row: number, add: (hash: number, value: number) => void) => void;

function sinkOf({ attributes }: PlanNode, target: Block): Sink {
  const { width, signs, absolute } = attributes as { width: number; signs: boolean; absolute: boolean };
  return { width, signs, absolute, target: target as SparseRows };
}

function hashOf(text: string): number {
  const bytes = Buffer.from(text);
  return murmurHash(bytes, bytes.length);
}

/**
 * Reads rows whose columns are whatever a request names, as dicts are hashed: one tensor `[rows]` or `[rows, 1]` for each
 * key. A dict that lacks a key has NaN or a missing text there.
 */
export class HashedColumns implements RequestReader {
  readonly #sinks: readonly Sink[];
  readonly #owner: string;
  /** Whether rows are lists of texts. */
  readonly #sets: boolean;

  /** @param blocks memory of each node; those that hash columns are written */
  constructor(plan: Plan, blocks: readonly Block[]) {
    const nodes = plan.nodes.flatMap((node, index) => (node.op === 'hashColumns' ? [{ node, index }] : []));
    this.#sinks = nodes.map(({ node, index }) => sinkOf(node, blocks[index] as Block));
    this.#owner = String(nodes[0]?.node.attributes['owner'] ?? '');
    this.#sets = nodes[0]?.node.attributes['sets'] === true;
  }

  /** @throws `features-shape`, `features-datatype` or `features-columns` */
  read(tensors: readonly NamedTensor[]): Rows {
    const count = this.#rowsOf(tensors);
    const entries = tensors.map(tensor => (this.#sets ? listsOf : entryOf)(tensor, count));
    return {
      count,
      single: false,
      fill: (first, rows) => {
        for (const sink of this.#sinks) fill(sink, entries, first, rows);
      },
    };
  }

  forget(): void {}

  place(row: number): string {
    return `row ${row}`;
  }

  #rowsOf(tensors: readonly NamedTensor[]): number {
    const names = new Set<string>();
    const count = tensors[0]?.shape[0] ?? 0;
    if (count === 0)
      throw tabularErrors.make['features-shape'](`found no row, while ${this.#owner} needs one at least`);
    for (const { name, shape, unnamed } of tensors) {
      this.#checkShape(name, shape, tensors.length);
      if (shape[0] !== count)
        throw tabularErrors.make['features-shape'](
          `input '${name}' has ${String(shape[0])} rows, but '${tensors[0]?.name}' has ${count}`,
        );
      if (this.#sets) continue;
      if (unnamed === true || names.has(name))
        throw tabularErrors.make['features-columns'](
          unnamed === true
            ? `${this.#owner} hashes the names of columns: a column has none`
            : `a name comes twice: '${name}'`,
        );
      names.add(name);
    }
    return count;
  }

  #checkShape(name: string, shape: readonly number[], tensors: number): void {
    const widest = this.#sets && tensors === 1 ? Infinity : 1;
    if (shape.length === 2 ? (shape[1] as number) <= widest : shape.length === 1 && widest === 1) return;
    const expected = this.#sets
      ? '[rows, texts]: each row is a list of texts, with null where it has fewer than others'
      : 'one tensor of shape [rows] for each key of the rows';
    throw tabularErrors.make['features-shape'](
      `input '${name}' has shape [${shape.join(', ')}], expected ${expected}`,
    );
  }
}

/** What rows that are lists of texts hold, a list each; rows of no text at all come as NaN. */
function listsOf(tensor: NamedTensor, count: number): Entry {
  const width = tensor.shape[1] ?? 1;
  if (tensor.datatype === 'FP64' && (tensor.data as Float64Array).every(Number.isNaN)) return () => {};
  const texts = textsIn(tensor, count * width, 'this model takes rows of texts');
  return (row, add) => {
    for (let at = row * width; at < (row + 1) * width; at++) {
      const text = texts[at];
      if (text !== null && text !== undefined) add(hashOf(text), 1);
    }
  };
}

function entryOf(tensor: NamedTensor, count: number): Entry {
  const { name, datatype } = tensor;
  const takes = `column '${name}' takes`;
  if (datatype === 'BYTES') {
    const texts = textsIn(tensor, count, takes);
    return (row, add) => {
      const text = texts[row];
      if (text !== null && text !== undefined) add(hashOf(`${name}=${text}`), 1);
    };
  }
  const numbers = new Float64Array(count);
  numbersOf(tensor, count, takes)(numbers, 0, count, 1, 0, 1);
  const hash = hashOf(name);
  return (row, add) => {
    const value = numbers[row] as number;
    if (value !== 0 && !Number.isNaN(value)) add(hash, value);
  };
}

function fill(sink: Sink, entries: readonly Entry[], first: number, rows: number): void {
  const { target, width, signs, absolute } = sink;
  const sums = new Row();
  const add = (hash: number, value: number): void =>
    sums.add(columnOf(hash, width), signs && hash < 0 ? -value : value);
  target.clear();
  for (let row = first; row < first + rows; row++) {
    for (const entry of entries) entry(row, add);
    sums.write(target, absolute ? Math.abs : sum => sum);
  }
}
