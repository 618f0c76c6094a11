import { tabularErrors } from '../errors.ts';
import {
  arrayOf,
  defineKernels,
  matrixOf,
  textListOf,
  textsOf,
  widthOf,
  type Kernel,
  type Site,
} from '../kernel.ts';
import type { SparseRows } from '../sparse.ts';

const longestShown = 60;

/** In `missing`: a missing text is refused, whatever becomes of unknown ones. */
const refusedMissing = -2;

function shown(value: number | string | null): string {
  if (value === null) return 'a missing value';
  if (typeof value === 'number') return String(value);
  return JSON.stringify(value.length > longestShown ? `${value.slice(0, longestShown)}…` : value);
}

function refuse(
  site: Site,
  value: number | string | null,
  row: number,
  column: number,
  count: number,
): never {
  const owner = String(site.node.attributes['owner']);
  throw tabularErrors.make['category-unknown'](
    `${site.place(row, column, owner)} is ${shown(value)}, which is none of the ${count} categories that ${owner} was trained with there (Found unknown categories in column ${column} during transform)`,
  );
}

function refuseMissing(site: Site, row: number, column: number): never {
  const owner = String(site.node.attributes['owner']);
  throw tabularErrors.make['category-unknown'](
    `${site.place(row, column, owner)} is a missing value, which ${owner} was set to refuse (Columns to be encoded cannot contain null)`,
  );
}

/** The categories of a column in rising order, and the value of each. */
interface Column {
  readonly categories: Float64Array;
  readonly values: Float64Array;
  readonly other: number;
  /** Value of NaN; undefined when it is no category. */
  readonly ofNaN: number | undefined;
}

function columnOf(site: Site, column: number): Column {
  const starts = arrayOf(site, 'starts', 'i32');
  const all = arrayOf(site, 'categories', 'f64');
  const values = arrayOf(site, 'values', 'f64');
  const found: [category: number, value: number][] = [];
  let ofNaN: number | undefined;
  for (let at = starts[column] as number; at < (starts[column + 1] as number); at++) {
    const category = all[at] as number;
    if (Number.isNaN(category)) ofNaN ??= values[at] as number;
    else found.push([category, values[at] as number]);
  }
  found.sort(([a], [b]) => a - b);
  return {
    categories: Float64Array.from(found, ([category]) => category),
    values: Float64Array.from(found, ([, value]) => value),
    other: othersOf(site)?.[column] ?? NaN,
    ofNaN,
  };
}

function othersOf(site: Site): Float64Array | undefined {
  return site.node.arrays['others'] === undefined ? undefined : arrayOf(site, 'others', 'f64');
}

/** The first place whose element is not below `value`. */
function placeOf(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function encode(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  const columns = Array.from({ length: width }, (_, column) => columnOf(site, column));
  const refuses = site.node.attributes['unknown'] === 'refuse';
  return rows => {
    for (const [at, { categories, values, other, ofNaN }] of columns.entries()) {
      for (let row = 0; row < rows; row++) {
        const value = x[row * width + at] as number;
        const place = placeOf(categories, value);
        let code: number | undefined;
        if (categories[place] === value) code = values[place];
        else if (value !== value) code = ofNaN;
        if (code === undefined && refuses)
          refuse(site, value, row, at, categories.length + (ofNaN === undefined ? 0 : 1));
        y[row * width + at] = code ?? other;
      }
    }
  };
}

/** The value of each category of a column of texts, null for a missing one. */
function textColumns(site: Site): readonly ReadonlyMap<string | null, number>[] {
  const starts = arrayOf(site, 'starts', 'i32');
  const values = arrayOf(site, 'values', 'f64');
  const texts = textListOf(site, 'categories');
  return Array.from(arrayOf(site, 'missing', 'i32'), (missing, column) => {
    const found = new Map<string | null, number>();
    for (let at = starts[column] as number; at < (starts[column + 1] as number); at++)
      found.set(at === missing ? null : (texts[at] as string), values[at] as number);
    return found;
  });
}

function encodeTexts(site: Site): Kernel {
  const x = textsOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  const columns = textColumns(site);
  const others = othersOf(site);
  const missing = arrayOf(site, 'missing', 'i32');
  const refuses = site.node.attributes['unknown'] === 'refuse';
  return rows => {
    for (const [at, categories] of columns.entries()) {
      const other = others?.[at] ?? NaN;
      const present = missing[at] === refusedMissing;
      for (let row = 0; row < rows; row++) {
        const text = x[row * width + at] as string | null;
        if (present && text === null) refuseMissing(site, row, at);
        const code = categories.get(text);
        if (code === undefined && refuses) refuse(site, text, row, at, categories.size);
        y[row * width + at] = code ?? other;
      }
    }
  };
}

function oneHot(site: Site): Kernel {
  const x = matrixOf(site);
  const count = widthOf(site);
  const { width } = site.output;
  if (site.output.kind === 'sparse') return oneHotSparse(x, site.target as SparseRows, count, width);
  const y = site.target as Float64Array;
  return rows => {
    y.fill(0, 0, rows * width);
    for (let row = 0; row < rows; row++)
      for (let at = 0; at < count; at++) {
        const column = x[row * count + at] as number;
        if (column >= 0 && column < width) y[row * width + Math.trunc(column)] = 1;
      }
  };
}

function oneHotSparse(x: Float64Array, y: SparseRows, count: number, width: number): Kernel {
  return rows => {
    y.clear();
    for (let row = 0; row < rows; row++) {
      y.reserve(count);
      const first = y.count;
      let length = 0;
      for (let at = 0; at < count; at++) {
        const column = x[row * count + at] as number;
        if (!(column >= 0 && column < width)) continue;
        y.columns[first + length] = column;
        y.values[first + length++] = 1;
      }
      y.endRow(length);
    }
  };
}

export const categoryKernels = defineKernels({
  encode: { cost: ({ output }) => output.width * 40, make: encode },
  encodeTexts: { cost: ({ output }) => output.width * 40, make: encodeTexts },
  // The reader of the request writes the target.
  labelSets: { cost: ({ output, columns }) => output.width + columns * 50 + 100, make: () => () => {} },
  oneHot: {
    cost: site => widthOf(site) * 4 + (site.output.kind === 'sparse' ? 0 : site.output.width * 0.3),
    values: site => widthOf(site),
    make: oneHot,
  },
});
