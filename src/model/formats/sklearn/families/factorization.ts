import { addAffine } from '../affine.ts';
import { checkedNumbers } from '../checked.ts';
import type { PlanBuilder } from '../../../plan/index.ts';
import { timesTransposed } from '../cholesky.ts';
import type { Estimator, Matrix } from '../estimator.ts';
import type { Family, FamilyRow, Methods, Translation } from '../family.ts';
import { featuresOf, type Features } from '../features.ts';
import { numberOf } from '../python.ts';
import { isBefore } from '../version.ts';

/** Rows without values below 0, sparse where they are. */
function countsOf(estimator: Estimator, x: Features, to: Translation): number {
  const attributes = { owner: estimator.name, least: 0, strict: false };
  return to.builder.add('notBelow', [checkedNumbers(estimator, x, to)], attributes);
}

/** `sklearn.decomposition.LatentDirichletAllocation`: shares of the topics, which add up to 1. */
function allocation(estimator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  const shares = builder.add(
    'topics',
    [countsOf(estimator, x, to)],
    {
      prior: estimator.number(estimator.fitted('doc_topic_prior_')),
      steps: estimator.count('max_doc_update_iter'),
      tolerance: estimator.number('mean_change_tol'),
    },
    { weights: estimator.matrix('exp_dirichlet_component_') },
  );
  return {
    transform: featuresOf(builder, builder.add('normalizeRows', [shares], { zero: 'divide' })),
  };
}

/** The penalty on the parts of a row: before 1.2 it could be one for both matrices, which did not grow with the features. */
function penaltyOf(estimator: Estimator, width: number): number {
  const scaled = numberOf(estimator.raw('alpha_W')) ?? 0;
  const apart = scaled !== 0 || (estimator.has('alpha_H') && estimator.raw('alpha_H') !== 'same');
  if (!isBefore(estimator.version, 1, 2) || apart) return width * scaled;
  const sides = estimator.text('regularization') ?? 'both';
  return sides === 'components' ? 0 : (numberOf(estimator.raw('alpha')) ?? 0);
}

/** `sklearn.decomposition.NMF` with coordinate descent. */
function factorization(estimator: Estimator, x: Features, to: Translation): Methods {
  const solver = estimator.text('solver') ?? 'cd';
  if (solver !== 'cd') return estimator.unsupported('solver', 'multiplicative updates are not computed');
  if (estimator.flag('shuffle', false)) return estimator.unsupported('shuffle', 'it draws random numbers');
  const parts = estimator.matrix(estimator.fitted('components_'));
  const penalty = penaltyOf(estimator, x.width);
  const ratio = estimator.number('l1_ratio');
  const node = to.builder.add(
    'nonnegativeParts',
    [countsOf(estimator, x, to)],
    {
      l1: penalty * ratio,
      l2: penalty * (1 - ratio),
      steps: Math.max(1, estimator.count('max_iter')),
      tolerance: estimator.number('tol'),
    },
    { parts },
  );
  return { transform: featuresOf(to.builder, node) };
}

/** Codes of rows, from their products with the atoms. */
type Encode = (estimator: Estimator, products: number, atoms: Matrix, to: Translation) => number;

/** Soft thresholds of the products. */
function thresholds(
  estimator: Estimator,
  product: number,
  { shape }: Matrix,
  { builder }: Translation,
): number {
  // Before 1.1 the penalty of training was not that of answers.
  const names = isBefore(estimator.version, 1, 1) ? ['transform_alpha'] : ['transform_alpha', 'alpha'];
  const name = estimator.anyOf(...names);
  const alpha = name === undefined ? 1 : estimator.number(name);
  const bounds = { low: Float64Array.of(-alpha), high: Float64Array.of(alpha) };
  const beyond = builder.add('clip', [product], {}, bounds);
  const negative = builder.add('map', [beyond], { function: 'negate' });
  const sums = new Float64Array(shape[0] * 2 * shape[0]);
  for (let at = 0; at < shape[0]; at++) {
    sums[at * 2 * shape[0] + at] = 1;
    sums[at * 2 * shape[0] + shape[0] + at] = 1;
  }
  const code = builder.add(
    'affine',
    [builder.add('concatenate', [product, negative])],
    {},
    { weights: { values: sums, shape: [shape[0], 2 * shape[0]] }, bias: new Float64Array(shape[0]) },
  );
  return estimator.flag('positive_code', false) ? aboveZero(builder, code) : code;
}

