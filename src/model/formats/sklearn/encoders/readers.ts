import type { PyValue } from '../../pickle/index.ts';
import type { Estimator } from '../estimator.ts';
import { numberOf } from '../python.ts';
import { handling, lumped, placesOf, singleCoding, type Coding } from './coding.ts';
import type { Mappings } from './mappings.ts';

/** Codes that `category_encoders` gives to values that training did not have, and to missing ones. */
const unknownCode = -1;
const missingCode = -2;

/** Reads what an encoder does with a column; undefined where it passes the column on. */
export type Reader = (estimator: Estimator, mappings: Mappings) => (column: string) => Coding | undefined;

/** A number in place of a word, since 2.11; a function cannot be asked. */
function numberFor(estimator: Estimator, name: 'handle_unknown' | 'handle_missing'): number | undefined {
  const how = handling(estimator, name);
  if (typeof how === 'string' || how === null) return undefined;
  return numberOf(how) ?? estimator.unsupported(name, 'a function of the author’s would have to run');
}

/** `OrdinalEncoder`: what the mapping does not have is -1 or NaN; a missing value has a code of training, or -2, or NaN. */
export const ordinalReader: Reader = (estimator, mappings) => {
  const byColumn = mappings.byColumn('mapping');
  const unknown = handling(estimator, 'handle_unknown');
  const missing = handling(estimator, 'handle_missing');
  const [unknownNumber, missingNumber] = [
    numberFor(estimator, 'handle_unknown'),
    numberFor(estimator, 'handle_missing'),
  ];
  const unseen = unknown === 'value' ? unknownCode : (unknownNumber ?? NaN);
  /** undefined: refused. */
  const finished = (code: number): number | undefined => {
    if (Number.isNaN(code) && unknown === 'error') return undefined;
    const known = Number.isNaN(code) ? unseen : code;
    if (known !== missingCode) return known;
    return missing === 'return_nan' ? NaN : (missingNumber ?? known);
  };
  return column => {
    if (!byColumn.has(column)) return undefined;
    const { index, values } = mappings.series('mapping', byColumn.get(column));
    const { labels, missing: place } = placesOf(index);
    const known = [...labels].flatMap(([label, at]): [PyValue, number][] => {
      const value = finished(values[at] as number);
      return value === undefined ? [] : [[label, value]];
    });
    const ofMissing =
      missing === 'error' ? undefined : finished(place === undefined ? NaN : (values[place] as number));
    return singleCoding(known, ofMissing, finished(NaN));
  };
};

/**
 * Encoders that turn a column into codes first (the ordinal encoder inside), and each code into a number or a row of numbers:
 * one-hot, base-n, contrasts, and all that look a target up. Codes that are not in the table give NaN.
 */
export const codedReader: Reader = (estimator, mappings) => codedWith(estimator, mappings, NaN);

/** `RankHotEncoder`: what is no label has no rank, or NaN. */
export const rankHotReader: Reader = (estimator, mappings) => {
  const read = codedWith(
    estimator,
    mappings,
    handling(estimator, 'handle_unknown') === 'return_nan' ? NaN : 0,
  );
  if (handling(estimator, 'handle_missing') !== 'return_nan') return read;
  return column => {
    const coding = read(column);
    if (coding === undefined) return undefined;
    const { table, width } = coding;
    const missing = table.length / width;
    const longer = new Float64Array(table.length + width).fill(NaN);
    longer.set(table);
    return { ...coding, table: longer, missing };
  };
};

/** @param absent what stands for codes that are not in the table */
function codedWith(estimator: Estimator, mappings: Mappings, absent: number): ReturnType<Reader> {
  const byColumn = mappings.byColumn('mapping');
  const inner = estimator.part('ordinal_encoder') ?? estimator.malformed('ordinal_encoder', 'an encoder');
  const codes = mappings.byColumn('mapping', inner);
  const refusesUnknown = handling(estimator, 'handle_unknown') === 'error';
  const refusesMissing = handling(estimator, 'handle_missing') === 'error';
  return column => {
    if (!byColumn.has(column)) return undefined;
    const ordinal = mappings.series('ordinal_encoder.mapping', codes.get(column));
    const { index, width, values, columns } = mappings.table('mapping', byColumn.get(column));
    const rows = new Map(index.map((code, row) => [numberOf(code), row]).toReversed() as [number, number][]);
    const table = new Float64Array(values.length + width).fill(absent);
    table.set(values);
    const rowOf = (code: number): number => rows.get(code) ?? index.length;
    const { labels, missing } = placesOf(ordinal.index);
    const other = refusesUnknown ? undefined : rowOf(unknownCode);
    const codeOfMissing = missing === undefined ? unknownCode : (ordinal.values[missing] as number);
    const ofMissing = codeOfMissing === unknownCode ? other : rowOf(codeOfMissing);
    return {
      labels: new Map([...labels].map(([label, at]) => [label, rowOf(ordinal.values[at] as number)])),
      missing: refusesMissing ? undefined : ofMissing,
      other,
      width,
      table,
      columns,
    };
  };
}

