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
  const records = recordsOf(instances, path);
  const columns = new Map<string, Leaf[]>();
  const rowPaths: string[] = [];
  for (const record of records) {
    const rows = rowsOf(record, limits);
    const before = rowPaths.length;
    if (before + rows > limits.maxRows) throw tooManyRows(path, before + rows, limits);
    for (const name of Object.keys(record.fields))
      addCells(columnOf(columns, name, before), record, name, rows);
    for (let row = 0; row < rows; row++) rowPaths.push(record.path);
  }
  return [...columns].map(([name, cells]) => {
    fillWithNull(cells, rowPaths.length);
    const tensor = tensorOfLeaves(cells, index => `${rowPaths[index] ?? path}.${name}`);
    return { name, shape: [cells.length], ...tensor };
  });
}

function columnOf(columns: Map<string, Leaf[]>, name: string, rows: number): Leaf[] {
  let column = columns.get(name);
  if (column === undefined) columns.set(name, (column = []));
  fillWithNull(column, rows);
  return column;
}

function fillWithNull(cells: Leaf[], length: number): void {
  while (cells.length < length) cells.push(null);
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
