interface Sequence {
  readonly length: number;
  [at: number]: unknown;
}

/** Elements in row-major order: the same array unless they lie in Fortran order. */
export function rowMajor<T extends Sequence>(
  elements: T,
  shape: readonly number[],
  fortranOrder: boolean,
): T {
  if (!fortranOrder || shape.length < 2) return elements;
  let stride = 1;
  const strides = shape.map(count => {
    const own = stride;
    stride *= count;
    return own;
  });
  return walked(elements, shape, strides);
}

/** Row-major elements of an array whose axis `k` is axis `axes[k]` of the row-major `elements` of `shape`. */
export function permuted<T extends Sequence>(
  elements: T,
  shape: readonly number[],
  axes: readonly number[],
): T {
  if (shape.length < 2) return elements;
  let stride = 1;
  const strides = shape.toReversed().map(count => {
    const own = stride;
    stride *= count;
    return own;
  });
  strides.reverse();
  return walked(
    elements,
    axes.map(axis => shape[axis] as number),
    axes.map(axis => strides[axis] as number),
  );
}

/** Copies elements in row-major order of `shape`, each axis a step of its stride in `elements`. */
function walked<T extends Sequence>(elements: T, shape: readonly number[], strides: readonly number[]): T {
  const out = emptyLike(elements);
  const columns = shape.at(-1) as number;
  const columnStride = strides.at(-1) as number;
  const index = shape.slice(1).fill(0);
  for (let written = 0; written < elements.length; written += columns) {
    let from = 0;
    for (let axis = 0; axis < index.length; axis++)
      from += (index[axis] as number) * (strides[axis] as number);
    for (let column = 0; column < columns; column++)
      out[written + column] = elements[from + column * columnStride];
    advance(index, shape);
  }
  return out;
}

function emptyLike<T extends Sequence>(elements: T): T {
  const constructor = elements.constructor as new (length: number) => T;
  return new constructor(elements.length);
}

/** The next index in row-major order over the leading axes. */
function advance(index: number[], shape: readonly number[]): void {
  for (let axis = index.length - 1; axis >= 0; axis--) {
    index[axis] = (index[axis] as number) + 1;
    if ((index[axis] as number) < (shape[axis] as number)) return;
    index[axis] = 0;
  }
}
