import { frameOf, seriesOf, type Frame, type Series } from '../../pandas/index.ts';
import { PyDict, type PyValue } from '../../pickle/index.ts';
import type { Estimator } from '../estimator.ts';
import { itemsOf, numberOf } from '../python.ts';

/** Numbers in the tables of an encoder, of all columns together; a file may give one table to thousands of them. */
const mostCells = 2 ** 25;

/** What a label, or the name of a column, takes of them: to find it again takes more than a number does. */
const labelCells = 8;

/** Characters of a label that this covers; each four beyond take as much as a number. */
const labelCharacters = 32;

function cellsOf(labels: readonly PyValue[]): number {
  let beyond = 0;
  for (const label of labels)
    if (typeof label === 'string' && label.length > labelCharacters) beyond += label.length - labelCharacters;
  return labelCells * labels.length + beyond / 4;
}

/** A column as a key: names that are texts apart from those that are numbers, which columns without names have. */
export function keyOf(value: PyValue | undefined): string | undefined {
  if (typeof value === 'string') return `"${value}`;
  const number = numberOf(value);
  return number === undefined ? undefined : String(number);
}

/** NaN is the label of missing values. None is not: the library takes a None that it is asked with for NaN. */
export function isMissing(label: PyValue): boolean {
  return typeof label === 'number' && Number.isNaN(label);
}

/** Rows of numbers by label, row-major `[index, width]`. */
export interface Table {
  readonly index: readonly PyValue[];
  readonly width: number;
  readonly values: Float64Array;
  readonly columns: readonly PyValue[] | undefined;
}

/** Attributes of an encoder that hold something for each column. */
export class Mappings {
  readonly #estimator: Estimator;
  #cells = mostCells;
  /** The frame that was read last: a file may give one to many columns. */
  #last: { readonly value: PyValue | undefined; readonly frame: Frame } | undefined;

  constructor(estimator: Estimator) {
    this.#estimator = estimator;
  }

  /** A dict by column, or a list of dicts of which each names its column. */
  byColumn(name: string, holder = this.#estimator): ReadonlyMap<string, PyValue> {
    const value = holder.raw(name);
    const pairs =
      value instanceof PyDict
        ? value.entries()
        : itemsOf(value)?.map((item): [PyValue, PyValue] =>
            item instanceof PyDict ? [item.get('col') ?? null, item.get('mapping') ?? null] : [null, null],
          );
    const found = new Map<string, PyValue>();
    for (const [column, mapping] of pairs ?? holder.malformed(name, 'a mapping for each column')) {
      const key = keyOf(column);
      if (key === undefined) return holder.malformed(name, 'columns that have names, or are numbered');
      found.set(key, mapping);
    }
    return found;
  }

  /** A number for each label; a plain dict does as well. */
  series(name: string, value: PyValue | undefined): Series {
    const found = value instanceof PyDict ? ofDict(value) : seriesOf(value);
    if (found === undefined)
      return this.#estimator.malformed(name, 'numbers by label (a pandas Series) for each column');
    this.#spend(name, cellsOf(found.index));
    return found;
  }

  /** A row of numbers for each label. */
  frame(name: string, value: PyValue | undefined): Frame {
    const found = this.#last?.value === value ? this.#last?.frame : frameOf(value, this.#cells, labelCells);
    if (found === undefined)
      return this.#estimator.malformed(
        name,
        `rows of numbers by label (a pandas DataFrame) for each column, ${mostCells} numbers at most, of which each label and column counts for ${labelCells}`,
      );
    this.#last = { value, frame: found };
    this.#spend(name, found.values.length + cellsOf(found.index) + cellsOf(found.columns));
    return found;
  }

  /** A number, or a row of numbers, for each label: a Series has one column without a name. */
  table(name: string, value: PyValue | undefined): Table {
    const single = seriesOf(value);
    if (single === undefined) {
      const { index, columns, values } = this.frame(name, value);
      return { index, columns, values, width: columns.length };
    }
    this.#spend(name, cellsOf(single.index));
    return { ...single, columns: undefined, width: 1 };
  }

  /** Labels with what they stand for: a dict of a column, or none. */
  pairs(name: string, value: PyValue | undefined): readonly (readonly [PyValue, PyValue])[] {
    if (!(value instanceof PyDict)) return [];
    this.#spend(name, cellsOf(value.keys()));
    return value.entries();
  }

  #spend(name: string, cells: number): void {
    this.#cells -= cells;
    if (this.#cells < 0)
      this.#estimator.malformed(
        name,
        `${mostCells / labelCells} labels at most in all columns together, fewer of more than ${labelCharacters} characters`,
      );
  }
}

function ofDict(dict: PyDict): Series | undefined {
  const numbers = dict.values().map(numberOf);
  return numbers.includes(undefined)
    ? undefined
    : { index: dict.keys(), values: Float64Array.from(numbers as number[]) };
}
