import { encodeTexts } from '../../../plan/index.ts';
import { DType, NdArray, PyObject, type PyValue } from '../../pickle/index.ts';
import { checkedMatrix } from '../checked.ts';
import type { Estimator } from '../estimator.ts';
import type { Family, Methods, Translation } from '../family.ts';
import { featuresOf, joined, type Features } from '../features.ts';
import { itemsOf, numberOf } from '../python.ts';
import { isBefore } from '../version.ts';

/** What an imputer takes for a missing value: NaN or None, a number, or a text. */
type Missing =
  | { readonly kind: 'nan' }
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'text'; readonly text: string };

function missingOf(estimator: Estimator): Missing {
  const value = estimator.raw('missing_values');
  if (value === undefined || value === null) return { kind: 'nan' };
  // `pandas.NA`
  if (value instanceof PyObject && value.cls.name === 'NAType') return { kind: 'nan' };
  if (value instanceof PyObject && value.cls.name === '_load_NA') return { kind: 'nan' };
  if (typeof value === 'string') return value === 'NaN' ? { kind: 'nan' } : { kind: 'text', text: value };
  const number = numberOf(value) ?? estimator.unsupported('missing_values', 'neither a number nor a text');
  return Number.isNaN(number) ? { kind: 'nan' } : { kind: 'number', number };
}

function numberRule(missing: Missing) {
  return missing.kind === 'number'
    ? { missing: 'number', number: missing.number }
    : { missing: 'nan', number: 0 };
}

function textRule(missing: Missing) {
  return missing.kind === 'text' ? { missing: 'text', text: missing.text } : { missing: 'none', text: '' };
}

/** NaN passes where it is what is missing. */
function numbersOf(estimator: Estimator, x: Features, to: Translation, missing: Missing): number {
  return checkedMatrix(estimator, x, to, { nan: missing.kind === 'nan' ? 'allow' : 'refuse' });
}

/** Columns that texts are asked of, the others are numbers. */
type IsText = (column: number) => boolean;

/** A column for each of `columns`: 1 where its value is missing. */
function missingMask(
  estimator: Estimator,
  x: Features,
  to: Translation,
  columns: readonly number[],
  isText: IsText,
): Features {
  const missing = missingOf(estimator);
  const parts = runsOf(columns, isText).map(([text, run]) => {
    const chosen = x.select(run);
    const node = text
      ? to.builder.add('isMissingText', [chosen.texts()], textRule(missing))
      : to.builder.add('isMissing', [numbersOf(estimator, chosen, to, missing)], numberRule(missing));
    return featuresOf(to.builder, node);
  });
  return joined(to.builder, parts);
}

/** Columns in runs of one kind, in their order. */
function runsOf(columns: readonly number[], isText: IsText): readonly [text: boolean, run: number[]][] {
  const runs: [boolean, number[]][] = [];
  for (const column of columns) {
    const text = isText(column);
    const last = runs.at(-1);
    if (last !== undefined && last[0] === text) last[1].push(column);
    else runs.push([text, [column]]);
  }
  return runs;
}

/** Adds the columns of `indicator_` where an imputer has one. */
function withIndicator(
  imputer: Estimator,
  x: Features,
  to: Translation,
  imputed: Features,
  isText: IsText,
): Features {
  if (!imputer.flag('add_indicator', false)) return imputed;
  const indicator = imputer.part('indicator_') ?? imputer.malformed('indicator_', 'an indicator');
  const columns = Array.from(indicator.counts(indicator.fitted('features_')));
  if (columns.length === 0) return imputed;
  return joined(to.builder, [imputed, missingMask(indicator, x, to, columns, isText)]);
}

