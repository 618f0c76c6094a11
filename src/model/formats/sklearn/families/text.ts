import { encodeTexts, type Attribute, type NewArray, type PlanArray } from '../../../plan/index.ts';
import { DType, NdArray, PyClass, PyDict, PyObject, PySet } from '../../pickle/index.ts';
import { checkedNumbers } from '../checked.ts';
import { Estimator } from '../estimator.ts';
import type { Family, Methods, Translation } from '../family.ts';
import { featuresOf, type Features } from '../features.ts';
import { itemsOf, numberOf } from '../python.ts';
import { isSparse } from '../sparse.ts';
import { tokensOf } from '../text/pattern.ts';
import { englishStopWords } from '../text/stopwords.ts';
import { isBefore } from '../version.ts';

type Arrays = Readonly<Record<string, PlanArray | NewArray>>;

interface Analyzer {
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly arrays: Arrays;
}

function refuseCallables(estimator: Estimator): void {
  for (const name of ['tokenizer', 'preprocessor']) {
    if (estimator.has(name))
      estimator.unsupported(name, "it is code of the model's author, and no code of a file is run");
  }
  const input = estimator.text('input') ?? 'content';
  if (input !== 'content') estimator.unsupported('input', 'a request brings texts, not files');
}

function stopWordsOf(estimator: Estimator): readonly string[] {
  const value = estimator.raw('stop_words');
  if (value === null || value === undefined) return [];
  if (value === 'english') return englishStopWords;
  const items = value instanceof PySet ? value.items : (itemsOf(value) ?? wordsOfArray(value));
  if (items?.every(item => typeof item === 'string') === true) return items;
  return estimator.unsupported('stop_words', "it must be None, 'english' or a list of words");
}

function wordsOfArray(value: unknown): readonly unknown[] | undefined {
  return value instanceof NdArray ? value.values() : undefined;
}

function gramsOf(estimator: Estimator): { readonly least: number; readonly most: number } {
  const range = estimator.raw('ngram_range');
  if (range === undefined) return { least: 1, most: 1 };
  const [least, most] = (itemsOf(range) ?? []).map(numberOf);
  if (least === undefined || most === undefined)
    return estimator.malformed('ngram_range', 'a pair of numbers');
  return { least, most };
}

function accentsOf(estimator: Estimator): string {
  const value = estimator.raw('strip_accents');
  if (value === null || value === undefined) return 'keep';
  if (value === 'ascii') return value;
  if (value === 'unicode') return isBefore(estimator.version, 0, 22) ? 'unicodeComposed' : value;
  return estimator.unsupported('strip_accents', "it must be None, 'ascii' or 'unicode'");
}

/** What `analyzer='word'` needs: how tokens are found, and which are left out. */
function wordsOf(estimator: Estimator): Analyzer {
  const pattern = estimator.text('token_pattern') ?? estimator.malformed('token_pattern', 'a pattern');
  const tokens = tokensOf(pattern, problem => estimator.unsupported('token_pattern', problem));
  const stops = stopWordsOf(estimator);
  return {
    attributes: { analyzer: tokens.kind, leastRun: tokens.kind === 'runs' ? tokens.least : 1 },
    arrays: {
      ...tokens.sets,
      ...(tokens.kind === 'program' ? { program: tokens.program } : {}),
      ...(stops.length > 0 ? encodeTexts('stops', stops) : {}),
    },
  };
}

/** `VectorizerMixin.build_analyzer` */
function analyzerOf(estimator: Estimator): Analyzer {
  refuseCallables(estimator);
  const analyzer = estimator.raw('analyzer') ?? 'word';
  if (analyzer !== 'word' && analyzer !== 'char' && analyzer !== 'char_wb')
    return estimator.unsupported(
      'analyzer',
      "it must be 'word', 'char' or 'char_wb': no code of a file is run",
    );
  const cut: Analyzer =
    analyzer === 'word' ? wordsOf(estimator) : { attributes: { analyzer, leastRun: 1 }, arrays: {} };
  return {
    attributes: {
      owner: estimator.name,
      ...cut.attributes,
      ...gramsOf(estimator),
      lowercase: estimator.flag('lowercase', true),
      accents: accentsOf(estimator),
      binary: estimator.flag('binary', false),
    },
    arrays: cut.arrays,
  };
}

/** Terms of `vocabulary_` with their columns, which are 0 to their number, each once. */
function vocabularyOf(estimator: Estimator): { readonly terms: string[]; readonly columns: Int32Array } {
  const name = estimator.fitted('vocabulary_');
  const value = estimator.raw(name);
  if (!(value instanceof PyDict)) return estimator.malformed(name, 'a dict of terms');
  const terms: string[] = [];
  const columns = new Int32Array(value.size);
  const taken = new Uint8Array(value.size);
  for (const [term, index] of value.entries()) {
    const column = numberOf(index) ?? -1;
    if (typeof term !== 'string' || !(column >= 0 && column < value.size) || taken[column] !== 0)
      return estimator.malformed(name, 'terms with the numbers of their columns');
    taken[column] = 1;
    columns[terms.length] = column;
    terms.push(term);
  }
  return { terms, columns };
}

