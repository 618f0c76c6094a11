import { PyDict, type PyValue } from '../../pickle/index.ts';
import { sklearnErrors } from '../errors.ts';
import type { Estimator } from '../estimator.ts';
import type { Family, Methods, Translation } from '../family.ts';
import { joined, type Features } from '../features.ts';
import { listedItems, listedTexts } from '../listed.ts';
import { namedParts, type NamedPart } from '../members.ts';
import { selectedBy } from '../selection.ts';
import { weighted } from '../weights.ts';

/** Names of the columns of the data frame that it was fitted with; before 1.0 it kept them itself. */
function fittedNames(transformer: Estimator): readonly string[] | undefined {
  for (const name of ['feature_names_in_', '_feature_names_in', '_df_columns']) {
    const names = listedTexts(transformer.raw(name));
    if (names !== undefined) return names;
  }
  return undefined;
}

/** Transformers with what the fitted ones are given; the rest of the columns is one of them, called remainder. */
function partsOf(transformer: Estimator): readonly NamedPart[] {
  return namedParts(transformer, transformer.fitted('transformers_'));
}

function isKept({ part, more: [columns] }: NamedPart): boolean {
  if (part === 'drop' || part === null) return false;
  const items = listedItems(columns);
  return items === undefined || items.some(item => item !== false);
}

/** Since 1.0 the positions are kept beside the names. */
function knownPositions(transformer: Estimator, name: string): PyValue | undefined {
  const known = transformer.raw('_transformer_to_input_indices');
  return known instanceof PyDict ? known.get(name) : undefined;
}

function columnsOf(transformer: Estimator, part: NamedPart, x: Features): readonly number[] {
  const names = fittedNames(transformer) ?? x.names;
  const fitted = { width: x.width, names };
  const [key] = part.more;
  if (names === undefined && holdsNames(key))
    return transformer.unsupported(
      'transformers',
      'it picks columns by name, and the file does not tell which names in which order it was fitted with',
    );
  const known = knownPositions(transformer, part.name);
  return selectedBy(transformer, 'transformers_', known ?? key, fitted);
}

function holdsNames(key: PyValue | undefined): boolean {
  return typeof key === 'string' || (listedTexts(key)?.length ?? 0) > 0;
}

function given(transformer: Estimator, part: NamedPart, x: Features, to: Translation): Features {
  const columns = x.select(columnsOf(transformer, part, x));
  if (part.part === 'passthrough') return columns;
  const methods = to.translate(part.part, part.place, transformer, columns);
  if (methods.transform !== undefined) return methods.transform;
  throw sklearnErrors.make['sklearn-malformed'](`${part.place}: it has no transform`);
}

/** `sklearn.compose.ColumnTransformer`: each transformer is given its columns; what they give stands side by side. */
function columnTransformer(transformer: Estimator, x: Features, to: Translation): Methods {
  const parts = partsOf(transformer)
    .filter(isKept)
    .map(part => weighted(transformer, part.name, given(transformer, part, x, to), to));
  if (parts.length === 0) return transformer.unsupported('transformers', 'all of its columns are dropped');
  return { transform: joined(to.builder, parts) };
}

export const composeFamily: Family = {
  'compose.ColumnTransformer': {
    translate: columnTransformer,
    features: transformer =>
      transformer.has('_n_features') ? transformer.count('_n_features') : fittedNames(transformer)?.length,
    names: fittedNames,
    picksColumns: true,
    parts: transformer => partsOf(transformer).filter(isKept),
    facts: transformer => ({ transformers: partsOf(transformer).filter(isKept).length }),
  },
};
