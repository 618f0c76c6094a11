import { addAffine } from '../affine.ts';
import { checkedNumbers } from '../checked.ts';
import type { Estimator } from '../estimator.ts';
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

/** Soft thresholds of the products with the atoms: one of the ways of `DictionaryLearning`. */
function dictionary(estimator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  const algorithm = estimator.text('transform_algorithm') ?? 'omp';
  if (algorithm !== 'threshold')
    return estimator.unsupported(
      'transform_algorithm',
      'it solves a regression for each row; threshold is computed',
    );
  if (estimator.flag('positive_code', false))
    return estimator.unsupported('positive_code', 'codes without a sign are not computed');
  // Before 1.1 the penalty of training was not that of answers.
  const names = isBefore(estimator.version, 1, 1) ? ['transform_alpha'] : ['transform_alpha', 'alpha'];
  const name = estimator.anyOf(...names);
  const alpha = name === undefined ? 1 : estimator.number(name);
  const atoms = estimator.matrix(estimator.fitted('components_'));
  const product = addAffine(
    builder,
    checkedNumbers(estimator, x, to),
    atoms,
    new Float64Array(atoms.shape[0]),
  );
  const beyond = builder.add(
    'clip',
    [product],
    {},
    { low: Float64Array.of(-alpha), high: Float64Array.of(alpha) },
  );
  const negative = builder.add('map', [beyond], { function: 'negate' });
  const code = featuresOf(builder, builder.add('concatenate', [product, negative]));
  return { transform: paired(estimator, to, code, atoms.shape[0]) };
}

/** The sum of each column and the one `count` further on; with `split_sign` its positive and negative part. */
function paired(estimator: Estimator, to: Translation, both: Features, count: number): Features {
  const { builder } = to;
  const values = new Float64Array(count * 2 * count);
  for (let at = 0; at < count; at++) {
    values[at * 2 * count + at] = 1;
    values[at * 2 * count + count + at] = 1;
  }
  const sum = builder.add(
    'affine',
    [both.matrix()],
    {},
    { weights: { values, shape: [count, 2 * count] }, bias: new Float64Array(count) },
  );
  if (!estimator.flag('split_sign', false)) return featuresOf(builder, sum);
  const bounds = { low: Float64Array.of(0), high: Float64Array.of(Infinity) };
  const turned = builder.add('map', [sum], { function: 'negate' });
  const halves = [sum, turned].map(node => builder.add('clip', [node], {}, bounds));
  return featuresOf(builder, builder.add('concatenate', halves));
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
};
