import { malformed, pickleErrors } from '../errors.ts';
import type { Budget } from '../machine/budget.ts';
import { type PyClass, PyTuple, type PyValue } from '../values.ts';
import { asBytes, asFlag, asShape } from './arguments.ts';
import { DType } from './dtype.ts';
import { decodeElements } from './elements.ts';
import { decodeNumbers, type NumericArray, toFloat64, toInt32, toInt64 } from './numbers.ts';
import { permuted, rowMajor } from './order.ts';
import { gather } from './records.ts';
import { decodeStrings, pieces } from './unicode.ts';

const nothing = new Uint8Array(0);

/** A `numpy.ndarray`. Numeric elements stay in the bytes of the file until asked for. */
export class NdArray {
  dtype: DType;
  shape: readonly number[];
  /** Whether the elements lie in Fortran (column-major) order in `bytes`. */
  fortranOrder: boolean;
  /** The raw elements in the order and endianness of the file; empty for dtypes with objects. */
  bytes: Uint8Array;
  /** The subclass of ndarray (numpy.matrix, numpy.recarray), undefined for ndarray itself. */
  readonly cls: PyClass | undefined;
  /** Elements of dtypes with objects, which NumPy lists row-major whatever their order in memory; undefined for others. */
  #objects: readonly PyValue[] | undefined;
  #numbers: NumericArray | undefined;

  /**
   * @param contents the raw elements in memory order, or for a dtype with objects the elements themselves, row-major.
   * @throws Fault `pickle-malformed` unless there are exactly as many as the shape says.
   */
  constructor(
    dtype: DType,
    shape: readonly number[],
    fortranOrder: boolean,
    contents: Uint8Array | readonly PyValue[],
    cls?: PyClass,
  ) {
    this.cls = cls;
    this.dtype = dtype;
    this.shape = shape;
    this.fortranOrder = fortranOrder;
    this.bytes = nothing;
    this.#fill(dtype, shape, fortranOrder, contents);
  }

  /** Product of the shape; 1 for a 0-d array. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /**
   * `ndarray.__setstate__(([version,] shape, dtype, is_fortran, contents))`.
   * @throws Fault `pickle-malformed`
   */
  setState(state: PyValue, budget: Budget): void {
    const items = state instanceof PyTuple ? state.items : [];
    const [dimensions, dtype, fortran, contents] = items.slice(items.length === 5 ? 1 : 0);
    const shape = asShape(dimensions);
    if (shape === undefined || !(dtype instanceof DType))
      throw malformed('an array has a state of another form');
    const source = Array.isArray(contents) ? (contents as PyValue[]) : asBytes(contents);
    if (source === undefined) throw malformed('the contents of an array are neither bytes nor a list');
    budget.handOut(Array.isArray(source) ? 8 * source.length : source.length);
    this.#fill(dtype, shape, asFlag(fortran), source);
  }