/** What missing values become: a number or a text for each column, undefined for a column that is left out. */
function statisticsOf(estimator: Estimator, keepsNaN: boolean): readonly (number | string | undefined)[] {
  const name = estimator.fitted('statistics_');
  const array = estimator.array(name);
  const values: readonly PyValue[] =
    array.dtype.kind === 'O' || array.dtype.kind === 'U' ? array.values() : Array.from(array.float64());
  return values.map(value => {
    if (typeof value === 'string') return value;
    const number = value === null ? NaN : typeof value === 'boolean' ? Number(value) : numberOf(value);
    if (number === undefined) return estimator.malformed(name, 'a number or text for each column');
    return Number.isNaN(number) && !keepsNaN ? undefined : number;
  });
}

function imputedRun(
  estimator: Estimator,
  x: Features,
  to: Translation,
  fill: readonly (number | string | undefined)[],
): Features {
  const { builder } = to;
  const missing = missingOf(estimator);
  if (typeof fill[0] === 'string') {
    const texts = encodeTexts('fill', fill as readonly string[]);
    return featuresOf(builder, builder.add('imputeTexts', [x.texts()], textRule(missing), texts));
  }
  const node = numbersOf(estimator, x, to, missing);
  const { single } = builder.typeOf(node);
  const dtype = estimator.raw('_fill_dtype');
  const round = dtype instanceof DType && dtype.kind === 'f' && dtype.itemsize === 4;
  const numbers = Float64Array.from(fill as readonly number[], value => (round ? Math.fround(value) : value));
  return featuresOf(
    builder,
    builder.add('impute', [node], numberRule(missing), { fill: numbers }, { single }),
  );
}

/** `sklearn.impute.SimpleImputer`, and `sklearn.preprocessing.Imputer` before it. */
function simpleImputer(estimator: Estimator, x: Features, to: Translation): Methods {
  if (estimator.has('axis') && estimator.number('axis') !== 0)
    return estimator.unsupported('axis', 'it would take the mean of each row of a request');
  // Until 1.1 every column of a constant was kept; later ones are kept where the parameter says so.
  const constant = estimator.text('strategy') === 'constant' && isBefore(estimator.version, 1, 8);
  const keeps = constant || estimator.flag('keep_empty_features', false);
  const statistics = statisticsOf(estimator, keeps);
  if (statistics.length !== x.width) return estimator.malformed('statistics_', `${x.width} numbers`);
  const isText: IsText = column => typeof statistics[column] === 'string';
  const kept = [...statistics.keys()].filter(column => statistics[column] !== undefined);
  const parts = runsOf(kept, isText).map(([, run]) =>
    imputedRun(
      estimator,
      x.select(run),
      to,
      run.map(column => statistics[column]),
    ),
  );
  if (parts.length === 0) return estimator.unsupported('statistics_', 'no column is left');
  return { transform: withIndicator(estimator, x, to, joined(to.builder, parts), isText) };
}

const neverText: IsText = () => false;

/** `sklearn.impute.MissingIndicator` */
function missingIndicator(estimator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  const columns = Array.from(estimator.counts(estimator.fitted('features_')));
  const others = Array.from({ length: x.width }, (_, column) => column).filter(
    column => !columns.includes(column),
  );
  const isText: IsText = missingOf(estimator).kind === 'text' ? () => true : neverText;
  if (columns.length === 0) return estimator.unsupported('features', 'no column had missing values');
  const mask = missingMask(estimator, x, to, columns, isText).matrix();
  const refusesNew = estimator.flag('error_on_new', true) && others.length > 0 && !isText(0);
  // Values missing where none was in training are an error of the request.
  const checked = refusesNew
    ? builder.add(
        'columns',
        [builder.add('concatenate', [mask, checkedMatrix(estimator, x.select(others), to)])],
        {},
        {
          indices: Int32Array.from(columns.keys()),
        },
      )
    : mask;
  const codes = builder.add('above', [checked], { threshold: 0.5 });
  const labels = { datatype: 'BOOL', values: Uint8Array.of(0, 1) } as const;
  return { transform: featuresOf(builder, checked, { node: codes, labels }) };
}

