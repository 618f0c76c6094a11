import { NdArray } from '../../pickle/index.ts';
import { checkedMatrix, checkedNumbers } from '../checked.ts';
import type { Estimator } from '../estimator.ts';
import type { Family, FamilyRow, Methods, Translation } from '../family.ts';
import { featuresOf, type Features } from '../features.ts';
import { importancesOf } from '../importances.ts';
import { numberOf } from '../python.ts';
import { isBefore } from '../version.ts';

/** Which features a selector keeps. */
type Mask = readonly boolean[];
type MaskOf = (estimator: Estimator, width: number) => Mask;

/** Scores that are NaN are the least of all. */
function scoresOf(estimator: Estimator): Float64Array {
  return estimator
    .vector(estimator.fitted('scores_'))
    .map(score => (Number.isNaN(score) ? -Number.MAX_VALUE : score));
}

function pvaluesOf(estimator: Estimator): Float64Array {
  return estimator.vector(estimator.fitted('pvalues_'));
}

/** The `count` largest; of equals the later ones. */
function best(scores: Float64Array, count: number): Mask {
  const order = Array.from(scores.keys()).toSorted(
    (a, b) => (scores[a] as number) - (scores[b] as number) || a - b,
  );
  const kept = new Set(count === 0 ? [] : order.slice(-count));
  return Array.from(scores, (_, column) => kept.has(column));
}

/** `numpy.percentile`, linear between the two nearest. */
function percentileOf(values: Float64Array, percent: number): number {
  const sorted = values.toSorted();
  const at = (percent / 100) * (sorted.length - 1);
  const low = Math.floor(at);
  const share = at - low;
  const [left, right] = [sorted[low] as number, sorted[Math.min(low + 1, sorted.length - 1)] as number];
  // NumPy counts from the nearer end.
  return share < 0.5 ? left + (right - left) * share : right - (right - left) * (1 - share);
}

function percentileMask(estimator: Estimator, percent: number): Mask {
  const scores = scoresOf(estimator);
  if (percent === 100 || percent === 0) return Array.from(scores, () => percent === 100);
  const threshold = percentileOf(scores, 100 - percent);
  const mask = Array.from(scores, score => score > threshold);
  let left = Math.trunc((scores.length * percent) / 100) - mask.filter(Boolean).length;
  return mask.map((kept, column) => kept || (scores[column] === threshold && left-- > 0));
}

function discoveryMask(estimator: Estimator, alpha: number): Mask {
  const pvalues = pvaluesOf(estimator);
  const sorted = pvalues.toSorted();
  const limit = sorted.findLast((value, index) => value <= (alpha / sorted.length) * (index + 1));
  return Array.from(pvalues, value => limit !== undefined && value <= limit);
}

/** The rules of univariate selection by their name in `GenericUnivariateSelect`. */
const rules: Readonly<Record<string, (estimator: Estimator, name: string) => Mask>> = {
  k_best(estimator, name) {
    const scores = scoresOf(estimator);
    const all = estimator.raw(name) === 'all';
    return best(scores, all ? scores.length : estimator.count(name));
  },
  percentile: (estimator, name) => percentileMask(estimator, estimator.number(name)),
  fpr: (estimator, name) => Array.from(pvaluesOf(estimator), value => value < estimator.number(name)),
  fdr: (estimator, name) => discoveryMask(estimator, estimator.number(name)),
  fwe(estimator, name) {
    const pvalues = pvaluesOf(estimator);
    const limit = estimator.number(name) / pvalues.length;
    return Array.from(pvalues, value => value < limit);
  },
};

function generic(estimator: Estimator): Mask {
  const rule = rules[estimator.text('mode') ?? ''];
  return rule === undefined ? estimator.malformed('mode', 'a rule of selection') : rule(estimator, 'param');
}

function support(estimator: Estimator): Mask {
  return Array.from(estimator.array(estimator.fitted('support_')).float64(), value => value !== 0);
}

function varied(estimator: Estimator): Mask {
  const threshold = estimator.has('threshold') ? estimator.number('threshold') : 0;
  return Array.from(estimator.vector(estimator.fitted('variances_')), variance => variance > threshold);
}

