import assert from 'node:assert/strict';
import { isCoded, type NamedTensor, type TensorData } from '../../src/tensor/index.ts';

/** A tensor as the corpus writes it: flat text in C order; see test/corpus/README.md. */
export interface GoldenTensor {
  readonly dtype: 'float64' | 'float32' | 'int64' | 'int32' | 'bool' | 'str';
  readonly shape: readonly number[];
  readonly data: string;
  /** The distinct texts of `str`, to which `data` has indices; null is a missing text. */
  readonly values?: readonly (string | null)[];
  /** Of the rows behind those in `data`, a weighted sum each, and the largest of their finite numbers; see `sumsOf`. */
  readonly rest?: { readonly largest: string; readonly data: string };
}

/** What the library was asked with. */
export interface GoldenInput {
  /**
   * One matrix; or a tensor `[rows]` for each column; or one vector `[rows]`; or dicts, as a tensor for each key; or lists of
   * labels as a matrix, with missing ones behind those that are shorter than others.
   */
  readonly form: 'matrix' | 'columns' | 'vector' | 'records' | 'sets';
  readonly tensors: readonly GoldenTensor[];
  /** Names of the tensors, where the columns have some. */
  readonly names?: readonly string[];
}

/** What a column counts for in the sum of a row: from 0.5 to 1.5, another for each column. */
function weightOf(column: number): number {
  return ((column * 2_654_435_761 + 40_503) % 2 ** 32) / 2 ** 32 + 0.5;
}

/**
 * The sums of rows of which the corpus keeps no values: of each number as a share of the largest that is finite; what is not
 * counts as some of the largest.
 */
export function sumsOf(values: readonly number[], width: number, largest: number): readonly number[] {
  return Array.from({ length: values.length / width }, (_, row) => {
    let sum = 0;
    for (let column = 0; column < width; column++)
      sum += weightOf(column) * shareOf(values[row * width + column] as number, largest);
    return sum;
  });
}

function shareOf(value: number, largest: number): number {
  if (Number.isNaN(value)) return 3;
  if (value === Infinity) return 5;
  return value === -Infinity ? -7 : value / largest;
}

const special: Readonly<Record<string, number>> = { inf: Infinity, '-inf': -Infinity };

/** Looking a word up costs more than reading it, so only those that are no number are looked up. */
function numberOf(word: string): number {
  const number = Number(word);
  return Number.isNaN(number) ? (special[word] ?? NaN) : number;
}

function wordsOf({ data }: Pick<GoldenTensor, 'data'>): readonly string[] {
  return data === '' ? [] : data.split(' ');
}

/** The elements of a tensor of floats, or the sums of its other rows. */
export function floatsOf(golden: Pick<GoldenTensor, 'data'> & Partial<GoldenTensor>): readonly number[] {
  const floats = wordsOf(golden).map(numberOf);
  return golden.dtype === 'float32' ? floats.map(Math.fround) : floats;
}

/** The elements of any other tensor: truths as 0n and 1n. */
export function labelsOf(golden: GoldenTensor): readonly (bigint | string | null)[] {
  const { values } = golden;
  if (values === undefined) return wordsOf(golden).map(BigInt);
  return wordsOf(golden).map(word => values[Number(word)] ?? null);
}

function tensorOf(name: string, golden: GoldenTensor): NamedTensor {
  const { shape } = golden;
  switch (golden.dtype) {
    case 'float32':
      return { name, datatype: 'FP32', shape, data: Float32Array.from(floatsOf(golden)) };
    case 'float64':
      return { name, datatype: 'FP64', shape, data: Float64Array.from(floatsOf(golden)) };
    case 'int32':
      return { name, datatype: 'INT32', shape, data: Int32Array.from(wordsOf(golden), Number) };
    case 'int64':
      return { name, datatype: 'INT64', shape, data: BigInt64Array.from(wordsOf(golden), BigInt) };
    case 'bool':
      return { name, datatype: 'BOOL', shape, data: Uint8Array.from(wordsOf(golden), Number) };
    case 'str':
      return { name, datatype: 'BYTES', shape, data: labelsOf(golden) as TensorData };
  }
}

const read = new WeakMap<GoldenInput, readonly NamedTensor[]>();

/** An input of the corpus as a request would bring it; cases that share an input share the tensors. */
export function tensorsOf(input: GoldenInput): readonly NamedTensor[] {
  const { tensors, names } = input;
  // Unnamed columns are taken in order.
  const unnamed = tensors.length === 1 ? 'input-0' : '';
  const known =
    read.get(input) ?? tensors.map((golden, index) => tensorOf(names?.[index] ?? unnamed, golden));
  read.set(input, known);
  return known;
}

/** The elements of an answer, with codes put into words. */
export function elementsOf(data: TensorData): readonly (number | bigint | string)[] {
  if (isCoded(data)) return Array.from(data.codes, code => data.values[code] ?? assert.fail(`code ${code}`));
  return Array.from(data as ArrayLike<number>);
}
