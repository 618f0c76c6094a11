import { NdArray, PyDict, PyObject, PyRange, itemsOf, type PyValue } from '../pickle/index.ts';
import { elementsOf } from './elements.ts';

/** `pandas.Series` of numbers: one for each label. */
export interface Series {
  readonly index: readonly PyValue[];
  readonly values: Float64Array;
}

/** `pandas.DataFrame` of numbers, row-major `[index, columns]`. */
export interface Frame {
  readonly index: readonly PyValue[];
  readonly columns: readonly PyValue[];
  readonly values: Float64Array;
}

/** A block of columns that have a dtype in common, and which of the columns they are. */
interface Block {
  readonly values: PyValue | undefined;
  readonly places: PyValue | undefined;
}

interface Parts {
  readonly axes: readonly PyValue[];
  readonly blocks: readonly Block[];
}

/** State of managers of one block, and of all before 1.3: axes and blocks under the release that brought this form. */
function partsOfState(state: PyValue | undefined): Parts | undefined {
  const last = itemsOf(state)?.at(-1);
  const parts = last instanceof PyDict ? last.get('0.14.1') : undefined;
  if (!(parts instanceof PyDict)) return undefined;
  const [axes, blocks] = ['axes', 'blocks'].map(name => itemsOf(parts.get(name)));
  return (
    axes &&
    blocks && {
      axes,
      blocks: blocks.map(block =>
        block instanceof PyDict
          ? { values: block.get('values'), places: block.get('mgr_locs') }
          : { values: undefined, places: undefined },
      ),
    }
  );
}

/**
 * `BlockManager(blocks, axes)`, each block made by `_unpickle_block(values, places, dimensions)`: since 1.4. In 1.3 it was a
 * `functools.partial` that was called with values and places.
 */
function partsOfArguments(args: readonly PyValue[]): Parts | undefined {
  const [blocks, axes] = args.map(itemsOf);
  return (
    axes &&
    blocks && {
      axes,
      blocks: blocks.map(block => {
        if (!(block instanceof PyObject)) return { values: undefined, places: undefined };
        const [values, places] = block.via === 'call' ? block.args.slice(1) : block.args;
        return { values, places };
      }),
    }
  );
}

function isOf(value: PyValue | undefined, name: string): value is PyObject {
  return value instanceof PyObject && value.cls.name === name && value.cls.module.startsWith('pandas');
}

/** The manager of a series or frame is `_mgr`, until 1.0 `_data`. */
function partsOf(value: PyObject): Parts | undefined {
  const manager = value.attribute('_mgr') ?? value.attribute('_data');
  if (!(manager instanceof PyObject)) return undefined;
  return partsOfState(manager.state) ?? partsOfArguments(manager.args);
}

function numberIn(value: PyValue): number | undefined {
  if (value === null) return NaN;
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
    ? Number(value)
    : undefined;
}

/** Numbers of an array of any shape, row-major; None is NaN. */
function numbersIn(value: PyValue | undefined): Float64Array | undefined {
  if (value instanceof NdArray && 'biuf'.includes(value.dtype.kind)) return value.float64();
  const items = value instanceof NdArray && value.dtype.kind === 'O' ? value.values() : elementsOf(value);
  const numbers = items?.map(numberIn);
  return numbers === undefined || numbers.includes(undefined)
    ? undefined
    : Float64Array.from(numbers as number[]);
}

/** @returns undefined for anything but a series of numbers */
export function seriesOf(value: PyValue | undefined): Series | undefined {
  const parts = isOf(value, 'Series') ? partsOf(value) : undefined;
  const index = elementsOf(parts?.axes[0]);
  const values = parts?.blocks.length === 1 ? numbersIn(parts.blocks[0]?.values) : undefined;
  return index && values && index.length === values.length ? { index, values } : undefined;
}

/** Which columns a block has: a slice, or an array of their places. */
function placesOf(places: PyValue | undefined, width: number): readonly number[] | undefined {
  if (places instanceof NdArray)
    return 'iu'.includes(places.dtype.kind) ? Array.from(places.int32()) : undefined;
  if (!(places instanceof PyRange)) return undefined;
  const [start, stop, step] = [places.start, places.stop, places.step ?? 1n];
  if (typeof start !== 'bigint' || typeof stop !== 'bigint' || typeof step !== 'bigint' || step < 1n)
    return undefined;
  const found: number[] = [];
  for (let at = start; at < stop && found.length <= width; at += step) found.push(Number(at));
  return found;
}

/**
 * Writes a block's columns, and notes which; false when they are not as long as they should be, or another block has one of
 * them.
 */
function writeBlock(
  { values, places }: Block,
  into: Float64Array,
  written: Uint8Array,
  rows: number,
): boolean {
  const width = written.length;
  const columns = placesOf(places, width);
  const numbers = numbersIn(values);
  if (columns === undefined || numbers?.length !== columns.length * rows) return false;
  for (const [at, column] of columns.entries()) {
    if (written[column] !== 0) return false;
    written[column] = 1;
    for (let row = 0; row < rows; row++) into[row * width + column] = numbers[at * rows + row] as number;
  }
  return true;
}

/**
 * @param most cells that it may have
 * @param labelCells cells that the label of a row or column counts for
 * @returns undefined for anything but a frame of numbers
 */
export function frameOf(value: PyValue | undefined, most: number, labelCells = 0): Frame | undefined {
  const parts = isOf(value, 'DataFrame') ? partsOf(value) : undefined;
  const [columns, index] = parts?.axes.map(axis => elementsOf(axis)) ?? [];
  if (parts === undefined || columns === undefined || index === undefined) return undefined;
  const [width, rows] = [columns.length, index.length];
  if (width * rows + labelCells * (width + rows) > most || parts.blocks.length > width) return undefined;
  const values = new Float64Array(rows * width);
  const written = new Uint8Array(width);
  const isWhole = parts.blocks.every(block => writeBlock(block, values, written, rows));
  return isWhole && !written.includes(0) ? { index, columns, values } : undefined;
}