/** Importances of several targets become one by a norm over them. */
function normsOf(estimator: Estimator, inner: Estimator, width: number): Float64Array {
  const getter = estimator.text('importance_getter') ?? 'auto';
  const raw = estimator.raw('importance_getter');
  if (raw !== undefined && typeof raw !== 'string')
    return estimator.unsupported('importance_getter', 'a function cannot be run');
  const { values, rows, columns } = importancesOf(inner, getter, width);
  if (rows === 0) return values.map(Math.abs);
  const order = estimator.has('norm_order') ? estimator.number('norm_order') : 1;
  return Float64Array.from({ length: columns }, (_, column) => {
    const own = Array.from({ length: rows }, (_row, row) =>
      Math.abs(values[row * columns + column] as number),
    );
    if (order === Infinity) return Math.max(...own);
    if (order === -Infinity) return Math.min(...own);
    if (order === 1) return own.reduce((sum, value) => sum + value, 0);
    if (order === 0) return own.filter(value => value !== 0).length;
    return own.reduce((sum, value) => sum + value ** order, 0) ** (1 / order);
  });
}

function isOne(estimator: Estimator, name: string): boolean {
  const value = estimator.raw(name);
  const numbers = value instanceof NdArray ? Array.from(value.float64()) : [numberOf(value)];
  return numbers.length > 0 && numbers.every(one => one !== undefined && Math.abs(one - 1) <= 1e-8 + 1e-5);
}

/** Whether an estimator drives coefficients to 0, so that whatever is not 0 is kept. */
function isSparsifying(inner: Estimator, version: Estimator['version']): boolean {
  const { name } = inner;
  if (inner.raw('penalty') === 'l1' || name.includes('Lasso')) return true;
  if (!isBefore(version, 1, 1) && isBefore(version, 1, 8) && name.includes('ElasticNet'))
    return isOne(inner, 'l1_ratio_') || isOne(inner, 'l1_ratio');
  if (isBefore(version, 1, 8)) return false;
  if (name === 'ElasticNet' || name === 'LogisticRegression') return isOne(inner, 'l1_ratio');
  return (name === 'ElasticNetCV' || name === 'LogisticRegressionCV') && isOne(inner, 'l1_ratio_');
}

function medianOf(values: Float64Array): number {
  const sorted = values.toSorted();
  const middle = sorted.length >> 1;
  const high = sorted[middle] as number;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] as number) + high) / 2;
}

function referenceOf(estimator: Estimator, name: string, importances: Float64Array): number {
  if (name === 'median') return medianOf(importances);
  if (name === 'mean') return importances.reduce((sum, value) => sum + value, 0) / importances.length;
  return estimator.malformed('threshold', 'mean, median, or a multiple of them');
}

function thresholdOf(estimator: Estimator, inner: Estimator, importances: Float64Array): number {
  const given = estimator.raw('threshold');
  if (given === undefined || given === null)
    return isSparsifying(inner, estimator.version) ? 1e-5 : referenceOf(estimator, 'mean', importances);
  if (typeof given !== 'string') return estimator.number('threshold');
  const [scale, reference] = given.split('*').map(part => part.trim());
  if (reference === undefined) return referenceOf(estimator, given, importances);
  return Number(scale) * referenceOf(estimator, reference, importances);
}

function fromModel(estimator: Estimator, width: number): Mask {
  const inner = estimator.part('estimator_') ?? estimator.part('estimator');
  if (inner === undefined) return estimator.malformed('estimator_', 'an estimator');
  const scores = normsOf(estimator, inner, width);
  if (scores.length !== width) return estimator.malformed('estimator_', `importances of ${width} features`);
  const threshold = thresholdOf(estimator, inner, scores);
  const most = mostFeatures(estimator);
  const order = Array.from(scores.keys()).toSorted(
    (a, b) => (scores[b] as number) - (scores[a] as number) || a - b,
  );
  const candidates = new Set(order.slice(0, most));
  return Array.from(scores, (score, column) => candidates.has(column) && !(score < threshold));
}