function meansOf(values: Float64Array, rows: number, columns: number, isMissing: (value: number) => boolean) {
  const sums = new Float64Array(columns);
  const counts = new Float64Array(columns);
  for (let at = 0; at < rows * columns; at++) {
    const value = values[at] as number;
    if (isMissing(value)) continue;
    sums[at % columns] = (sums[at % columns] as number) + value;
    counts[at % columns] = (counts[at % columns] as number) + 1;
  }
  return { means: sums.map((sum, column) => sum / (counts[column] as number)), counts };
}

/** `sklearn.impute.KNNImputer` */
function nearestImputer(estimator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  const metric = estimator.raw('metric');
  if (metric !== 'nan_euclidean') return estimator.unsupported('metric', 'a function cannot be run');
  const weights = estimator.raw('weights');
  if (weights !== 'uniform' && weights !== 'distance')
    return estimator.unsupported('weights', 'a function cannot be run');
  const fitted = estimator.matrix(estimator.fitted('_fit_X'));
  const [rows, columns] = fitted.shape;
  const missing = missingOf(estimator);
  const isMissing =
    missing.kind === 'number'
      ? (value: number) => value === missing.number
      : (value: number) => value !== value;
  const { means, counts } = meansOf(fitted.values, rows, columns, isMissing);
  const node = builder.add(
    'imputeNearest',
    [numbersOf(estimator, x, to, missing)],
    {
      ...numberRule(missing),
      neighbours: Math.max(1, estimator.count('n_neighbors')),
      weights,
      // Before 1.6 a mean took rows without a distance in where there were too few others.
      strangers: weights === 'uniform' && isBefore(estimator.version, 1, 6),
    },
    { fitted, fill: means.map(mean => (Number.isNaN(mean) ? 0 : mean)) },
  );
  return {
    transform: withIndicator(estimator, x, to, keptColumns(estimator, to, node, counts), neverText),
  };
}

/** Columns without any value in training are left out, or 0 where they are kept. */
function keptColumns(estimator: Estimator, to: Translation, node: number, counts: Float64Array): Features {
  const { builder } = to;
  const empty = counts.map(count => (count === 0 ? 1 : 0));
  if (!empty.includes(1)) return featuresOf(builder, node);
  if (estimator.flag('keep_empty_features', false)) {
    const bound = (limit: number) => empty.map(one => (one === 1 ? 0 : limit));
    const arrays = { low: bound(-Infinity), high: bound(Infinity) };
    return featuresOf(builder, builder.add('clip', [node], {}, arrays));
  }
  const kept = Array.from(counts.keys()).filter(column => empty[column] === 0);
  return featuresOf(builder, node).select(kept);
}

/** One turn of an `IterativeImputer`: which column is predicted from which others, and by what. */
interface Turn {
  readonly column: number;
  readonly neighbours: readonly number[];
  readonly part: PyValue;
}

function turnsOf(estimator: Estimator, width: number): readonly Turn[] {
  const items = itemsOf(estimator.raw(estimator.fitted('imputation_sequence_'))) ?? [];
  const within = (column: number): boolean => Number.isInteger(column) && column >= 0 && column < width;
  return items.map(item => {
    const fields = item instanceof PyObject ? item.args : (itemsOf(item) ?? []);
    const [feature, others, part] = fields as readonly (PyValue | undefined)[];
    const column = numberOf(feature);
    const neighbours = others instanceof NdArray ? Array.from(others.float64()) : undefined;
    if (column === undefined || part === undefined || !within(column) || neighbours?.every(within) !== true)
      return estimator.malformed('imputation_sequence_', 'triples of column, other columns and estimator');
    return { column, neighbours, part };
  });
}

