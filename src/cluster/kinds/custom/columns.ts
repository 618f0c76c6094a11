import type { KubeObject } from '../../meta/index.ts';
import { goNumber } from '../../schema/index.ts';
import { named } from '../columns/cells.ts';
import { since } from '../columns/durations.ts';
import type { Column } from '../kind.ts';
import type { PrinterColumn } from '../registry/rows.ts';
import { compileJsonPath } from './jsonpath.ts';

type Value = string | number | boolean | null;

/** What a definition without columns of its own gets. */
const usual: readonly PrinterColumn[] = [
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
];

/**
 * The columns of a custom kind as its definition lists them (`additionalPrinterColumns`), after the name. Cells are what
 * apiextensions makes of the first value at the path: null where it is missing or of another type, ages for dates.
 */
export function printedColumns(columns: readonly PrinterColumn[] | undefined): readonly Column[] {
  const rows = columns === undefined || columns.length === 0 ? usual : columns;
  return [named(), ...rows.map(printedColumn)];
}

function printedColumn({
  name,
  type,
  jsonPath,
  format = '',
  description = '',
  priority = 0,
}: PrinterColumn): Column {
  const path = compileJsonPath(jsonPath);
  return {
    name,
    type: type as Column['type'],
    format,
    description:
      description === ''
        ? `Custom resource definition column (in JSONPath format): ${jsonPath}`
        : description,
    priority,
    cell: (object: KubeObject, now: number) => {
      const found = path?.(object) ?? [];
      return found.length === 0 ? null : cellOf(type, found[0], now);
    },
  };
}

function cellOf(type: string, value: unknown, now: number): Value {
  if (type === 'string') return printed(value);
  if (type === 'boolean') return typeof value === 'boolean' ? value : null;
  if (type === 'integer') return typeof value === 'number' ? Math.trunc(value) : null;
  if (type === 'number') return typeof value === 'number' ? value : null;
  return type === 'date' && typeof value === 'string' ? ageOf(value, now) : null;
}

function printed(value: unknown): string {
  if (value === null || value === undefined) return '<no value>';
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? goNumber(value) : JSON.stringify(value);
}

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

function ageOf(time: string, now: number): string {
  if (time === '' || time === 'null') return '<unknown>';
  return rfc3339.test(time) ? since(time, now) : '<invalid>';
}
