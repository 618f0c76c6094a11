import type { ColumnTexts } from '../../plan/index.ts';
import type { Booster, Category } from './booster.ts';

/** Lists of categories by column; undefined when there are none, or when it is not told whose they are. */
function listsByColumn({
  categorical,
  pandasCategories,
}: Booster): ReadonlyMap<number, readonly Category[]> | undefined {
  if (pandasCategories === undefined || categorical?.length !== pandasCategories.length) return undefined;
  return new Map(pandasCategories.map((list, index) => [categorical[index] as number, list]));
}

function isTexts(list: readonly Category[] | undefined): list is readonly string[] {
  return list !== undefined && list.length > 0 && list.every(item => typeof item === 'string');
}

/**
 * What the columns of a data frame are, for models that were trained with columns of texts: the library's Python package
 * (`_data_from_pandas`) takes the position of a text among the categories of training for its number, and what is none of
 * them for missing.
 * @returns undefined for models without such columns
 */
export function columnTextsOf(booster: Booster): ColumnTexts | undefined {
  const lists = listsByColumn(booster);
  if (lists === undefined || ![...lists.values()].some(isTexts)) return undefined;
  return Array.from({ length: booster.features }, (_, column) => {
    const list = lists.get(column);
    return isTexts(list) ? list : undefined;
  });
}

const mostShown = 200;

function shown(list: readonly Category[]): string {
  const text = JSON.stringify(list);
  return text.length > mostShown ? `${text.slice(0, mostShown)}…` : text;
}

/** What a reader has to know to ask a model that was trained with categories of a data frame. */
export function frameNotes(booster: Booster): readonly string[] {
  const { pandasCategories, featureNames } = booster;
  if (pandasCategories === undefined || pandasCategories.length === 0) return [];
  const lists = listsByColumn(booster);
  if (lists === undefined)
    return [
      'the file does not tell which columns its categories belong to: categories are sent as their positions, from 0 on',
    ];
  return [...lists]
    .filter(([, list]) => !isTexts(list))
    .map(
      ([column, list]) =>
        `column '${featureNames[column]}' takes positions from 0 on in place of its categories ${shown(list)}`,
    );
}