/** Bound of a column, from an attribute that has one number for all of them or one for each. */
function boundOf(estimator: Estimator, name: string, absent: string, column: number): number {
  const values = estimator.has(name) ? estimator.vector(name) : estimator.vector(absent);
  return (values.length === 1 ? values[0] : values[column]) ?? estimator.malformed(name, 'a bound a column');
}

function predicted(
  estimator: Estimator,
  to: Translation,
  { column, part, neighbours }: Turn,
  index: number,
  columns: readonly number[],
): number {
  const { builder } = to;
  const parts = neighbours.map(one => featuresOf(builder, columns[one] as number));
  const place = `${estimator.place}.imputation_sequence_[${index}]`;
  const { predict } = to.translate(part, place, estimator, joined(builder, parts));
  if (predict === undefined || Array.isArray(predict))
    return estimator.unsupported('estimator', 'its estimators do not predict one column');
  const { node } = predict as { readonly node: number };
  const low = boundOf(estimator, '_min_value', 'min_value', column);
  const high = boundOf(estimator, '_max_value', 'max_value', column);
  return builder.add('clip', [node], {}, { low: Float64Array.of(low), high: Float64Array.of(high) });
}

/**
 * `sklearn.impute.IterativeImputer`: columns are predicted from the others in turns. In a call without a single value the
 * library leaves the first guess; here such a row is treated as in any other call.
 */
function iterativeImputer(estimator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  if (estimator.flag('sample_posterior', false))
    return estimator.unsupported('sample_posterior', 'it draws random numbers');
  const missing = missingOf(estimator);
  const initial = estimator.part(estimator.fitted('initial_imputer_')) as Estimator;
  const first = to.translate(initial.object, initial.place, estimator, x).transform as Features;
  const kept = keptByInitial(initial, x.width);
  const mask = featuresOf(
    builder,
    builder.add('isMissing', [numbersOf(estimator, x.select(kept), to, missing)], numberRule(missing)),
  );
  const columns = kept.map((_, column) => first.select([column]).matrix());
  if (estimator.number('n_iter_') > 0)
    for (const [index, turn] of turnsOf(estimator, kept.length).entries()) {
      const guess = predicted(estimator, to, turn, index, columns);
      const where = mask.select([turn.column]).matrix();
      columns[turn.column] = builder.add('choose', [columns[turn.column] as number, guess, where]);
    }
  const whole = featuresOf(builder, builder.add('concatenate', columns));
  return { transform: withIndicator(estimator, x, to, whole, neverText) };
}

/** Columns that the first guess keeps. */
function keptByInitial(initial: Estimator, width: number): readonly number[] {
  const keeps = initial.flag('keep_empty_features', false);
  const statistics = statisticsOf(initial, keeps || initial.text('strategy') === 'constant');
  return Array.from({ length: width }, (_, column) => column).filter(
    column => statistics[column] !== undefined,
  );
}

export const imputingFamily: Family = {
  'impute.SimpleImputer': { translate: simpleImputer, features: statisticCount },
  'preprocessing.Imputer': { translate: simpleImputer, features: statisticCount },
  'impute.MissingIndicator': {
    translate: missingIndicator,
    features: estimator => (estimator.has('_n_features') ? estimator.count('_n_features') : undefined),
  },
  'impute.KNNImputer': {
    translate: nearestImputer,
    features: estimator => (estimator.has('_fit_X') ? estimator.matrix('_fit_X').shape[1] : undefined),
    facts: estimator => ({ rows: estimator.matrix('_fit_X').shape[0] }),
  },
  'impute.IterativeImputer': {
    translate: iterativeImputer,
    features(estimator) {
      const initial = estimator.part('initial_imputer_');
      return initial === undefined ? undefined : statisticCount(initial);
    },
    facts: estimator => ({ turns: itemsOf(estimator.raw('imputation_sequence_'))?.length ?? 0 }),
  },
};

function statisticCount(estimator: Estimator): number | undefined {
  return estimator.has('statistics_') ? estimator.array('statistics_').size : undefined;
}
