import { addAffine } from '../affine.ts';
import { checkedMatrix } from '../checked.ts';
import { withLogs } from '../classifying.ts';
import type { Estimator } from '../estimator.ts';
import type { Column, Family, FamilyRow, Methods, Translation } from '../family.ts';
import type { Features } from '../features.ts';
import { classesOf } from '../labels.ts';
import { kernelOf } from '../machines.ts';
import { isBefore } from '../version.ts';

const kernels = ['linear', 'poly', 'rbf', 'sigmoid'];

/** `_gamma` is the number that fit made of the parameter; old versions kept only the parameter. */
function gammaOf(estimator: Estimator, features: number): number {
  if (estimator.has('_gamma')) return estimator.number('_gamma');
  if (estimator.text('gamma') === 'auto') return 1 / features;
  const gamma = estimator.number('gamma');
  return gamma === 0 ? 1 / features : gamma;
}

function machineKernel(estimator: Estimator, x: Features, to: Translation): number {
  const kernel = estimator.text('kernel');
  if (kernel === 'precomputed') return supportKernels(estimator, x, to);
  if (kernel === undefined || !kernels.includes(kernel))
    return estimator.unsupported(
      'kernel',
      `a function cannot be run; supported are ${kernels.join(', ')}, precomputed`,
    );
  const degree = kernel === 'poly' ? estimator.number('degree') : 0;
  if (!Number.isInteger(degree) || degree < 0)
    estimator.unsupported('degree', 'libsvm takes whole degrees from 0 on');
  return kernelOf(
    estimator,
    x,
    estimator.fitted('support_vectors_'),
    {
      function: kernel,
      gamma: kernel === 'linear' ? 0 : gammaOf(estimator, x.width),
      coef0: kernel === 'poly' || kernel === 'sigmoid' ? estimator.number('coef0') : 0,
      degree,
    },
    to,
  );
}

/** Rows are kernel values with all rows of training, of which those with the support vectors count. */
function supportKernels(estimator: Estimator, x: Features, to: Translation): number {
  const indices = estimator.counts(estimator.fitted('support_'));
  if (indices.some(index => index < 0 || index >= x.width))
    return estimator.malformed('support_', `places below ${x.width}`);
  return to.builder.add('columns', [checkedMatrix(estimator, x, to)], {}, { indices });
}

function startsOf(counts: Int32Array): Int32Array {
  const starts = new Int32Array(counts.length + 1);
  for (const [label, count] of counts.entries()) starts[label + 1] = (starts[label] as number) + count;
  return starts;
}

/** libsvm's own signs: `dual_coef_` and `intercept_` are turned round for two classes, the underscored ones are not. */
function pairDecisions(estimator: Estimator, x: Features, to: Translation): number {
  const kernel = machineKernel(estimator, x, to);
  const coefficients = estimator.matrix(estimator.fitted('_dual_coef_'));
  const starts = startsOf(estimator.counts(estimator.fitted('_n_support', 'n_support_')));
  const intercepts = estimator.vector(estimator.fitted('_intercept_'));
  return to.builder.add('pairDecisions', [kernel], {}, { coefficients, starts, intercepts });
}

/** Until 0.18 None and until 0.16 no parameter at all meant one-versus-one. */
function isOneVersusRest(estimator: Estimator): boolean {
  return estimator.text('decision_function_shape') === 'ovr';
}

function probabilities(estimator: Estimator, decisions: number, to: Translation): Methods {
  const slopes = estimator.anyOf('_probA', 'probA_');
  const offsets = estimator.anyOf('_probB', 'probB_');
  const wanted = estimator.raw('probability');
  if (wanted === 'deprecated' || !estimator.flag('probability', false)) return {};
  if (slopes === undefined || offsets === undefined) return {};
  const slope = estimator.vector(slopes);
  // The parameter may have been set after fitting; then there is nothing to compute probabilities from.
  if (slope.length === 0) return {};
  const proba = to.builder.add(
    'pairProbabilities',
    [decisions],
    {},
    { slope, offset: estimator.vector(offsets) },
  );
  return withLogs(proba, to);
}

/** `sklearn.svm.SVC`: libsvm's machine of pairs with what `BaseSVC` makes of its decisions. */
function supportVectorClassifier(estimator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  const decisions = pairDecisions(estimator, x, to);
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

/** The one sum of a machine without pairs: that of regression, or of a single class. */
function singleSum(estimator: Estimator, x: Features, to: Translation): number {
  const kernel = machineKernel(estimator, x, to);
  const weights = estimator.matrix(estimator.fitted('_dual_coef_', 'dual_coef_'));
  const bias = estimator.vector(estimator.fitted('_intercept_', 'intercept_'));
  return addAffine(to.builder, kernel, weights, bias);
}

/** `sklearn.svm.SVR`, `sklearn.svm.NuSVR` */
function supportVectorRegressor(estimator: Estimator, x: Features, to: Translation): Methods {
  return { predict: { node: singleSum(estimator, x, to), vector: true } };
}

/** 1 inside, -1 outside; floats until 0.19, as libsvm gives them. */
function insideLabels(estimator: Estimator, node: number, { builder }: Translation): Column {
  return {
    node: builder.add('above', [node], { threshold: 0 }),
    labels: isBefore(estimator.version, 0, 20)
      ? { datatype: 'FP64', values: Float64Array.of(-1, 1) }
      : { datatype: 'INT64', values: BigInt64Array.of(-1n, 1n) },
    vector: true,
  };
}

/** `sklearn.svm.OneClassSVM`; `score_samples` came with `offset_` in 0.20. */
function oneClass(estimator: Estimator, x: Features, to: Translation): Methods {
  const node = singleSum(estimator, x, to);
  const methods: Methods = {
    predict: insideLabels(estimator, node, to),
    decision_function: { node, vector: !isBefore(estimator.version, 0, 20) },
  };
  if (!estimator.has('offset_')) return methods;
  const scores = to.builder.add(
    'columnwise',
    [node],
    { operation: 'add', operandToo: false },
    { operand: estimator.vector('offset_') },
  );
  return { ...methods, score_samples: { node: scores, vector: true } };
}

function supportVectors(estimator: Estimator): number {
  return estimator.counts(estimator.fitted('support_')).length;
}

const row = {
  features: (estimator: Estimator) =>
    estimator.has('shape_fit_') ? estimator.vector('shape_fit_')[1] : undefined,
};

const classifier: FamilyRow = {
  ...row,
  translate: supportVectorClassifier,
  facts: estimator => ({
    'support vectors': supportVectors(estimator),
    classes: estimator.array('classes_').size,
  }),
};

const regressor: FamilyRow = {
  ...row,
  translate: supportVectorRegressor,
  facts: estimator => ({ 'support vectors': supportVectors(estimator) }),
};

export const svmFamily: Family = {
  'svm.SVC': classifier,
  'svm.NuSVC': classifier,
  'svm.SVR': regressor,
  'svm.NuSVR': regressor,
  'svm.OneClassSVM': { ...regressor, translate: oneClass },
};
