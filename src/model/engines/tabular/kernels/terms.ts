import { tabularErrors } from '../errors.ts';
import {
  arrayOf,
  defineKernels,
  sparseOf,
  textListOf,
  textsOf,
  valuesOf,
  widthOf,
  type Kernel,
  type Site,
} from '../kernel.ts';
import type { SparseRows } from '../sparse.ts';
import { analyzerOf } from '../terms/analyzer.ts';
import { cuttingCost, termsOf } from '../terms/cost.ts';
import { columnOf, Row } from '../terms/hashing.ts';
import { murmurHash } from '../terms/murmur.ts';

function missing(site: Site, row: number): never {
  const owner = String(site.node.attributes['owner']);
  throw tabularErrors.make['text-missing'](
    `${site.place(row, 0, owner)} is missing: ${owner} takes texts only`,
  );
}

/** Hands the terms of each row's text to `take`, and ends the row. */
function eachRow(site: Site, take: (term: string) => void, end: () => void): Kernel {
  const texts = textsOf(site);
  const analyze = analyzerOf(site);
  const target = site.target as SparseRows;
  return rows => {
    target.clear();
    for (let row = 0; row < rows; row++) {
      analyze(texts[row] ?? missing(site, row), take);
      end();
    }
  };
}

function countTerms(site: Site): Kernel {
  const columns = arrayOf(site, 'columns', 'i32');
  const vocabulary = new Map(
    textListOf(site, 'vocabulary').map((term, index) => [term, columns[index] as number]),
  );
  const row = new Row();
  const value = site.node.attributes['binary'] === true ? () => 1 : (sum: number) => sum;
  return eachRow(
    site,
    term => {
      const column = vocabulary.get(term);
      if (column !== undefined) row.add(column, 1);
    },
    () => row.write(site.target as SparseRows, value),
  );
}

function hashTerms(site: Site): Kernel {
  const { signs, absolute, binary, width } = site.node.attributes as {
    signs: boolean;
    absolute: boolean;
    binary: boolean;
    width: number;
  };
  const encoder = new TextEncoder();
  let bytes = new Uint8Array(256);
  const row = new Row();
  let value = (sum: number): number => sum;
  if (binary) value = () => 1;
  else if (absolute) value = Math.abs;
  return eachRow(
    site,
    term => {
      if (term.length * 3 > bytes.length) bytes = new Uint8Array(term.length * 3);
      const hash = murmurHash(bytes, encoder.encodeInto(term, bytes).written);
      row.add(columnOf(hash, width), signs && hash < 0 ? -1 : 1);
    },
    () => row.write(site.target as SparseRows, value),
  );
}

function logCounts(site: Site): Kernel {
  if (site.output.kind === 'matrix') {
    const x = site.blocks[0] as Float64Array;
    const y = site.target as Float64Array;
    const width = widthOf(site);
    return rows => {
      for (let at = 0; at < rows * width; at++) {
        const value = x[at] as number;
        y[at] = value === 0 ? 0 : Math.log(value) + 1;
      }
    };
  }
  const x = sparseOf(site);
  const y = site.target as SparseRows;
  return rows => {
    y.clear();
    for (let row = 0; row < rows; row++) {
      const start = x.starts[row] as number;
      const length = (x.starts[row + 1] as number) - start;
      y.reserve(length);
      const first = y.count;
      for (let at = 0; at < length; at++) {
        y.columns[first + at] = x.columns[start + at] as number;
        y.values[first + at] = Math.log(x.values[start + at] as number) + 1;
      }
      y.endRow(length);
    }
  };
}

/** Nanoseconds for the hash of a term. */
const hashCost = 60;

export const termKernels = defineKernels({
  countTerms: { cost: cuttingCost, values: termsOf, make: countTerms },
  hashTerms: {
    cost: sizes => cuttingCost(sizes) + termsOf(sizes) * hashCost,
    values: termsOf,
    make: hashTerms,
  },
  // The reader of the request writes the target.
  hashColumns: {
    cost: ({ columns, characters }) => 100 + columns * 100 + characters * 3,
    values: ({ columns }) => columns,
    make: () => () => {},
  },
  logCounts: { cost: sizes => valuesOf(sizes) * 20, make: logCounts },
});
