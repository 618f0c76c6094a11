import { isCoded, type NamedTensor } from '../../../tensor/index.ts';
import { tabularErrors } from './errors.ts';

/**
 * Copies `rows` runs of `width` elements from `start` on to `target`, a run every `stride` elements from `offset` on;
 * `skipped` elements stand between two runs of the source.
 * Numbers are widened to float64 as NumPy does it: 64-bit integers round to nearest.
 */
export type Copy = (
  target: Float64Array,
  start: number,
  rows: number,
  width: number,
  offset: number,
  stride: number,
  skipped?: number,
) => void;

/** Fewer elements are copied sooner one by one. */
const fewestAtOnce = 64;

// The two usual datatypes have their own source text, so that the compiler sees one type of array in each loop.
function fromFloat64(data: Float64Array): Copy {
  return (target, start, rows, width, offset, stride, skipped = 0) => {
    if (rows === 1 && width >= fewestAtOnce) {
      target.set(data.subarray(start, start + width), offset);
      return;
    }
    let at = start;
    for (let row = 0; row < rows; row++) {
      const to = offset + row * stride;
      for (let column = 0; column < width; column++) target[to + column] = data[at++] as number;
      at += skipped;
    }
  };
}

function fromFloat32(data: Float32Array): Copy {
  return (target, start, rows, width, offset, stride, skipped = 0) => {
    let at = start;
    for (let row = 0; row < rows; row++) {
      const to = offset + row * stride;
      for (let column = 0; column < width; column++) target[to + column] = data[at++] as number;
      at += skipped;
    }
  };
}

function fromElements(element: (index: number) => number): Copy {
  return (target, start, rows, width, offset, stride, skipped = 0) => {
    let at = start;
    for (let row = 0; row < rows; row++) {
      const to = offset + row * stride;
      for (let column = 0; column < width; column++) target[to + column] = element(at++);
      at += skipped;
    }
  };
}

const bfloatBits = new Uint32Array(1);
const bfloatValue = new Float32Array(bfloatBits.buffer);

function fromBfloat16(data: Uint16Array): Copy {
  return fromElements(index => {
    bfloatBits[0] = (data[index] as number) << 16;
    return bfloatValue[0] as number;
  });
}

function checkLength(name: string, found: number, shape: readonly number[], elements: number): void {
  if (found !== elements)
    throw tabularErrors.make['features-shape'](
      `input '${name}' has ${found} elements, its shape [${shape.join(', ')}] has ${elements}`,
    );
}

/**
 * A tensor's elements as texts. A column without any text comes as numbers that are all NaN: its values are missing.
 * @throws `features-datatype` for numbers, `features-shape` when the data do not fill the shape
 */
export function textsIn(
  { name, datatype, shape, data }: NamedTensor,
  elements: number,
  takes: string,
): readonly (string | null)[] {
  if (isCoded(data))
    throw tabularErrors.make['features-datatype'](`input '${name}' is coded: ${takes} texts, that is BYTES`);
  checkLength(name, data.length, shape, elements);
  if (Array.isArray(data)) return data as readonly (string | null)[];
  if ((data as Float64Array).every(Number.isNaN)) return Array.from<null>({ length: elements }).fill(null);
  throw tabularErrors.make['features-datatype'](
    `input '${name}' is ${datatype}: ${takes} texts, that is BYTES`,
  );
}

/**
 * How to copy a tensor's elements as float64.
 * @param takes who takes numbers, with the verb: `this model takes`
 * @throws `features-datatype` for BYTES, `features-shape` when the data do not fill the shape
 */
export function numbersOf(
  { name, datatype, shape, data }: NamedTensor,
  elements: number,
  takes: string,
): Copy {
  if (datatype === 'BYTES' || isCoded(data) || Array.isArray(data))
    throw tabularErrors.make['features-datatype'](
      `input '${name}' is ${datatype}: ${takes} numbers, such as FP64, FP32 or INT64`,
    );
  const numbers = data as Exclude<typeof data, readonly (string | null)[]>;
  checkLength(name, numbers.length, shape, elements);
  if (numbers instanceof Float64Array) return fromFloat64(numbers);
  if (numbers instanceof Float32Array) return fromFloat32(numbers);
  if (datatype === 'BF16' && numbers instanceof Uint16Array) return fromBfloat16(numbers);
  return fromElements(index => Number(numbers[index]));
}

/** The position of a text among the categories of a column. */
export interface Positions {
  readonly of: ReadonlyMap<string, number>;
  /** Ends the call for a text that is none of the categories; without it, such a text counts as missing. */
  refuse?(text: string, index: number): never;
}

/**
 * How to copy texts as their positions among the categories of a column: NaN for one that is missing.
 * @throws `features-datatype`, `features-shape` as `textsIn`; what `positions.refuse` throws, when the copy is made
 */
export function positionsOf(
  tensor: NamedTensor,
  elements: number,
  takes: string,
  positions: Positions,
): Copy {
  const texts = textsIn(tensor, elements, takes);
  return fromElements(index => {
    const text = texts[index];
    if (text === null || text === undefined) return NaN;
    return positions.of.get(text) ?? positions.refuse?.(text, index) ?? NaN;
  });
}