  /**
   * Elements in memory order, native-endian: a view on the file, or a copy where alignment or endianness ask for it.
   * Complex numbers are pairs, booleans bytes of 0 and 1, dates int64 counts of their unit.
   * @throws `pickle-array-kind` for text, records and objects.
   */
  numbers(): NumericArray {
    return (this.#numbers ??= decodeNumbers(this.dtype, this.bytes));
  }

  /** Row-major float64 of a bool, int, uint or float array; a view where it can be. int64 round as NumPy's cast does. */
  float64(): Float64Array {
    return rowMajor(toFloat64(this.dtype, this.numbers()), this.shape, this.fortranOrder);
  }

  /** Row-major int64 of a bool, int or uint array. @throws `pickle-array-kind` where an element does not fit. */
  int64(): BigInt64Array {
    return rowMajor(toInt64(this.dtype, this.numbers()), this.shape, this.fortranOrder);
  }

  /** Row-major int32 of a bool, int or uint array. @throws `pickle-array-kind` where an element does not fit. */
  int32(): Int32Array {
    return rowMajor(toInt32(this.dtype, this.numbers()), this.shape, this.fortranOrder);
  }

  /** Row-major strings of dtype U, S (as latin-1), or of objects that are all strings. */
  strings(): string[] {
    if (this.#objects !== undefined) return this.#objects.map(stringElement);
    return rowMajor(decodeStrings(this.dtype, this.bytes, this.size), this.shape, this.fortranOrder);
  }

  /** Row-major elements; int → bigint, float → number, records → tuples, dates → bigint counts of their unit. */
  values(): readonly PyValue[] {
    if (this.#objects !== undefined) return this.#objects;
    return rowMajor(decodeElements(this.dtype, this.bytes, this.size), this.shape, this.fortranOrder);
  }

  /**
   * The column of one field of a structured array, of the same shape (a subarray's dimensions follow).
   * @throws `pickle-array-kind` when there is no such field.
   */
  field(name: string): NdArray {
    const at = this.dtype.fields.findIndex(field => field.name === name);
    const field = this.dtype.fields[at];
    if (field === undefined)
      throw pickleErrors.make['pickle-array-kind'](
        `a record has the fields ${this.dtype.fields.map(one => one.name).join(', ')}; ${name} was expected too`,
      );
    const { dtype, offset } = field;
    const column = this.#objects
      ? this.#objects.map(record => (record instanceof PyTuple ? (record.items[at] ?? null) : null))
      : gather(this.bytes, this.size, this.dtype.itemsize, offset, dtype.itemsize);
    if (dtype.subarray === undefined) return new NdArray(dtype, this.shape, this.fortranOrder, column);
    const shape = [...this.shape, ...dtype.subarray.shape];
    if (!this.fortranOrder || !(column instanceof Uint8Array))
      return new NdArray(dtype.subarray.base, shape, false, column);
    const ordered = rowMajor(pieces(column, dtype.itemsize, this.size), this.shape, true);
    return new NdArray(dtype.subarray.base, shape, false, new Uint8Array(Buffer.concat(ordered)));
  }

  /**
   * The array with its axes in another order: axis `k` of the result is axis `axes[k]` of this one. Contents are copied.
   * @throws Fault `pickle-malformed` unless `axes` is a permutation
   */
  transposed(axes: readonly number[]): NdArray {
    const { shape, dtype } = this;
    if (
      axes.length !== shape.length ||
      new Set(axes).size !== axes.length ||
      axes.some(axis => axis >= shape.length)
    )
      throw malformed(`the axes of an array of ${shape.length} dimensions are given as ${axes.join(', ')}`);
    const elements = this.#objects ?? pieces(this.bytes, dtype.itemsize, this.size);
    const moved = permuted(elements as PyValue[] | Uint8Array[], shape, axes);
    const contents = this.#objects ? (moved as PyValue[]) : Buffer.concat(moved as Uint8Array[]);
    return new NdArray(
      dtype,
      axes.map(axis => shape[axis] as number),
      false,
      contents,
      this.cls,
    );
  }

  #fill(
    dtype: DType,
    shape: readonly number[],
    fortranOrder: boolean,
    contents: Uint8Array | readonly PyValue[],
  ): void {
    const size = sizeOf(shape);
    checkContents(dtype, shape, size, contents);
    this.dtype = dtype.seal();
    this.shape = shape;
    this.fortranOrder = fortranOrder && shape.length > 1;
    this.#numbers = undefined;
    this.#objects = contents instanceof Uint8Array ? undefined : contents;
    this.bytes = contents instanceof Uint8Array ? contents : nothing;
  }
}

export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const dimension of shape) size *= dimension;
  return size;
}

/** Elements without bytes (`U0`, `V0`) are bounded by this instead of by the file. */
const mostEmptyElements = 1_000_000;

function checkContents(
  dtype: DType,
  shape: readonly number[],
  size: number,
  contents: Uint8Array | readonly PyValue[],
): void {
  const what = `an array of shape (${shape.join(', ')}) and dtype ${dtype.name}`;
  if (contents instanceof Uint8Array) {
    if (dtype.hasObjects) throw malformed(`${what} has bytes in place of objects`);
    if (size * dtype.itemsize !== contents.length)
      throw malformed(`${what} takes ${size * dtype.itemsize} bytes, ${contents.length} are there`);
    if (dtype.itemsize === 0 && size > mostEmptyElements) throw malformed(`${what} is all empty elements`);
    return;
  }
  if (!dtype.hasObjects) throw malformed(`${what} has a list in place of bytes`);
  if (size !== contents.length)
    throw malformed(`${what} takes ${size} objects, ${contents.length} are there`);
}

function stringElement(value: PyValue): string {
  if (typeof value === 'string') return value;
  throw pickleErrors.make['pickle-array-kind']('an array of objects holds other things than strings');
}
