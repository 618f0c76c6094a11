import { NdArray, type PyValue } from '../../pickle/index.ts';
import { categoriesOf, encoded, onesAt, type Categories, type Encoding } from '../categories.ts';
import type { Estimator } from '../estimator.ts';
import type { Family, FamilyRow, Methods, Translation } from '../family.ts';
import { featuresOf, type Features } from '../features.ts';
import { legacyFeatureCount, legacyOneHot } from '../legacy-one-hot.ts';
import { itemsOf, numberOf } from '../python.ts';
import { isBefore } from '../version.ts';

/** An item for each column of a list attribute, or undefined where the attribute is not there. */
function perColumn(estimator: Estimator, name: string, count: number): readonly PyValue[] | undefined {
  const raw = estimator.raw(name);
  if (raw === undefined || raw === null) return undefined;
  const items = raw instanceof NdArray ? raw.values() : itemsOf(raw);
  return items?.length === count ? items : estimator.malformed(name, `an item for each of ${count} columns`);
}

/** Categories that are rare stand together behind the others: the place of each category after that. */
interface Grouping {
  /** Place of each category among those that are told apart. */
  readonly places: readonly number[];
  readonly count: number;
  /** Where the rare ones are; undefined when no category is. */
  readonly rare: number | undefined;
}

function groupingOf(estimator: Estimator, categories: Categories, mapping: PyValue | undefined): Grouping {
  const own = Array.from({ length: categories.count }, (_, index) => index);
  if (!(mapping instanceof NdArray)) return { places: own, count: categories.count, rare: undefined };
  const mapped = mapping.int32();
  const rare = mapped.reduce((most, place) => Math.max(most, place), -1);
  if (mapped.some(place => place < 0))
    return estimator.malformed('_default_to_infrequent_mappings', 'places from 0 on');
  // A missing value that is its own category takes no part in the grouping.
  return { places: own.map(index => mapped[index] ?? index), count: rare + 1, rare };
}

function groupingsOf(estimator: Estimator, categories: readonly Categories[]): readonly Grouping[] {
  const mappings = perColumn(estimator, '_default_to_infrequent_mappings', categories.length);
  return categories.map((one, column) => groupingOf(estimator, one, mappings?.[column]));
}

/** For each column the place that has no output column; undefined where all have one. */
function dropped(estimator: Estimator, count: number): readonly (number | undefined)[] {
  const name = estimator.anyOf('_drop_idx_after_grouping', 'drop_idx_');
  const raw = name === undefined ? undefined : perColumn(estimator, name, count);
  return Array.from({ length: count }, (_, column) => numberOf(raw?.[column]));
}

function isLegacy(estimator: Estimator): boolean {
  if (estimator.has('_legacy_mode')) return estimator.flag('_legacy_mode', false);
  return estimator.has('feature_indices_') && !estimator.has('categories_');
}

/** `sklearn.preprocessing.OneHotEncoder`, since 0.20. */
function oneHot(estimator: Estimator, x: Features, to: Translation): Methods {
  if (isLegacy(estimator)) return { transform: legacyOneHot(estimator, x, to) };
  const categories = categoriesOf(estimator);
  const groupings = groupingsOf(estimator, categories);
  const drops = dropped(estimator, categories.length);
  const handling = estimator.text('handle_unknown') ?? 'error';
  const joins =
    handling === 'infrequent_if_exist' || (handling === 'warn' && !isBefore(estimator.version, 1, 8));
  let width = 0;
  const encodings = categories.map((one, column): Encoding => {
    const { places, count, rare } = groupings[column] as Grouping;
    const drop = drops[column];
    const first = width;
    const columnOf = (place: number): number =>
      place === drop ? -1 : first + place - (drop !== undefined && place > drop ? 1 : 0);
    width += count - (drop === undefined ? 0 : 1);
    const other = joins && rare !== undefined ? columnOf(rare) : -1;
    return {
      categories: one,
      values: Float64Array.from(places, columnOf),
      other: handling === 'error' ? undefined : other,
    };
  });
  if (width === 0) return estimator.unsupported('drop', 'no column is left');
  return { transform: onesAt(to, encoded(estimator, x, to, encodings), width) };
}

/** Value of a missing category: `encoded_missing_value`, by default NaN; its place when it is None, and before 1.1. */
function missingValue(estimator: Estimator, place: number, isNone: boolean): number {
  if (isNone || isBefore(estimator.version, 1, 0)) return place;
  return numberOf(estimator.raw('encoded_missing_value')) ?? NaN;
}

/** `sklearn.preprocessing.OrdinalEncoder` */
function ordinal(estimator: Estimator, x: Features, to: Translation): Methods {
  const categories = categoriesOf(estimator);
  const groupings = groupingsOf(estimator, categories);
  const refuses = (estimator.text('handle_unknown') ?? 'error') === 'error';
  const encodings = categories.map((one, column): Encoding => {
    const { places } = groupings[column] as Grouping;
    const values = Float64Array.from(places, (place, index) =>
      index === one.missing ? missingValue(estimator, place, one.isNone) : place,
    );
    return { categories: one, values, other: refuses ? undefined : estimator.number('unknown_value') };
  });
  return { transform: featuresOf(to.builder, encoded(estimator, x, to, encodings)) };
}

/** `sklearn.preprocessing.TargetEncoder`: for several classes a column for each feature and class. */
function target(estimator: Estimator, x: Features, to: Translation): Methods {
  const categories = categoriesOf(estimator);
  const encodings = itemsOf(estimator.raw(estimator.fitted('encodings_'))) ?? [];
  const means = estimator.vector('target_mean_');
  const classes = estimator.text('target_type_') === 'multiclass' ? estimator.array('classes_').size : 1;
  if (encodings.length !== categories.length * classes || means.length !== classes)
    return estimator.malformed('encodings_', `${categories.length * classes} arrays`);
  const columns = encodings.map((_, index) => Math.floor(index / classes));
  const found = encodings.map((values, index): Encoding => {
    const one = categories[columns[index] as number] as Categories;
    if (!(values instanceof NdArray) || values.size !== one.count)
      return estimator.malformed('encodings_', 'a number for each category');
    return { categories: one, values: values.float64(), other: means[index % classes] };
  });
  return { transform: featuresOf(to.builder, encoded(estimator, x.select(columns), to, found)) };
}

function columnCount(estimator: Estimator): number | undefined {
  return estimator.has('categories_') ? itemsOf(estimator.raw('categories_'))?.length : undefined;
}

function facts(estimator: Estimator): Readonly<Record<string, number>> {
  if (!estimator.has('categories_')) return {};
  return { categories: categoriesOf(estimator).reduce((sum, { count }) => sum + count, 0) };
}

function row(translate: FamilyRow['translate']): FamilyRow {
  return { translate, features: columnCount, facts };
}

export const encodingFamily: Family = {
  'preprocessing.OneHotEncoder': {
    translate: oneHot,
    features: estimator => (isLegacy(estimator) ? legacyFeatureCount(estimator) : columnCount(estimator)),
    facts,
  },
  'preprocessing.OrdinalEncoder': row(ordinal),
  'preprocessing.TargetEncoder': row(target),
};
