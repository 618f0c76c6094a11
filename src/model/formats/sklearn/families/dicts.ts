import { encodeTexts } from '../../../plan/index.ts';
import { DType, PyClass, type PyValue } from '../../pickle/index.ts';
import type { Estimator } from '../estimator.ts';
import type { Family, Methods, Translation } from '../family.ts';
import { featuresOf, type Features } from '../features.ts';
import { itemsOf } from '../python.ts';
import { isBefore } from '../version.ts';

/** A key of the dicts, and the columns of the answer that it fills. */
interface Key {
  readonly name: string;
  /** Of the key's number; undefined when its values are texts. */
  readonly column: number | undefined;
  /** Texts that the key was seen with, and the column of each. */
  readonly texts: Map<string, number>;
}

/** `key=text` is a column of its own; a key that has texts takes nothing else. */
function keysOf(estimator: Estimator): readonly Key[] {
  const name = estimator.fitted('feature_names_');
  const items = itemsOf(estimator.raw(name)) ?? estimator.malformed(name, 'a list of names');
  const separator = estimator.text('separator') ?? '=';
  const keys = new Map<string, Key>();
  for (const [column, item] of items.entries()) {
    if (typeof item !== 'string') return estimator.malformed(name, 'names that are texts');
    const at = item.indexOf(separator);
    const key = at < 0 ? item : item.slice(0, at);
    const known = keys.get(key) ?? { name: key, column: undefined, texts: new Map<string, number>() };
    if (at >= 0) known.texts.set(item.slice(at + separator.length), column);
    keys.set(key, at < 0 ? { ...known, column } : known);
  }
  return [...keys.values()];
}

/** Columns in which the texts that a row has are 1. */
function textColumns(
  estimator: Estimator,
  keys: readonly Key[],
  texts: number,
  width: number,
  { builder }: Translation,
): number {
  const categories = keys.flatMap(key => [...key.texts.keys()]);
  const values = keys.flatMap(key => [...key.texts.values()]);
  const starts = new Int32Array(keys.length + 1);
  for (const [index, key] of keys.entries()) starts[index + 1] = (starts[index] as number) + key.texts.size;
  const encoded = builder.add(
    'encodeTexts',
    [texts],
    { owner: estimator.name, unknown: 'value' },
    {
      ...encodeTexts('categories', categories),
      starts,
      values: Float64Array.from(values),
      others: new Float64Array(keys.length).fill(-1),
      missing: new Int32Array(keys.length).fill(-1),
    },
  );
  return builder.add('oneHot', [encoded], { width, form: 'sparse' });
}

/** `sklearn.feature_extraction.DictVectorizer`: a row is a dict, whose keys are the columns of the request. */
function dictVectorizer(estimator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  const keys = keysOf(estimator);
  const at = (wanted: (key: Key) => boolean): readonly number[] =>
    keys.flatMap((key, index) => (wanted(key) ? [index] : []));
  const textAt = at(key => key.texts.size > 0);
  const numberAt = at(key => key.texts.size === 0);
  const width = keys.reduce((sum, key) => sum + key.texts.size + (key.column === undefined ? 0 : 1), 0);
  const parts: number[] = [];
  if (textAt.length > 0) {
    const textKeys = textAt.map(index => keys[index] as Key);
    parts.push(textColumns(estimator, textKeys, x.select(textAt).texts(), width, to));
  }
  const order = Int32Array.from({ length: width }, (_, column) => column);
  if (numberAt.length > 0) {
    const first = textAt.length > 0 ? width : 0;
    for (const [index, key] of numberAt.entries()) order[keys[key]?.column as number] = first + index;
    const numbers = x.select(numberAt).matrix();
    const fill = new Float64Array(numberAt.length);
    parts.push(builder.add('impute', [numbers], { missing: 'nan', number: 0 }, { fill }));
  }
  const all = parts.length === 1 ? (parts[0] as number) : builder.add('concatenateSparse', parts);
  return { transform: featuresOf(builder, builder.add('columns', [all], {}, { indices: order })) };
}

/** Until 0.18 hashes always had signs, which `non_negative` (until 0.21) took off the sums. */
function signsOf(estimator: Estimator): { readonly signs: boolean; readonly absolute: boolean } {
  return {
    signs: isBefore(estimator.version, 0, 19) || estimator.flag('alternate_sign', true),
    absolute: isBefore(estimator.version, 0, 21) && estimator.flag('non_negative', false),
  };
}

/** Sums are of float64; those of float32 are that, rounded. */
function isFloat(dtype: PyValue | undefined): boolean {
  if (dtype === undefined) return true;
  const name = dtype instanceof PyClass || dtype instanceof DType ? dtype.name : dtype;
  return name === 'float64' || name === 'float' || name === 'float_' || name === 'float32';
}

/** `sklearn.feature_extraction.FeatureHasher` of dicts: the keys of a row are the columns of the request, any that it likes. */
function featureHasher(estimator: Estimator, x: Features, to: Translation): Methods {
  // Rows of pairs are asked as dicts are, whose keys and values are pairs.
  const type = estimator.text('input_type') ?? 'dict';
  if (!['dict', 'pair', 'string'].includes(type))
    return estimator.malformed('input_type', "'dict', 'pair' or 'string'");
  if (x.open !== true)
    return estimator.unsupported('input_type', 'the keys of its rows are columns that nothing else reads');
  if (!isFloat(estimator.raw('dtype')))
    return estimator.unsupported('dtype', 'sums are of float64 and float32 only');
  const node = to.builder.add('hashColumns', [], {
    owner: estimator.name,
    width: estimator.count('n_features'),
    ...signsOf(estimator),
    ...(type === 'string' ? { sets: true } : {}),
  });
  return { transform: featuresOf(to.builder, node) };
}

export const dictFamily: Family = {
  'feature_extraction.FeatureHasher': {
    translate: featureHasher,
    features: () => undefined,
    openColumns: 'always',
    openInput: estimator =>
      estimator.text('input_type') === 'string'
        ? { name: 'input-0', datatype: 'BYTES', shape: [-1, -1] }
        : undefined,
    facts: estimator => ({ columns: estimator.count('n_features') }),
  },
  'feature_extraction.DictVectorizer': {
    translate: dictVectorizer,
    features: estimator => keysOf(estimator).length,
    names: estimator => keysOf(estimator).map(key => key.name),
    lenient: true,
    facts: estimator => ({ keys: keysOf(estimator).length }),
  },
};