function aboveZero(builder: PlanBuilder, node: number): number {
  return builder.add('clip', [node], {}, { low: Float64Array.of(0), high: Float64Array.of(Infinity) });
}

/** A square matrix of as many atoms is made. */
const mostAtoms = 4096;

function pursuit(estimator: Estimator, product: number, atoms: Matrix, { builder }: Translation): number {
  const [count, width] = atoms.shape;
  if (estimator.flag('positive_code', false))
    return estimator.unsupported('positive_code', 'the library has no codes without a sign by omp');
  if (count > mostAtoms) return estimator.unsupported('n_components', `more than ${mostAtoms} components`);
  const name = 'transform_n_nonzero_coefs';
  const most = estimator.has(name)
    ? estimator.count(name)
    : Math.min(Math.max(Math.floor(width / 10), 1), count);
  if (most < 1 || most > count) return estimator.malformed(name, `1 to ${count}`);
  const gram = timesTransposed(atoms, atoms);
  // Before 0.20 each atom counted as one of length 1.
  if (
    isBefore(estimator.version, 0, 20) &&
    gram.values.some((value, at) => at % (count + 1) === 0 && !isOne(value))
  )
    return estimator.unsupported('dictionary', 'its rows do not have length 1');
  return builder.add('matchingPursuit', [product], { count: most }, { gram });
}

function isOne(value: number): boolean {
  return Math.abs(value - 1) < 1e-9;
}

const encodings: Readonly<Record<string, Encode>> = { threshold: thresholds, omp: pursuit };

/** `sklearn.decomposition.DictionaryLearning` and what is made of atoms as it is. */
function dictionary(estimator: Estimator, x: Features, to: Translation): Methods {
  const encode = encodings[estimator.text('transform_algorithm') ?? 'omp'];
  if (encode === undefined)
    return estimator.unsupported(
      'transform_algorithm',
      'it solves a regression for each row until it changes little; omp and threshold are computed',
    );
  const atoms = atomsOf(estimator);
  const product = addAffine(
    to.builder,
    checkedNumbers(estimator, x, to),
    atoms,
    new Float64Array(atoms.shape[0]),
  );
  return { transform: split(estimator, to, encode(estimator, product, atoms, to)) };
}

function atomsOf(estimator: Estimator): Matrix {
  return estimator.matrix(estimator.anyOf('dictionary') ?? estimator.fitted('components_'));
}

/** With `split_sign`, what is positive and then what is negative. */
function split(estimator: Estimator, to: Translation, code: number): Features {
  const { builder } = to;
  if (!estimator.flag('split_sign', false)) return featuresOf(builder, code);
  const halves = [code, builder.add('map', [code], { function: 'negate' })];
  return featuresOf(
    builder,
    builder.add(
      'concatenate',
      halves.map(node => aboveZero(builder, node)),
    ),
  );
}

function row(translate: FamilyRow['translate']): FamilyRow {
  return {
    translate,
    features: estimator =>
      estimator.has('components_') ? estimator.matrix('components_').shape[1] : undefined,
    facts: estimator => ({ components: estimator.matrix('components_').shape[0] }),
  };
}

export const factorizationFamily: Family = {
  'decomposition.LatentDirichletAllocation': row(allocation),
  'decomposition.NMF': row(factorization),
  'decomposition.DictionaryLearning': row(dictionary),
  'decomposition.MiniBatchDictionaryLearning': row(dictionary),
  'decomposition.SparseCoder': {
    translate: dictionary,
    features: estimator => atomsOf(estimator).shape[1],
    facts: estimator => ({ components: atomsOf(estimator).shape[0] }),
  },
};
