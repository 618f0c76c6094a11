import type { PyValue } from '../../pickle/index.ts';
import type { Estimator } from '../estimator.ts';
import { estimatorIn, listedParts } from '../members.ts';
import { itemsOf } from '../python.ts';
import type { Coding } from './coding.ts';
import { layoutOf, type Layout } from './layout.ts';
import { keyOf, Mappings } from './mappings.ts';
import { codedReader } from './readers.ts';

/** Quantiles are told apart by their whole percents. */
const mostQuantiles = 101;

/** The encoders of a `SummaryEncoder`, one for each quantile. */
export function quantileEncoders(estimator: Estimator): readonly [Estimator, ...Estimator[]] {
  const parts = listedParts(estimator, 'encoder_list');
  if (parts.length > mostQuantiles)
    return estimator.malformed('encoder_list', `${mostQuantiles} encoders at most`);
  const encoders = parts.map(
    part => estimatorIn(part, estimator) ?? estimator.malformed('encoder_list', 'encoders'),
  );
  return encoders as unknown as readonly [Estimator, ...Estimator[]];
}

/** A name for what the encoder at a place makes of a column. */
function nameAt(column: string, place: number): string {
  return `${place} ${column}`;
}

/** What comes out of which columns; of a column some quantiles may be left out. */
export function summaryLayout(encoders: readonly [Estimator, ...Estimator[]]): Layout {
  const [first] = encoders;
  const dropped = encoders.flatMap((encoder, place) =>
    encoder.flag('drop_invariant', false)
      ? (itemsOf(encoder.raw(encoder.anyOf('invariant_cols', 'drop_cols') ?? '')) ?? []).map(column =>
          keyOf(nameAt(keyOf(column) ?? '', place)),
        )
      : [],
  );
  return { ...layoutOf(first, false), dropped: new Set(dropped.map(String)) };
}

/** Codings of the same column side by side: a row of all their numbers for each label. */
function beside(codings: readonly [Coding, ...Coding[]], column: string): Coding {
  const [first] = codings;
  const table: number[] = [];
  /** @returns its place in the table; undefined where one of the codings refuses it */
  const addRow = (rowOf: (coding: Coding) => number | undefined): number | undefined => {
    const rows = codings.map(rowOf);
    if (rows.includes(undefined)) return undefined;
    for (const [at, row] of rows.entries()) table.push((codings[at] as Coding).table[row as number] ?? NaN);
    return table.length / codings.length - 1;
  };
  const labels = [...first.labels.keys()].flatMap((label): [PyValue, number][] => {
    const row = addRow(coding => coding.labels.get(label) ?? coding.other);
    return row === undefined ? [] : [[label, row]];
  });
  const missing = addRow(coding => coding.missing);
  const other = addRow(coding => coding.other);
  return {
    labels: new Map(labels),
    missing,
    other,
    width: codings.length,
    table: Float64Array.from(table),
    columns: codings.map((_, place) => nameAt(column, place)),
  };
}

/** `SummaryEncoder`: several quantiles of the targets of a label. */
export function summaryReader(
  encoders: readonly [Estimator, ...Estimator[]],
): (column: string) => Coding | undefined {
  const readers = encoders.map(encoder => codedReader(encoder, new Mappings(encoder)));
  return column => {
    const codings = readers.flatMap(reader => reader(column) ?? []);
    if (codings.length === 0) return undefined;
    if (codings.length !== encoders.length)
      return encoders[0].malformed('mapping', 'the same columns for each quantile');
    return beside(codings as unknown as readonly [Coding, ...Coding[]], column);
  };
}
