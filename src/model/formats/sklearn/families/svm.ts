import { checkedMatrix } from '../checked.ts';
import type { Estimator } from '../estimator.ts';
import type { Family, Methods, Translation } from '../family.ts';
import type { Features } from '../features.ts';
import { classesOf } from '../labels.ts';
import { isBefore } from '../version.ts';

const kernels = ['linear', 'poly', 'rbf', 'sigmoid'];

/** `_gamma` is the number that fit made of the parameter; old versions kept only the parameter. */
function gammaOf(estimator: Estimator, features: number): number {
  if (estimator.has('_gamma')) return estimator.number('_gamma');
  if (estimator.text('gamma') === 'auto') return 1 / features;
  const gamma = estimator.number('gamma');
  return gamma === 0 ? 1 / features : gamma;
}

function kernelNode(estimator: Estimator, x: number, { builder }: Translation): number {
  const kernel = estimator.text('kernel');
  if (kernel === undefined || !kernels.includes(kernel))
    return estimator.unsupported(
      'kernel',
      `it is computed outside the model; supported are ${kernels.join(', ')}`,
    );
  const vectors = estimator.matrix(estimator.fitted('support_vectors_'));
  const degree = kernel === 'poly' ? estimator.number('degree') : 0;
  if (!Number.isInteger(degree) || degree < 0)
    estimator.unsupported('degree', 'libsvm takes whole degrees from 0 on');
  const attributes = {
    function: kernel,
    gamma: kernel === 'linear' ? 0 : gammaOf(estimator, vectors.shape[1]),
    coef0: kernel === 'poly' || kernel === 'sigmoid' ? estimator.number('coef0') : 0,
    degree,
  };
  return builder.add('kernel', [x], attributes, { vectors });
}

function startsOf(counts: Int32Array): Int32Array {
  const starts = new Int32Array(counts.length + 1);
  for (const [label, count] of counts.entries()) starts[label + 1] = (starts[label] as number) + count;
  return starts;
}

/** libsvm's own signs: `dual_coef_` and `intercept_` are turned round for two classes, the underscored ones are not. */
function decisionsNode(estimator: Estimator, x: number, to: Translation): number {
  const kernel = kernelNode(estimator, x, to);
  const coefficients = estimator.matrix(estimator.fitted('_dual_coef_'));
  const starts = startsOf(estimator.counts(estimator.fitted('_n_support', 'n_support_')));
  const intercepts = estimator.vector(estimator.fitted('_intercept_'));
  return to.builder.add('pairDecisions', [kernel], {}, { coefficients, starts, intercepts });
}

/** Until 0.18 None and until 0.16 no parameter at all meant one-versus-one. */
function isOneVersusRest(estimator: Estimator): boolean {
  return estimator.text('decision_function_shape') === 'ovr';
}

function probabilities(estimator: Estimator, decisions: number, { builder }: Translation): Methods {
  const slopes = estimator.anyOf('_probA', 'probA_');
  const offsets = estimator.anyOf('_probB', 'probB_');
  const wanted = estimator.raw('probability');
  if (wanted === 'deprecated' || !estimator.flag('probability', false)) return {};
  if (slopes === undefined || offsets === undefined) return {};
  const slope = estimator.vector(slopes);
  // The parameter may have been set after fitting; then there is nothing to compute probabilities from.
  if (slope.length === 0) return {};
  const proba = builder.add(
    'pairProbabilities',
    [decisions],
    {},
    { slope, offset: estimator.vector(offsets) },
  );
  return {
    predict_proba: { node: proba },
    predict_log_proba: { node: builder.add('map', [proba], { function: 'log' }) },
  };
}

/** `sklearn.svm.SVC`: libsvm's machine of pairs with what `BaseSVC` makes of its decisions. */
function supportVectorClassifier(estimator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  const finite = checkedMatrix(estimator, x, to);
  const decisions = decisionsNode(estimator, finite, to);
  const votes = builder.add('pairVotes', [decisions]);
  const type = builder.typeOf(votes);
  const classes = type.kind === 'codes' ? type.cardinality : 0;
  const labels = classesOf(estimator, classes);
  const ovr = isOneVersusRest(estimator);
  const breakTies = estimator.flag('break_ties', false);
  if (breakTies && !ovr)
    estimator.unsupported('break_ties', 'scikit-learn refuses it with decision_function_shape="ovo"');
  // Before 0.21 the scores of a row depended on all rows of the call.
  const scale = isBefore(estimator.version, 0, 21) ? 'call' : 'row';
  let decision: number;
  if (classes === 2) decision = builder.add('map', [decisions], { function: 'negate' });
  else decision = ovr ? builder.add('pairToRest', [decisions], { scale }) : decisions;
  return {
    predict: {
      node: breakTies && classes > 2 ? builder.add('argmax', [decision]) : votes,
      labels,
      vector: true,
    },
    ...probabilities(estimator, decisions, to),
    decision_function: { node: decision, vector: classes === 2 },
  };
}

export const svmFamily: Family = {
  'svm.SVC': {
    translate: supportVectorClassifier,
    features: estimator => (estimator.has('shape_fit_') ? estimator.vector('shape_fit_')[1] : undefined),
    facts: estimator => ({
      'support vectors': estimator.matrix('support_vectors_').shape[0],
      classes: estimator.array('classes_').size,
    }),
  },
};
