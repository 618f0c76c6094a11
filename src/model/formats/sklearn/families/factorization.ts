import { addAffine } from '../affine.ts';
import { checkedMatrix, checkedNumbers } from '../checked.ts';
import { mostDescentSteps, type PlanBuilder } from '../../../plan/index.ts';
import { timesTransposed } from '../cholesky.ts';
import type { Estimator, Matrix } from '../estimator.ts';
import type { Family, FamilyRow, Methods, Translation } from '../family.ts';
import { featuresOf, type Features } from '../features.ts';
import { numberOf } from '../python.ts';
import { isBefore } from '../version.ts';

/**
 * Rows without values below 0, sparse where they are.
 * @param strict 0 is refused too
 */
function countsOf(estimator: Estimator, x: Features, to: Translation, strict = false): number {
  const attributes = { owner: estimator.name, least: 0, strict };
  // What sparse rows leave out is 0.
  const rows = strict ? checkedMatrix(estimator, x, to) : checkedNumbers(estimator, x, to);
  return to.builder.add('notBelow', [rows], attributes);
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

/** `sklearn.decomposition.NMF`. */
function factorization(estimator: Estimator, x: Features, to: Translation): Methods {
  const solver = estimator.text('solver') ?? 'cd';
  if (solver === 'mu') {
    const beta = betaOf(estimator);
    const rows = countsOf(estimator, x, to, beta <= 0);
    return multiplied(estimator, rows, to, { beta, stop: 'error', steps: estimator.count('max_iter') });
  }
  if (solver !== 'cd') return estimator.unsupported('solver', 'projected gradients are not computed');
  if (estimator.flag('shuffle', false)) return estimator.unsupported('shuffle', 'it draws random numbers');
  const parts = estimator.matrix(estimator.fitted('components_'));
  const node = to.builder.add(
    'nonnegativeParts',
    [countsOf(estimator, x, to)],
    {
      ...penaltiesOf(estimator, x.width),
      steps: Math.max(1, estimator.count('max_iter')),
      tolerance: estimator.number('tol'),
    },
    { parts },
  );
  return { transform: featuresOf(to.builder, node) };
}

/** `sklearn.decomposition.MiniBatchNMF`, which takes values below 0 as they are. */
function batchFactorization(estimator: Estimator, x: Features, to: Translation): Methods {
  const steps = estimator.count(estimator.anyOf('transform_max_iter') ?? 'max_iter');
  const rows = checkedNumbers(estimator, x, to);
  return multiplied(estimator, rows, to, { beta: betaOf(estimator), stop: 'change', steps });
}

interface Updates {
  readonly beta: number;
  readonly stop: 'error' | 'change';
  readonly steps: number;
}

/** Multiplicative updates. */
function multiplied(estimator: Estimator, rows: number, to: Translation, how: Updates): Methods {
  const parts = estimator.matrix(estimator.fitted('components_'));
  const node = to.builder.add(
    'multiplicativeParts',
    [rows],
    {
      ...how,
      ...penaltiesOf(estimator, parts.shape[1]),
      steps: Math.max(1, how.steps),
      tolerance: estimator.number('tol'),
      lift: isBefore(estimator.version, 1, 3) ? 'zeros' : 'small',
    },
    { parts },
  );
  return { transform: featuresOf(to.builder, node) };
}

const divergences: Readonly<Record<string, number>> = {
  frobenius: 2,
  'kullback-leibler': 1,
  'itakura-saito': 0,
};

function betaOf(estimator: Estimator): number {
  const name = estimator.text('beta_loss');
  if (name === undefined) return estimator.has('beta_loss') ? estimator.number('beta_loss') : 2;
  return divergences[name] ?? estimator.malformed('beta_loss', 'a number or the name of a divergence');
}

/** Penalties on the absolute values of the parts, and on their squares. */
function penaltiesOf(estimator: Estimator, width: number): { readonly l1: number; readonly l2: number } {
  const penalty = penaltyOf(estimator, width);
  const ratio = estimator.number('l1_ratio');
  return { l1: penalty * ratio, l2: penalty * (1 - ratio) };
}

/** What codes of rows are made from. */
interface Coding {
  readonly estimator: Estimator;
  readonly to: Translation;
  readonly rows: number;
  readonly atoms: Matrix;
  /** Products of the rows with the atoms. */
  readonly products: number;
}

type Encode = (coding: Coding) => number;

/** The penalty of codes; before 1.1 that of training was not that of answers. */
function codePenalty(estimator: Estimator): number {
  const names = isBefore(estimator.version, 1, 1) ? ['transform_alpha'] : ['transform_alpha', 'alpha'];
  const name = estimator.anyOf(...names);
  if (name === undefined) return 1;
  const penalty = estimator.number(name);
  return penalty >= 0 ? penalty : estimator.malformed(name, 'a number of 0 or more');
}

/** Soft thresholds of the products. */
function thresholds({ estimator, to: { builder }, atoms: { shape }, products }: Coding): number {
  const alpha = codePenalty(estimator);
  const bounds = { low: Float64Array.of(-alpha), high: Float64Array.of(alpha) };
  const beyond = builder.add('clip', [products], {}, bounds);
  const negative = builder.add('map', [beyond], { function: 'negate' });
  const sums = new Float64Array(shape[0] * 2 * shape[0]);
  for (let at = 0; at < shape[0]; at++) {
    sums[at * 2 * shape[0] + at] = 1;
    sums[at * 2 * shape[0] + shape[0] + at] = 1;
  }
  const code = builder.add(
    'affine',
    [builder.add('concatenate', [products, negative])],
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
/** The same where each thread has another one to work in. */
const mostFactored = 1024;

function gramOf({ estimator, atoms }: Coding, most = mostAtoms): Matrix {
  if (atoms.shape[0] > most) return estimator.unsupported('n_components', `more than ${most} components`);
  return timesTransposed(atoms, atoms);
}

/** How many atoms a code has at most. */
function nonzeroCount({ estimator, atoms }: Coding): number {
  const [count, width] = atoms.shape;
  const name = 'transform_n_nonzero_coefs';
  return estimator.has(name) ? estimator.count(name) : Math.min(Math.max(Math.floor(width / 10), 1), count);
}

function pursuit(coding: Coding): number {
  const { estimator, atoms, products, to } = coding;
  const [count] = atoms.shape;
  refusePositive(estimator);
  const most = nonzeroCount(coding);
  if (most < 1 || most > count) return estimator.malformed('transform_n_nonzero_coefs', `1 to ${count}`);
  const gram = gramOf(coding);
  // Before 0.20 each atom counted as one of length 1.
  if (
    isBefore(estimator.version, 0, 20) &&
    gram.values.some((value, at) => at % (count + 1) === 0 && !isOne(value))
  )
    return estimator.unsupported('dictionary', 'its rows do not have length 1');
  return to.builder.add('matchingPursuit', [products], { count: most }, { gram });
}

function refusePositive(estimator: Estimator): void {
  if (estimator.flag('positive_code', false))
    estimator.unsupported('positive_code', 'the library has no codes without a sign by omp and lars');
}

function isOne(value: number): boolean {
  return Math.abs(value - 1) < 1e-9;
}

function leastAngles(coding: Coding): number {
  const { estimator, atoms, products, to } = coding;
  refusePositive(estimator);
  return to.builder.add(
    'leastAngles',
    [products],
    { penalty: 0, columns: atoms.shape[1], steps: nonzeroCount(coding), lasso: false, positive: false },
    { gram: gramOf(coding, mostFactored) },
  );
}

function lassoPath(coding: Coding): number {
  const { estimator, atoms, products, to } = coding;
  const columns = atoms.shape[1];
  return to.builder.add(
    'leastAngles',
    [products],
    {
      penalty: codePenalty(estimator) / columns,
      columns,
      // Before 0.22 the path had its own bound.
      steps: isBefore(estimator.version, 0, 22) ? 500 : stepsOf(estimator),
      lasso: true,
      positive: estimator.flag('positive_code', false),
    },
    { gram: gramOf(coding, mostFactored) },
  );
}

function lassoDescent(coding: Coding): number {
  const { estimator, products, rows, to } = coding;
  const early = isBefore(estimator.version, 1, 8);
  const gram = gramOf(coding);
  const most = mostDescentSteps(gram.shape[0]);
  const steps = Math.max(1, stepsOf(estimator));
  if (steps > most)
    return estimator.unsupported('transform_max_iter', `more than ${most} rounds of so many components`);
  return to.builder.add(
    'lassoDescent',
    [products, rows],
    {
      penalty: codePenalty(estimator),
      steps,
      tolerance: early ? 1e-4 : 1e-8,
      positive: estimator.flag('positive_code', false),
      screens: !early,
    },
    { gram },
  );
}

function stepsOf(estimator: Estimator): number {
  return estimator.has('transform_max_iter') ? estimator.count('transform_max_iter') : 1000;
}

const encodings: Readonly<Record<string, Encode>> = {
  threshold: thresholds,
  omp: pursuit,
  lars: leastAngles,
  lasso_lars: lassoPath,
  lasso_cd: lassoDescent,
};

/** `sklearn.decomposition.DictionaryLearning` and what is made of atoms as it is. */
function dictionary(estimator: Estimator, x: Features, to: Translation): Methods {
  const encode = encodings[estimator.text('transform_algorithm') ?? 'omp'];
  if (encode === undefined)
    return estimator.malformed('transform_algorithm', Object.keys(encodings).join(', '));
  const atoms = atomsOf(estimator);
  const rows = checkedMatrix(estimator, x, to);
  const products = addAffine(to.builder, rows, atoms, new Float64Array(atoms.shape[0]));
  return { transform: split(estimator, to, encode({ estimator, to, rows, atoms, products })) };
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
  'decomposition.MiniBatchNMF': row(batchFactorization),
  'decomposition.DictionaryLearning': row(dictionary),
  'decomposition.MiniBatchDictionaryLearning': row(dictionary),
  'decomposition.SparseCoder': {
    translate: dictionary,
    features: estimator => atomsOf(estimator).shape[1],
    facts: estimator => ({ components: atomsOf(estimator).shape[0] }),
  },
};