function documentsOf(estimator: Estimator, x: Features): number {
  if (x.width !== 1)
    estimator.malformed('vocabulary_', `one column of texts, which it takes (it is given ${x.width})`);
  return x.texts();
}

function countNode(estimator: Estimator, x: Features, { builder }: Translation): number {
  const { terms, columns } = vocabularyOf(estimator);
  const { attributes, arrays } = analyzerOf(estimator);
  return builder.add(
    'countTerms',
    [documentsOf(estimator, x)],
    { ...attributes, width: terms.length },
    { ...arrays, ...encodeTexts('vocabulary', terms), columns },
  );
}

/** Counts are integers unless `dtype` is one of floats. */
function hasIntegers(estimator: Estimator): boolean {
  const dtype = estimator.raw('dtype');
  return !(dtype instanceof PyClass || dtype instanceof DType) || !dtype.name.startsWith('float');
}

function countVectorizer(estimator: Estimator, x: Features, to: Translation): Methods {
  const answer = { datatype: 'INT64' } as const;
  return { transform: featuresOf(to.builder, countNode(estimator, x, to), answer, hasIntegers(estimator)) };
}

/** Inverse document frequencies; before 1.4 they were the diagonal of a sparse matrix. */
function frequenciesOf(estimator: Estimator): Float64Array | undefined {
  if (!estimator.flag('use_idf', true)) return undefined;
  const name = estimator.fitted('idf_', '_idf_diag');
  const value = estimator.raw(name);
  return isSparse(value) ? diagonalOf(estimator, name) : estimator.vector(name);
}

function diagonalOf(estimator: Estimator, name: string): Float64Array {
  const value = estimator.raw(name) as PyObject;
  const data = new Estimator(value, `${estimator.place}.${name}`, estimator.version);
  return data.numbers('data').values;
}

/** Rows brought to length 1, where the estimator's `norm` says so. */
function normalized(estimator: Estimator, node: number, { builder }: Translation): number {
  const norm = estimator.raw('norm');
  if (norm === null || norm === undefined) return node;
  if (norm !== 'l1' && norm !== 'l2') return estimator.unsupported('norm', "it must be None, 'l1' or 'l2'");
  return builder.add('unitRows', [node], { norm });
}

/**
 * `TfidfTransformer.transform` on counts.
 * @param single the library computes in float32
 */
function weighted(estimator: Estimator, counts: number, single: boolean, to: Translation): number {
  const rounded = (node: number): number => (single ? to.builder.add('cast32', [node]) : node);
  let node = counts;
  if (estimator.flag('sublinear_tf', false)) node = rounded(to.builder.add('logCounts', [node]));
  const factors = frequenciesOf(estimator);
  if (factors !== undefined) node = rounded(to.builder.add('scaleColumns', [node], {}, { factors }));
  return rounded(normalized(estimator, node, to));
}

/** `dtype=np.float32`, from 0.20 on. */
function isSingle(estimator: Estimator): boolean {
  if (isBefore(estimator.version, 0, 20)) return false;
  const dtype = estimator.raw('dtype');
  return dtype instanceof PyClass
    ? dtype.name === 'float32'
    : dtype instanceof DType && dtype.name === 'float32';
}

function tfidfTransformer(estimator: Estimator, x: Features, to: Translation): Methods {
  const counts = checkedNumbers(estimator, x, to);
  return { transform: featuresOf(to.builder, weighted(estimator, counts, false, to)) };
}

function tfidfVectorizer(estimator: Estimator, x: Features, to: Translation): Methods {
  const inner = estimator.raw(estimator.fitted('_tfidf'));
  if (!(inner instanceof PyObject)) return estimator.malformed('_tfidf', 'a TfidfTransformer');
  const transformer = new Estimator(inner, `${estimator.place}._tfidf`, estimator.version);
  return {
    transform: featuresOf(
      to.builder,
      weighted(transformer, countNode(estimator, x, to), isSingle(estimator), to),
    ),
  };
}

function hashingVectorizer(estimator: Estimator, x: Features, to: Translation): Methods {
  const { attributes, arrays } = analyzerOf(estimator);
  const node = to.builder.add(
    'hashTerms',
    [documentsOf(estimator, x)],
    {
      ...attributes,
      width: estimator.count('n_features'),
      signs: estimator.flag('alternate_sign', true),
      absolute: estimator.flag('non_negative', false),
    },
    arrays,
  );
  return { transform: featuresOf(to.builder, normalized(estimator, node, to)) };
}

function one(): number {
  return 1;
}

function termFacts(estimator: Estimator): Readonly<Record<string, number>> {
  const value = estimator.raw('vocabulary_');
  return value instanceof PyDict ? { terms: value.size } : {};
}

export const textFamily: Family = {
  'feature_extraction.CountVectorizer': { translate: countVectorizer, features: one, facts: termFacts },
  'feature_extraction.TfidfVectorizer': { translate: tfidfVectorizer, features: one, facts: termFacts },
  'feature_extraction.HashingVectorizer': { translate: hashingVectorizer, features: one },
  'feature_extraction.TfidfTransformer': {
    translate: tfidfTransformer,
    features: estimator => frequenciesOf(estimator)?.length,
  },
};