function mostFeatures(estimator: Estimator): number | undefined {
  const name = estimator.anyOf('max_features_', 'max_features');
  if (name === undefined) return undefined;
  return numberOf(estimator.raw(name)) ?? estimator.unsupported(name, 'a function cannot be run');
}

/** Estimators that take missing values, as the features of a selector that asks them. */
const takesMissing = /^(?:HistGradientBoosting|XGB|LGBM)/;

function takesNaN(estimator: Estimator): boolean {
  if (estimator.name === 'VarianceThreshold') return !isBefore(estimator.version, 0, 21);
  const inner = estimator.part('estimator_') ?? estimator.part('estimator');
  return inner !== undefined && takesMissing.test(inner.name);
}

/** `sklearn.feature_selection.SelectorMixin.transform` */
function kept(estimator: Estimator, x: Features, to: Translation, mask: Mask): Features {
  if (mask.length !== x.width)
    return estimator.malformed('support_', `one for each of ${x.width} features, there are ${mask.length}`);
  const columns = mask.flatMap((one, column) => (one ? [column] : []));
  if (columns.length === 0)
    return estimator.unsupported('threshold', 'no feature is left, so that nothing comes out');
  const node = takesNaN(estimator)
    ? checkedMatrix(estimator, x, to, { nan: 'allow' })
    : checkedNumbers(estimator, x, to);
  return featuresOf(to.builder, node, undefined, x.whole).select(columns);
}

function widthOf(estimator: Estimator): number | undefined {
  const name = estimator.anyOf('scores_', 'variances_', 'support_');
  return name === undefined ? undefined : estimator.numbers(name).values.length;
}

function selector(maskOf: MaskOf, features: FamilyRow['features'] = widthOf): FamilyRow {
  return {
    translate: (estimator, x, to) => ({ transform: kept(estimator, x, to, maskOf(estimator, x.width)) }),
    features,
    facts: estimator => keptFacts(estimator, maskOf),
  };
}

function keptFacts(estimator: Estimator, maskOf: MaskOf): Readonly<Record<string, number>> {
  const width = widthOf(estimator);
  return width === undefined ? {} : { kept: maskOf(estimator, width).filter(Boolean).length, of: width };
}

/** `sklearn.feature_selection.RFE`: what is kept goes to the estimator trained on it. */
function eliminated(estimator: Estimator, x: Features, to: Translation): Methods {
  const transform = kept(estimator, x, to, support(estimator));
  const part = estimator.raw(estimator.fitted('estimator_'));
  const methods = to.translate(part, `${estimator.place}.estimator_`, estimator, transform);
  return { ...methods, transform };
}

function rule(name: string, parameter: string): MaskOf {
  const chosen = rules[name] as (estimator: Estimator, parameter: string) => Mask;
  return estimator => chosen(estimator, parameter);
}

const elimination: FamilyRow = {
  translate: eliminated,
  features: widthOf,
  facts: estimator => keptFacts(estimator, support),
};

function ofInner(estimator: Estimator, to: Translation): number | undefined {
  const name = estimator.anyOf('estimator_', 'estimator');
  return name === undefined
    ? undefined
    : to.featuresOf(estimator.raw(name), `${estimator.place}.${name}`, estimator);
}

export const selectionFamily: Family = {
  'feature_selection.SelectKBest': selector(rule('k_best', 'k')),
  'feature_selection.SelectPercentile': selector(rule('percentile', 'percentile')),
  'feature_selection.SelectFpr': selector(rule('fpr', 'alpha')),
  'feature_selection.SelectFdr': selector(rule('fdr', 'alpha')),
  'feature_selection.SelectFwe': selector(rule('fwe', 'alpha')),
  'feature_selection.GenericUnivariateSelect': selector(generic),
  'feature_selection.VarianceThreshold': selector(varied),
  'feature_selection.SequentialFeatureSelector': selector(support),
  'feature_selection.SelectFromModel': selector(fromModel, ofInner),
  'feature_selection.RFE': elimination,
  'feature_selection.RFECV': elimination,
};
