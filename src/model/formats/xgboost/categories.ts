import type { ColumnTexts } from '../../plan/index.ts';
import { malformed } from './errors.ts';
import type { Fields } from './fields.ts';

/** Categories of a column in the order of their codes; empty for a column of numbers. */
export type Categories = readonly string[] | readonly number[];

const decoder = new TextDecoder('utf-8', { fatal: true });

/** Texts one after another in UTF-8, and where each starts. */
function textsOf(column: Fields): readonly string[] {
  const starts = column.integers('offsets');
  const bytes = Uint8Array.from(column.integers('values'));
  if (starts.some((start, at) => start < (starts[at - 1] ?? 0)) || (starts.at(-1) ?? 0) > bytes.length)
    malformed(`${column.place}.offsets must rise to at most ${bytes.length}, the bytes of the texts`);
  try {
    return Array.from(starts.subarray(1), (end, at) => decoder.decode(bytes.subarray(starts[at], end)));
  } catch {
    return malformed(`${column.place}.values are not UTF-8`);
  }
}

function numbersOf(column: Fields): readonly number[] {
  return Array.from(column.doubles('values'));
}

/**
 * What the columns of the data frame of training were, from 3.1 on, which keeps them in the model (`CatContainer`): texts,
 * or numbers of some type; undefined when none had categories.
 * @param features columns that there have to be
 */
export function categoriesOf(model: Fields, features: number): readonly Categories[] | undefined {
  if (!model.has('cats')) return undefined;
  const columns = model.child('cats').children('enc');
  if (columns.length === 0) return undefined;
  if (columns.length !== features)
    return malformed(`${model.place}.cats.enc has ${columns.length} columns, expected ${features}`);
  const found = columns.map(column => (column.has('offsets') ? textsOf(column) : numbersOf(column)));
  return found.some(list => list.length > 0) ? found : undefined;
}

function isTexts(list: Categories | undefined): list is readonly string[] {
  return typeof list?.[0] === 'string';
}

/** Columns that may come as texts, which the library recodes (`Recode`) and refuses when training had no such. */
export function columnTextsOf(categories: readonly Categories[] | undefined): ColumnTexts | undefined {
  return categories?.some(isTexts) === true
    ? categories.map(list => (isTexts(list) ? list : undefined))
    : undefined;
}

const mostShown = 200;

/** What a reader has to know of columns whose categories are numbers: the library recodes those of data frames alone. */
export function categoryNotes(
  categories: readonly Categories[] | undefined,
  names: readonly string[] | undefined,
): readonly string[] {
  return (categories ?? []).flatMap((list, column) => {
    if (list.length === 0 || isTexts(list)) return [];
    const text = JSON.stringify(list);
    const shown = text.length > mostShown ? `${text.slice(0, mostShown)}…` : text;
    return [
      `column '${names?.[column] ?? column}' takes positions from 0 on in place of its categories ${shown}`,
    ];
  });
}
