import { addAffine, coefficientsOf, linearOf, linearWidth } from '../affine.ts';
import { checkedMatrix, checkedNumbers } from '../checked.ts';
import type { Estimator } from '../estimator.ts';
import type { Family, FamilyRow, Methods, Translation } from '../family.ts';
import { featuresOf, type Features } from '../features.ts';

function linearRegression(estimator: Estimator, x: Features, to: Translation): Methods {
  const { node, flat } = linearOf(estimator, x, to);
  return { predict: { node, vector: flat } };
}

/** What a generalized linear model makes of its linear prediction: undefined for nothing. */
type Inverse = 'exp' | 'sigmoid' | undefined;

/** Models of `sklearn.linear_model` whose prediction is a function of a linear one, or that itself. */
function generalized(inverseOf: (estimator: Estimator) => Inverse): FamilyRow['translate'] {
  return (estimator, x, to) => {
    const { node, flat } = linearOf(estimator, x, to);
    const inverse = inverseOf(estimator);
    if (inverse === undefined) return { predict: { node, vector: flat } };
    const { single } = to.builder.typeOf(node);
    const grown = to.builder.add('map', [node], { function: inverse }, {}, { single });
    return { predict: { node: grown, vector: flat } };
  };
}

/** Links that could be given as objects, until 1.0. */
const links: Readonly<Record<string, Inverse>> = {
  IdentityLink: undefined,
  LogLink: 'exp',
  LogitLink: 'sigmoid',
};

/** `link='auto'` of a Tweedie regressor goes by its power. */
function inverseLink(estimator: Estimator): Inverse {
  const link = estimator.text('link');
  if (link === 'log') return 'exp';
  if (link === 'identity') return undefined;
  if (link === 'auto') return estimator.number('power') > 0 ? 'exp' : undefined;
  const given = estimator.part('link');
  if (
    given !== undefined &&
    given.object.cls.module.startsWith('sklearn.') &&
    Object.hasOwn(links, given.name)
  )
    return links[given.name];
  return estimator.unsupported('link', 'a link of another library is code, which is not run');
}

/** One target, whatever the shape of the coefficients: stochastic gradient descent flattens what it predicts. */
function flattened(estimator: Estimator, x: Features, to: Translation): Methods {
  const { node } = linearOf(estimator, x, to);
  return { predict: { node, vector: to.builder.typeOf(node).width === 1 } };
}

const row = {
  features: linearWidth,
  facts: (estimator: Estimator) => ({ targets: coefficientsOf(estimator).shape[0] }),
};

/** RANSAC answers as the estimator that it fitted on the inliers. */
const ransac: FamilyRow = {
  translate(estimator, x, to) {
    const inner = to.translate(
      estimator.raw(estimator.fitted('estimator_')),
      `${estimator.place}.estimator_`,
      estimator,
      x,
    );
    if (inner.predict === undefined) return estimator.malformed('estimator_', 'an estimator with predict');
    return { predict: inner.predict };
  },
  features: (estimator, to) =>
    estimator.has('estimator_')
      ? to.featuresOf(estimator.raw('estimator_'), `${estimator.place}.estimator_`, estimator)
      : undefined,
};

/** `sklearn.linear_model.SGDOneClassSVM`: 1 from a decision of 0 on, -1 below. */
function oneClass(estimator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  const offset = estimator.vector(estimator.fitted('offset_'));
  const finite = checkedNumbers(estimator, x, to);
  const node = addAffine(
    builder,
    finite,
    coefficientsOf(estimator),
    offset.map(value => -value),
  );
  const operation = { operation: 'add', operandToo: false };
  const scores = builder.add('columnwise', [node], operation, { operand: offset });
  return {
    predict: {
      node: builder.add('above', [node], { threshold: -Number.MIN_VALUE }),
      labels: { datatype: 'INT32', values: Int32Array.of(-1, 1) },
      vector: true,
    },
    decision_function: { node, vector: true },
    score_samples: { node: scores, vector: true },
  };
}

/** Randomized models, until 0.20, are transformers: they pass on the columns that were chosen often enough. */
const randomized: FamilyRow = {
  translate(estimator, x, to) {
    const threshold = estimator.number('selection_threshold');
    const chosen = Array.from(estimator.vector(estimator.fitted('scores_')).entries())
      .filter(([, score]) => score > threshold)
      .map(([column]) => column);
    if (chosen.length === 0) return estimator.unsupported('selection_threshold', 'no column is above it');
    return { transform: featuresOf(to.builder, checkedMatrix(estimator, x, to)).select(chosen) };
  },
  features: estimator => (estimator.has('scores_') ? estimator.vector('scores_').length : undefined),
};

const plain: FamilyRow = { translate: linearRegression, ...row };
const descended: FamilyRow = { translate: flattened, ...row };

export const linearFamily: Family = {
  'linear_model.LinearRegression': plain,
  'linear_model.Ridge': plain,
  'linear_model.RidgeCV': plain,
  'linear_model.Lasso': plain,
  'linear_model.LassoCV': plain,
  'linear_model.ElasticNet': plain,
  'linear_model.ElasticNetCV': plain,
  'linear_model.MultiTaskLasso': plain,
  'linear_model.MultiTaskLassoCV': plain,
  'linear_model.MultiTaskElasticNet': plain,
  'linear_model.MultiTaskElasticNetCV': plain,
  'linear_model.Lars': plain,
  'linear_model.LarsCV': plain,
  'linear_model.LassoLars': plain,
  'linear_model.LassoLarsCV': plain,
  'linear_model.LassoLarsIC': plain,
  'linear_model.OrthogonalMatchingPursuit': plain,
  'linear_model.OrthogonalMatchingPursuitCV': plain,
  'linear_model.BayesianRidge': plain,
  'linear_model.ARDRegression': plain,
  'linear_model.HuberRegressor': plain,
  'linear_model.TheilSenRegressor': plain,
  'linear_model.QuantileRegressor': plain,
  'svm.LinearSVR': plain,
  'linear_model.SGDRegressor': descended,
  'linear_model.PassiveAggressiveRegressor': descended,
  'linear_model.PoissonRegressor': { translate: generalized(() => 'exp'), ...row },
  'linear_model.GammaRegressor': { translate: generalized(() => 'exp'), ...row },
  'linear_model.TweedieRegressor': { translate: generalized(inverseLink), ...row },
  'linear_model.SGDOneClassSVM': { ...row, translate: oneClass },
  'linear_model.RANSACRegressor': ransac,
  'linear_model.RandomizedLasso': randomized,
  'linear_model.RandomizedLogisticRegression': randomized,
};
