import { PyObject, PyTuple, type PyValue } from '../../pickle/index.ts';
import { sklearnErrors } from '../errors.ts';
import type { Estimator } from '../estimator.ts';
import type { Family, Methods, Part, Translation } from '../family.ts';
import { joined, type Features } from '../features.ts';
import { listedItems, listedTexts } from '../listed.ts';
import { selectedBy } from '../selection.ts';
import { itemsOf } from '../python.ts';

/** Columns by name, and the transformers that they go through, one after another. */
interface Feature {
  readonly columns: readonly string[];
  readonly steps: readonly Part[];
}

/** None hands the columns on; a list is gone through in order. */
function stepsOf(transformers: PyValue, place: string): readonly Part[] {
  if (transformers === null) return [];
  const several = transformers instanceof PyObject ? undefined : listedItems(transformers);
  if (several === undefined) return [{ part: transformers, place }];
  return several.map((part, index) => ({ part, place: `${place}[${index}]` }));
}

/** `features`: the library builds everything else from it when it reads a file. */
function featuresIn(mapper: Estimator): readonly Feature[] {
  const items = itemsOf(mapper.raw('features')) ?? mapper.malformed('features', 'a list of features');
  return items.map((item, index) => {
    const [columns, transformers] = item instanceof PyTuple ? item.items : (itemsOf(item) ?? []);
    const names = typeof columns === 'string' ? [columns] : listedTexts(columns);
    if (names === undefined || transformers === undefined)
      return mapper.unsupported('features', 'its columns are not picked by their names');
    return { columns: names, steps: stepsOf(transformers, `${mapper.place}.features[${index}]`) };
  });
}

/** All columns that are picked, in the order in which they come first; the frame's own order is not in the file. */
function namesOf(mapper: Estimator): readonly string[] {
  return [...new Set(featuresIn(mapper).flatMap(({ columns }) => columns))];
}

function transformed(mapper: Estimator, { columns, steps }: Feature, x: Features, to: Translation): Features {
  const fitted = { width: x.width, names: namesOf(mapper) };
  let features = x.select(selectedBy(mapper, 'features', columns, fitted));
  for (const { part, place } of steps) {
    const { transform } = to.translate(part, place, mapper, features);
    if (transform === undefined)
      throw sklearnErrors.make['sklearn-malformed'](`${place}: it has no transform`);
    features = transform;
  }
  return features;
}

/** `sklearn_pandas.DataFrameMapper`: what becomes of each feature stands side by side. */
function dataFrameMapper(mapper: Estimator, x: Features, to: Translation): Methods {
  if (mapper.raw('default') !== undefined && mapper.raw('default') !== false)
    mapper.unsupported('default', 'the file does not tell which columns were left over in training');
  const parts = featuresIn(mapper).map(feature => transformed(mapper, feature, x, to));
  if (parts.length === 0) return mapper.malformed('features', 'at least one feature');
  return { transform: joined(to.builder, parts) };
}

export const mapperFamily: Family = {
  'sklearn_pandas:dataframe_mapper.DataFrameMapper': {
    translate: dataFrameMapper,
    features: mapper => namesOf(mapper).length,
    names: namesOf,
    picksColumns: true,
    parts: mapper =>
      featuresIn(mapper).flatMap(({ columns, steps }) =>
        steps.map(step => ({ ...step, name: columns.join(', ').slice(0, 100) })),
      ),
    facts: mapper => ({ features: featuresIn(mapper).length }),
  },
};
