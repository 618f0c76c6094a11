import { NdArray, PyObject, type PyValue } from '../pickle/index.ts';
import { sklearnErrors } from './errors.ts';
import { itemsOf, numberOf } from './python.ts';

/** A larger matrix would take more than 256 MiB once its zeros are written out. */
const mostCells = 2 ** 25;

/** A SciPy matrix or array in compressed sparse row form. */
export function isSparse(value: PyValue | undefined): value is PyObject {
  return (
    value instanceof PyObject &&
    value.cls.module.startsWith('scipy.sparse') &&
    /^csr_(?:matrix|array)$/.test(value.cls.name)
  );
}

function bad(place: string, problem: string): never {
  throw sklearnErrors.make['sklearn-malformed'](`${place}: a sparse matrix ${problem}`);
}

function part(matrix: PyObject, name: string, place: string): NdArray {
  const found = matrix.attribute(name);
  return found instanceof NdArray ? found : bad(place, `has no array ${name}`);
}

function shapeOf(matrix: PyObject, place: string): readonly [number, number] {
  const [rows, columns] = (itemsOf(matrix.attribute('_shape') ?? matrix.attribute('shape')) ?? []).map(
    numberOf,
  );
  if (!Number.isSafeInteger(rows) || !Number.isSafeInteger(columns)) return bad(place, 'has no shape');
  return [rows as number, columns as number];
}

/** Parts of a matrix in compressed sparse row form, which have been checked against each other. */
interface SparseParts {
  readonly shape: readonly [rows: number, columns: number];
  readonly data: Float64Array;
  readonly indices: Int32Array;
  readonly starts: Int32Array;
}

function partsOf(matrix: PyObject, place: string): SparseParts {
  const shape = shapeOf(matrix, place);
  const [rows, columns] = shape;
  const data = part(matrix, 'data', place).float64();
  const indices = part(matrix, 'indices', place).int32();
  const starts = part(matrix, 'indptr', place).int32();
  if (starts.length !== rows + 1 || indices.length < data.length)
    bad(place, 'has parts of different lengths');
  for (const [row, start] of starts.entries()) {
    const before = row === 0 ? 0 : (starts[row - 1] as number);
    if (start < before || start > data.length) bad(place, `has a row that starts at ${start}`);
  }
  const end = starts[rows] as number;
  for (let at = 0; at < end; at++) {
    const column = indices[at] as number;
    if (column < 0 || column >= columns) bad(place, `has an entry in column ${column} of ${columns}`);
  }
  return { shape, data, indices, starts };
}

/** A sparse matrix column by column: the values of each from `starts` [columns + 1] on, and the rows that they are in. */
export interface SparseColumns {
  readonly shape: readonly [rows: number, columns: number];
  readonly values: Float64Array;
  readonly rows: Int32Array;
  readonly starts: Int32Array;
}

/**
 * The same matrix by columns; zeros that are written out are left out. An entry that stands twice stays so.
 * @throws `sklearn-malformed` when its parts contradict each other
 */
export function sparseColumns(matrix: PyObject, place: string): SparseColumns {
  const { shape, data, indices, starts: rowStarts } = partsOf(matrix, place);
  const [rows, columns] = shape;
  if (columns > mostCells) bad(place, `has ${columns} columns, more than ${mostCells}`);
  const end = rowStarts[rows] as number;
  const starts = new Int32Array(columns + 1);
  for (let at = 0; at < end; at++) {
    const next = (indices[at] as number) + 1;
    if (data[at] !== 0) starts[next] = (starts[next] as number) + 1;
  }
  for (let column = 0; column < columns; column++)
    starts[column + 1] = (starts[column + 1] as number) + (starts[column] as number);
  const places = starts.slice();
  const values = new Float64Array(starts[columns] as number);
  const found = new Int32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let at = rowStarts[row] as number; at < (rowStarts[row + 1] as number); at++) {
      if (data[at] === 0) continue;
      const column = indices[at] as number;
      const place = places[column] as number;
      values[place] = data[at] as number;
      found[place] = row;
      places[column] = place + 1;
    }
  }
  return { shape, values, rows: found, starts };
}

/**
 * The same matrix with its zeros written out.
 * @throws `sklearn-malformed` when its parts contradict each other, `sklearn-parameter-unsupported` when it is too large
 */
export function densify(
  matrix: PyObject,
  place: string,
): { readonly values: Float64Array; readonly shape: readonly [number, number] } {
  const [rows, columns] = shapeOf(matrix, place);
  if (rows * columns > mostCells)
    throw sklearnErrors.make['sklearn-parameter-unsupported'](
      `${place}: a sparse matrix of ${rows} by ${columns} is not supported: more than ${mostCells} cells`,
    );
  const { shape, data, indices, starts } = partsOf(matrix, place);
  const values = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let at = starts[row] as number; at < (starts[row + 1] as number); at++) {
      const cell = row * columns + (indices[at] as number);
      // SciPy adds entries that stand in the same place.
      values[cell] = (values[cell] as number) + (data[at] as number);
    }
  }
  return { values, shape };
}
