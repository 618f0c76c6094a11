import { encodeTexts } from '../../plan/index.ts';
import { NdArray, type PyValue } from '../pickle/index.ts';
import { checkedMatrix } from './checked.ts';
import type { Estimator } from './estimator.ts';
import type { Translation } from './family.ts';
import { featuresOf, type Features } from './features.ts';
import { itemsOf, numberOf } from './python.ts';
import { isBefore } from './version.ts';

/**
 * The categories of a column in the order of training: all numbers, or all texts. `missing` is the place of a missing one, -1
 * without; `isNone` says that it is None, which the library takes for a category like any other, and not NaN.
 */
export type Categories = { readonly isNone: boolean } & (
  | {
      readonly kind: 'numbers';
      readonly numbers: Float64Array;
      readonly count: number;
      readonly missing: number;
    }
  | {
      readonly kind: 'texts';
      readonly texts: readonly string[];
      readonly count: number;
      readonly missing: number;
    }
);

function isMissing(value: PyValue): boolean {
  return value === null || (typeof value === 'number' && Number.isNaN(value));
}

/** A Python object as a number: a boolean is 0 or 1, None is NaN. */
function asNumber(value: PyValue): number | undefined {
  if (value === null) return NaN;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return numberOf(value);
}

function ofNumbers(numbers: Float64Array, isNone = false): Categories {
  const missing = numbers.findIndex(Number.isNaN);
  return { kind: 'numbers', numbers, count: numbers.length, missing, isNone };
}

/** A missing category has no text of its own: which it is, `missing` says. */
function ofTexts(texts: readonly (string | null)[], isNone = false): Categories {
  return {
    kind: 'texts',
    texts: texts.map(text => text ?? ''),
    count: texts.length,
    missing: texts.indexOf(null),
    isNone,
  };
}

function ofObjects(estimator: Estimator, name: string, values: readonly PyValue[]): Categories {
  const isNone = values.find(isMissing) === null;
  const known = values.filter(value => !isMissing(value));
  if (known.length > 0 && known.every(value => typeof value === 'string'))
    return ofTexts(
      values.map(value => (typeof value === 'string' ? value : null)),
      isNone,
    );
  const numbers = values.map(asNumber);
  if (numbers.includes(undefined))
    return estimator.unsupported(name, 'a column has categories that are neither all numbers nor all texts');
  return ofNumbers(Float64Array.from(numbers as number[]), isNone);
}

/** The categories that an array holds; `name` is the attribute's, for messages. */
export function categoriesIn(estimator: Estimator, name: string, value: PyValue | undefined): Categories {
  if (!(value instanceof NdArray)) {
    const items = itemsOf(value);
    return items === undefined
      ? estimator.malformed(name, 'an array of categories for each column')
      : ofObjects(estimator, name, items);
  }
  switch (value.dtype.kind as string) {
    case 'b':
    case 'i':
    case 'u':
    case 'f':
      return ofNumbers(value.float64());
    case 'U':
    case 'S':
      return ofTexts(value.strings());
    case 'O':
      return ofObjects(estimator, name, value.values());
    default:
      return estimator.unsupported(name, `categories of dtype ${value.dtype.name}`);
  }
}

/** The attribute `categories_` of an encoder: one list of categories a column. */
export function categoriesOf(estimator: Estimator): readonly Categories[] {
  const name = estimator.fitted('categories_');
  const raw = estimator.raw(name);
  const items = raw instanceof NdArray && raw.dtype.kind === 'O' ? raw.values() : itemsOf(raw);
  if (items === undefined || items.length === 0)
    return estimator.malformed(name, 'a list of categories for each column');
  return items.map(item => categoriesIn(estimator, name, item));
}

/** What becomes of the categories of a column. */
export interface Encoding {
  readonly categories: Categories;
  /** One for each category. */
  readonly values: Float64Array;
  /** For what is no category; undefined when that is refused. */
  readonly other: number | undefined;
  /** A missing value is refused even where other values that are no category are not. */
  readonly refusesMissing?: boolean;
}