/** `CountEncoder`: how often training had a label; small groups stand together. */
export const countReader: Reader = (estimator, mappings) => {
  const byColumn = mappings.byColumn('mapping');
  const groups = mappings.byColumn('_min_group_categories');
  const unknowns = mappings.byColumn('_handle_unknown');
  const missings = mappings.byColumn('_handle_missing');
  const refusesMissing = handling(estimator, 'handle_missing') === 'error';
  return column => {
    if (!byColumn.has(column)) return undefined;
    const unknown = unknowns.get(column) ?? 'value';
    const fill =
      unknown === 'value' && missings.get(column) !== 'return_nan' ? 0 : (numberOf(unknown) ?? NaN);
    const finished = (count: number): number | undefined => {
      if (!Number.isNaN(count)) return count;
      return unknown === 'error' ? undefined : fill;
    };
    const { index, values } = mappings.series('mapping', byColumn.get(column));
    const { labels, missing } = placesOf(index);
    const known = [...labels].map(([label, at]): [PyValue, number] => [label, values[at] as number]);
    const ofMissing = finished(missing === undefined ? NaN : (values[missing] as number));
    const coding = singleCoding(known, ofMissing, finished(NaN));
    const grouped = lumped(coding, mappings.pairs('_min_group_categories', groups.get(column)));
    return refusesMissing ? { ...grouped, missing: undefined } : grouped;
  };
};

/** What a level is worth, by the sum and count of its targets; a level with one row is worth the mean of all. */
type Level = (sum: number, count: number) => number;

function levelReader(levelOf: (estimator: Estimator, mean: number) => Level): Reader {
  return (estimator, mappings) => {
    const byColumn = mappings.byColumn('mapping');
    const mean = estimator.number('_mean');
    const level = levelOf(estimator, mean);
    const unknown = handling(estimator, 'handle_unknown');
    const missing = handling(estimator, 'handle_missing');
    return column => {
      if (!byColumn.has(column)) return undefined;
      const { index, columns, values } = mappings.frame('mapping', byColumn.get(column));
      const [sums, counts] = [columns.indexOf('sum'), columns.indexOf('count')];
      if (sums < 0 || counts < 0) return estimator.malformed('mapping', 'sums and counts for each column');
      const worth = (row: number): number => {
        const count = values[row * columns.length + counts] as number;
        return count > 1 ? level(values[row * columns.length + sums] as number, count) : mean;
      };
      const { labels, missing: place } = placesOf(index);
      const seen = place === undefined ? undefined : worth(place);
      const words: Readonly<Record<string, number | undefined>> = {
        value: seen ?? mean,
        return_nan: NaN,
        error: undefined,
      };
      const ofMissing =
        typeof missing === 'string' && Object.hasOwn(words, missing) ? words[missing] : (seen ?? NaN);
      const unseen = unknown === 'value' ? mean : NaN;
      return singleCoding(
        [...labels].map(([label, row]) => [label, worth(row)]),
        ofMissing,
        unknown === 'error' ? undefined : unseen,
      );
    };
  };
}

/** `LeaveOneOutEncoder`, asked without targets: the mean of a level. */
export const leaveOneOutReader = levelReader(() => (sum, count) => sum / count);

/** `CatBoostEncoder`, asked without targets: the mean of a level, with that of all `a` times (once before 2.0) among it. */
export const catBoostReader = levelReader((estimator, mean) => {
  const weight = estimator.has('a') ? estimator.number('a') : 1;
  return (sum, count) => (sum + mean * weight) / (count + weight);
});
