import type { NamedTensor } from '../../tensor/index.ts';
import { float64Limit, readFloats } from '../json/floats.ts';
import type { JsonReader } from '../json/reader.ts';
import type { DecodeLimits } from '../limits.ts';
import { tooManyRows } from '../rows.ts';

/** Name of the tensor that instances without column names become, KServe's own. */
export const unnamed = 'input-0';

/**
 * Reads an array of numbers, or of equally long arrays of numbers, straight into one FP64 tensor. Undefined, with the
 * reader where it was, when the array is anything else or holds an integer that float64 cannot: the general reading then
 * decides, and words the errors.
 */
export function readMatrix(reader: JsonReader, path: string, limits: DecodeLimits): NamedTensor | undefined {
  const start = reader.at;
  reader.rounded = false;
  reader.at++;
  const tensor = reader.peek() === 0x5b ? readRows(reader, path, limits) : readColumn(reader, path, limits);
  if (tensor !== undefined && !reader.rounded) return tensor;
  reader.at = start;
  return undefined;
}

/** Numbers up to the next `]`, or 0 when something else than numbers is among them. */
function countNumbers({ bytes, at: from }: JsonReader): number {
  let count = 1;
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === 0x5d) return count;
    if (byte === 0x2c) count++;
    else if (byte === 0x22 || byte === 0x5b || byte === 0x7b) return 0;
  }
  return 0;
}

function readColumn(reader: JsonReader, path: string, limits: DecodeLimits): NamedTensor | undefined {
  const count = countNumbers(reader);
  if (count > limits.maxRows) throw tooManyRows(path, count, limits);
  const data = new Float64Array(count);
  if (count === 0 || readFloats(reader, data, 0, count, float64Limit) < count) return undefined;
  if (reader.peek() !== 0x5d) return undefined;
  reader.at++;
  return { name: unnamed, datatype: 'FP64', shape: [count], data };
}

function readRows(reader: JsonReader, path: string, limits: DecodeLimits): NamedTensor | undefined {
  const start = reader.at++;
  const width = countNumbers(reader);
  if (width === 0) return undefined;
  const rowBytes = reader.bytes.indexOf(0x5d, reader.at) + 1 - start;
  let data = new Float64Array(width * Math.ceil((reader.bytes.length - start) / rowBytes));
  reader.at = start;
  let rows = 0;
  for (;;) {
    if (reader.peek() !== 0x5b) return undefined;
    reader.at++;
    const from = rows * width;
    const to = from + width;
    if (to > data.length) data = enlarged(data, to);
    if (readFloats(reader, data, from, to, float64Limit) < to || reader.peek() !== 0x5d) return undefined;
    reader.at++;
    rows++;
    const byte = reader.peek();
    reader.at++;
    if (byte === 0x5d) break;
    if (byte !== 0x2c) return undefined;
  }
  if (rows > limits.maxRows) throw tooManyRows(path, rows, limits);
  const count = rows * width;
  return {
    name: unnamed,
    datatype: 'FP64',
    shape: [rows, width],
    data: count === data.length ? data : data.slice(0, count),
  };
}

function enlarged(data: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(Math.max(2 * data.length, length));
  larger.set(data);
  return larger;
}