/** Reads columns as numbers, and refuses what the library does not take. */
export type NumberReader = (estimator: Estimator, x: Features, to: Translation) => number;

/** As encoders of scikit-learn read them: they learnt to take missing values with 0.24. */
const checked: NumberReader = (estimator, x, to) =>
  checkedMatrix(estimator, x, to, { nan: isBefore(estimator.version, 0, 24) ? 'refuse' : 'allow' });

function joinedValues(encodings: readonly Encoding[]): {
  readonly starts: Int32Array;
  readonly values: Float64Array;
  readonly others?: Float64Array;
} {
  const starts = new Int32Array(encodings.length + 1);
  for (const [at, { values }] of encodings.entries()) starts[at + 1] = (starts[at] as number) + values.length;
  const values = Float64Array.from(encodings.flatMap(({ values: own }) => [...own]));
  const others = encodings.map(({ other }) => other);
  return others.includes(undefined)
    ? { starts, values }
    : { starts, values, others: Float64Array.from(others as number[]) };
}

function attributesOf(estimator: Estimator, encodings: readonly Encoding[]) {
  const refuses = encodings.some(({ other }) => other === undefined);
  return { owner: estimator.name, unknown: refuses ? 'refuse' : 'value' };
}

function encodedNumbers(
  estimator: Estimator,
  x: Features,
  to: Translation,
  encodings: readonly Encoding[],
  read: NumberReader,
): number {
  const numbers = encodings.flatMap(({ categories }) =>
    categories.kind === 'numbers' ? [...categories.numbers] : [],
  );
  return to.builder.add('encode', [read(estimator, x, to)], attributesOf(estimator, encodings), {
    categories: Float64Array.from(numbers),
    ...joinedValues(encodings),
  });
}

function encodedTexts(
  estimator: Estimator,
  x: Features,
  to: Translation,
  encodings: readonly Encoding[],
): number {
  const { starts, ...arrays } = joinedValues(encodings);
  const texts = encodings.flatMap(({ categories }) => (categories.kind === 'texts' ? categories.texts : []));
  const missing = Int32Array.from(encodings, ({ categories, refusesMissing }, column) => {
    if (refusesMissing === true) return -2;
    return categories.missing < 0 ? -1 : (starts[column] as number) + categories.missing;
  });
  return to.builder.add('encodeTexts', [x.texts()], attributesOf(estimator, encodings), {
    ...encodeTexts('categories', texts),
    starts,
    missing,
    ...arrays,
  });
}

/**
 * The matrix in which each column's values are replaced by those of its categories. Columns of texts and columns of
 * numbers are read apart and put together again.
 */
export function encoded(
  estimator: Estimator,
  x: Features,
  to: Translation,
  encodings: readonly Encoding[],
  read: NumberReader = checked,
): number {
  const columns = [...encodings.keys()];
  const isText = (column: number): boolean => (encodings[column] as Encoding).categories.kind === 'texts';
  const texts = columns.filter(isText);
  const numbers = columns.filter(column => !isText(column));
  const pick = (chosen: readonly number[]) => chosen.map(column => encodings[column] as Encoding);
  const ofText = () => encodedTexts(estimator, x.select(texts), to, pick(texts));
  const ofNumber = () => encodedNumbers(estimator, x.select(numbers), to, pick(numbers), read);
  if (numbers.length === 0) return ofText();
  if (texts.length === 0) return ofNumber();
  const both = to.builder.add('concatenate', [ofText(), ofNumber()]);
  const order = [...texts, ...numbers];
  return to.builder.add(
    'columns',
    [both],
    {},
    { indices: Int32Array.from(columns, column => order.indexOf(column)) },
  );
}

/** From here on a row of ones is kept sparse. */
const wideFrom = 256;

/** A row of ones at the columns that a matrix names. */
export function onesAt(to: Translation, columns: number, width: number): Features {
  const form = width > wideFrom ? 'sparse' : 'matrix';
  return featuresOf(to.builder, to.builder.add('oneHot', [columns], { width, form }));
}
