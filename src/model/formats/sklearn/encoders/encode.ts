import { checkedMatrix } from '../checked.ts';
import { encoded, onesAt, type Encoding, type NumberReader } from '../categories.ts';
import type { Estimator } from '../estimator.ts';
import type { Translation } from '../family.ts';
import { featuresOf, joined, type Features } from '../features.ts';
import { categoriesOf, type Coding } from './coding.ts';
import type { Layout } from './layout.ts';
import { keyOf } from './mappings.ts';

/** A column of the request with what becomes of it. */
interface Coded {
  readonly position: number;
  readonly coding: Coding;
}

/** @param valueOf what stands for a row of the coding's table */
function encodingOf(estimator: Estimator, coding: Coding, valueOf: (row: number) => number): Encoding {
  const { labels, missing, other } = coding;
  const categories = categoriesOf(estimator, [...labels.keys()], missing !== undefined);
  const rows = [...labels.values(), ...(missing === undefined ? [] : [missing])];
  return {
    categories,
    values: Float64Array.from(rows, valueOf),
    other: other === undefined ? undefined : valueOf(other),
    refusesMissing: missing === undefined,
  };
}

/** Numbers are taken as they come, but where missing ones are refused. */
function readerFor(encodings: readonly Encoding[]): NumberReader {
  const refuses = encodings.some(one => one.refusesMissing === true && one.other !== undefined);
  return (estimator, x, to) => (refuses ? checkedMatrix(estimator, x, to) : x.matrix());
}

function encodedBy(
  estimator: Estimator,
  x: Features,
  to: Translation,
  encodings: readonly Encoding[],
): number {
  return encoded(estimator, x, to, encodings, readerFor(encodings));
}

/** Columns that become a number each; those that refuse what is no label apart from those that do not. */
function singles(estimator: Estimator, coded: readonly Coded[], x: Features, to: Translation): Features {
  const columns = x.select(coded.map(({ position }) => position));
  const encodings = coded.map(({ coding }) =>
    encodingOf(estimator, coding, row => coding.table[row] as number),
  );
  return featuresOf(to.builder, encodedBy(estimator, columns, to, encodings));
}

/** Column of the only 1 in each row of a table, -1 in a row of zeros; undefined when other rows are there. */
function onesOf({ table, width }: Coding, rows: readonly number[]): ReadonlyMap<number, number> | undefined {
  const found = new Map<number, number>();
  for (const row of rows) {
    let at = -1;
    for (let column = 0; column < width; column++) {
      const value = table[row * width + column];
      if (value === 0) continue;
      if (value !== 1 || at >= 0) return undefined;
      at = column;
    }
    found.set(row, at);
  }
  return found;
}

/** A column that becomes several. */
function wide(estimator: Estimator, { position, coding }: Coded, x: Features, to: Translation): Features {
  const { builder } = to;
  const column = x.select([position]);
  const { labels, missing, other, width, table } = coding;
  const used = [...new Set([...labels.values(), missing ?? 0, other ?? 0])];
  const ones = onesOf(coding, used);
  if (ones !== undefined) {
    const encoding = encodingOf(estimator, coding, row => ones.get(row) as number);
    return onesAt(to, encodedBy(estimator, column, to, [encoding]), width);
  }
  const places = encodedBy(estimator, column, to, [encodingOf(estimator, coding, row => row)]);
  const rows = table.length / width;
  const node = builder.add(
    'lookup',
    [places],
    { owner: estimator.name },
    {
      table: { values: table, shape: [rows, width] },
      starts: Int32Array.of(0, rows),
      bias: new Float64Array(width),
    },
  );
  return featuresOf(builder, node);
}

/** Which of the columns that a column becomes are left. */
function keptOf({ columns }: Coding, dropped: ReadonlySet<string>): readonly number[] {
  return (columns ?? []).flatMap((name, index) => (dropped.has(keyOf(name) ?? '') ? [] : [index]));
}

/**
 * The columns of a request in order: those that have no coding are passed on, each other is replaced by what it becomes.
 * @param codingOf the coding of a column
 */
export function encodedColumns(
  estimator: Estimator,
  { inputs, dropped, intercept }: Layout,
  codingOf: (column: string) => Coding | undefined,
  x: Features,
  to: Translation,
): Features {
  const parts: Features[] = [];
  let passed: number[] = [];
  let single: Coded[] = [];
  const flush = (): void => {
    if (passed.length > 0) parts.push(x.select(passed));
    if (single.length > 0) parts.push(singles(estimator, single, x, to));
    [passed, single] = [[], []];
  };
  for (const [position, column] of inputs.entries()) {
    const coding = codingOf(column);
    if (coding === undefined) {
      if (single.length > 0) flush();
      passed.push(position);
    } else if (coding.columns !== undefined) {
      flush();
      const kept = keptOf(coding, dropped);
      if (kept.length > 0) parts.push(wide(estimator, { position, coding }, x, to).select(kept));
    } else if (!dropped.has(column)) {
      const refuses = coding.other === undefined;
      if (passed.length > 0 || single.some(one => (one.coding.other === undefined) !== refuses)) flush();
      single.push({ position, coding });
    }
  }
  flush();
  const all = joined(to.builder, parts);
  if (all.width === 0) return estimator.unsupported('drop_invariant', 'no column is left');
  if (!intercept) return all;
  const ones = to.builder.add('constant', [all.numbers()], {}, { values: Float64Array.of(1) });
  return joined(to.builder, [featuresOf(to.builder, ones), all]);
}
