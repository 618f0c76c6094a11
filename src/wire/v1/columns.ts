import type { NamedTensor } from '../../tensor/index.ts';
import { wireErrors } from '../errors.ts';
import type { JsonValue } from '../json/value.ts';
import type { DecodeLimits } from '../limits.ts';
import { tooManyRows } from '../rows.ts';
import { described, isLeaf, tensorOfLeaves, type Leaf } from './leaves.ts';

type JsonObject = { readonly [key: string]: JsonValue };

function isObject(value: JsonValue | undefined): value is JsonObject {
  return !isLeaf(value) && !Array.isArray(value);
}

/** Whether the instances are objects by column, or arrays of such objects. */
export function areRecords(instances: readonly JsonValue[]): boolean {
  const [first] = instances;
  return isObject(first) || (Array.isArray(first) && isObject(first[0] as JsonValue | undefined));
}

interface Record {
  readonly fields: JsonObject;
  readonly path: string;
}

function recordsOf(instances: readonly JsonValue[], path: string): readonly Record[] {
  const records: Record[] = [];
  for (const [index, instance] of instances.entries()) {
    const items: readonly JsonValue[] = Array.isArray(instance)
      ? (instance as readonly JsonValue[])
      : [instance];
    for (const [inner, fields] of items.entries()) {
      const place = Array.isArray(instance) ? `${path}[${index}][${inner}]` : `${path}[${index}]`;
      if (!isObject(fields))
        throw wireErrors.make['wire-rows-mixed'](
          `${place}: found ${described(fields)}, expected an object by column name like the first instance`,
        );
      records.push({ fields, path: place });
    }
  }
  return records;
}

/** Values that may be absent or repeated, beyond four times those that are given. */
const mostLacking = 100_000;

/** The columns of the records read so far, each as long as they have rows. */
class Columns {
  readonly rowPaths: string[] = [];
  readonly #cells = new Map<string, Leaf[]>();
  #given = 0;
  #lacking = 0;

  add(record: Record, rows: number): void {
    const before = this.rowPaths.length;
    for (const name of Object.keys(record.fields)) {
      const column = this.#column(name);
      this.#fill(column, before, record.path);
      const given = isLeaf(record.fields[name]) ? Math.min(1, rows) : rows;
      this.#given += given;
      this.#lack(rows - given, record.path);
      addCells(column, record, name, rows);
    }
    for (let row = 0; row < rows; row++) this.rowPaths.push(record.path);
  }

  tensors(path: string): readonly NamedTensor[] {
    const rows = this.rowPaths.length;
    return [...this.#cells].map(([name, cells]) => {
      this.#fill(cells, rows, path);
      const tensor = tensorOfLeaves(cells, index => `${this.rowPaths[index] ?? path}.${name}`);
      return { name, shape: [rows], ...tensor };
    });
  }

  #column(name: string): Leaf[] {
    let column = this.#cells.get(name);
    if (column === undefined) this.#cells.set(name, (column = []));
    return column;
  }

  #fill(cells: Leaf[], length: number, path: string): void {
    this.#lack(length - cells.length, path);
    while (cells.length < length) cells.push(null);
  }

  // As many columns as rows, each with one value, would take memory by the square of the body.
  #lack(count: number, path: string): void {
    this.#lacking += count;
    if (this.#lacking > mostLacking + 4 * this.#given)
      throw wireErrors.make['wire-rows-uneven'](
        `${path}: found ${this.#cells.size} columns, most of whose values are absent or repeated, expected a value of every column in every row`,
      );
  }
}

/**
 * One tensor `[rows]` for each column, as KServe makes a DataFrame of each instance and concatenates them: a value is a
 * scalar, or a list with a value for each of several rows, beside which scalars are repeated; a column that an instance
 * lacks is null, that is NaN, in its rows.
 * @throws `wire-rows-uneven`, `wire-rows-mixed`, `wire-field-type`, `wire-rows-limit`
 */
export function columnsOf(
  instances: readonly JsonValue[],
  path: string,
  limits: DecodeLimits,
): readonly NamedTensor[] {
  const columns = new Columns();
  for (const record of recordsOf(instances, path)) {
    const rows = rowsOf(record, limits);
    const total = columns.rowPaths.length + rows;
    if (total > limits.maxRows) throw tooManyRows(path, total, limits);
    columns.add(record, rows);
  }
  return columns.tensors(path);
}

/** Rows of an instance: the length of its lists, 1 without lists. */
function rowsOf({ fields, path }: Record, limits: DecodeLimits): number {
  let rows: number | undefined;
  for (const [name, value] of Object.entries(fields)) {
    if (isLeaf(value)) continue;
    if (!Array.isArray(value))
      throw wireErrors.make['wire-field-type'](
        `${path}.${name}: found an object, expected a value or a list of values`,
      );
    rows ??= value.length;
    if (value.length !== rows)
      throw wireErrors.make['wire-rows-uneven'](
        `${path}.${name}: found a list of ${value.length} values, expected ${rows} like the columns before`,
      );
  }
  if (rows !== undefined && rows > limits.maxRows) throw tooManyRows(path, rows, limits);
  return rows ?? 1;
}

function addCells(column: Leaf[], { fields, path }: Record, name: string, rows: number): void {
  const value = fields[name] as JsonValue;
  for (let row = 0; row < rows; row++) {
    const cell = Array.isArray(value) ? (value as readonly JsonValue[])[row] : value;
    if (!isLeaf(cell))
      throw wireErrors.make['wire-field-type'](
        `${path}.${name}[${row}]: found ${described(cell)}, expected a value`,
      );
    column.push(cell);
  }
}
