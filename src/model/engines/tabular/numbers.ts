import { isCoded, type NamedTensor } from '../../../tensor/index.ts';
import { tabularErrors } from './errors.ts';

/**
 * Copies `rows` runs of `width` elements from `start` on to `target`, a run every `stride` elements from `offset` on.
 * Numbers are widened to float64 as NumPy does it: 64-bit integers round to nearest.
 */
export type Copy = (
  target: Float64Array,
  start: number,
  rows: number,
  width: number,
  offset: number,
  stride: number,
) => void;

// The two usual datatypes have their own source text, so that the compiler sees one type of array in each loop.
function fromFloat64(data: Float64Array): Copy {
  return (target, start, rows, width, offset, stride) => {
    let at = start;
    for (let row = 0; row < rows; row++) {
      const to = offset + row * stride;
      for (let column = 0; column < width; column++) target[to + column] = data[at++] as number;
    }
  };
}

function fromFloat32(data: Float32Array): Copy {
  return (target, start, rows, width, offset, stride) => {
    let at = start;
    for (let row = 0; row < rows; row++) {
      const to = offset + row * stride;
      for (let column = 0; column < width; column++) target[to + column] = data[at++] as number;
    }
  };
}

function fromElements(element: (index: number) => number): Copy {
  return (target, start, rows, width, offset, stride) => {
    let at = start;
    for (let row = 0; row < rows; row++) {
      const to = offset + row * stride;
      for (let column = 0; column < width; column++) target[to + column] = element(at++);
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

/**
 * How to copy a tensor's elements as float64.
 * @throws `features-datatype` for BYTES, `features-shape` when the data do not fill the shape
 */
export function numbersOf({ name, datatype, shape, data }: NamedTensor, elements: number): Copy {
  if (datatype === 'BYTES' || isCoded(data) || Array.isArray(data))
    throw tabularErrors.make['features-datatype'](
      `input '${name}' is ${datatype}: this model takes numbers, such as FP64, FP32 or INT64`,
    );
  const numbers = data as Exclude<typeof data, readonly string[]>;
  if (numbers.length !== elements)
    throw tabularErrors.make['features-shape'](
      `input '${name}' has ${numbers.length} elements, its shape [${shape.join(', ')}] has ${elements}`,
    );
  if (numbers instanceof Float64Array) return fromFloat64(numbers);
  if (numbers instanceof Float32Array) return fromFloat32(numbers);
  if (datatype === 'BF16' && numbers instanceof Uint16Array) return fromBfloat16(numbers);
  return fromElements(index => Number(numbers[index]));
}
