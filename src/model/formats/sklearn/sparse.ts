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

/**
 * The same matrix with its zeros written out.
 * @throws `sklearn-malformed` when its parts contradict each other, `sklearn-parameter-unsupported` when it is too large
 */
export function densify(
  matrix: PyObject,
  place: string,
): { readonly values: Float64Array; readonly shape: readonly [number, number] } {
  const shape = shapeOf(matrix, place);
  const [rows, columns] = shape;
  if (rows * columns > mostCells)
    throw sklearnErrors.make['sklearn-parameter-unsupported'](
      `${place}: a sparse matrix of ${rows} by ${columns} is not supported: more than ${mostCells} cells`,
    );
  const data = part(matrix, 'data', place).float64();
  const indices = part(matrix, 'indices', place).int32();
  const starts = part(matrix, 'indptr', place).int32();
  if (starts.length !== rows + 1 || indices.length < data.length)
    bad(place, 'has parts of different lengths');
  const values = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const end = Math.min(starts[row + 1] as number, data.length);
    for (let at = Math.max(0, starts[row] as number); at < end; at++) {
      const column = indices[at] as number;
      if (column < 0 || column >= columns) bad(place, `has an entry in column ${column} of ${columns}`);
      // SciPy adds entries that stand in the same place.
      values[row * columns + column] = (values[row * columns + column] as number) + (data[at] as number);
    }
  }
  return { values, shape };
}
