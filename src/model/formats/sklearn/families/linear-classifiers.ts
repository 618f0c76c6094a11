import { PyObject } from '../../pickle/index.ts';
import { linearOf, linearWidth } from '../affine.ts';
import {
  decidedLabels,
  decisionColumn,
  labelsAbove,
  sigmoidProbabilities,
  withLogs,
} from '../classifying.ts';
import { Estimator } from '../estimator.ts';
import type { Family, FamilyRow, Methods, Translation } from '../family.ts';
import type { Features } from '../features.ts';
import { classesOf } from '../labels.ts';
import { isBefore, type Version } from '../version.ts';

/** Decisions with the labels they mean: `LinearClassifierMixin` of scikit-learn. */
function decided(holder: Estimator, node: number, to: Translation): Methods {
  const { width } = to.builder.typeOf(node);
  return {
    predict: decidedLabels(node, classesOf(holder, width === 1 ? 2 : width), to),
    decision_function: decisionColumn(node, to),
  };
}

function linearClassifier(estimator: Estimator, x: Features, to: Translation): Methods {
  return decided(estimator, linearOf(estimator, x, to).node, to);
}

/** Where all sigmoids of a row are 0: nothing divided by nothing, or as of 1.9 even odds. */
function zeroRows(version: Version): 'divide' | 'even' {
  return isBefore(version, 1, 9) ? 'divide' : 'even';
}

/**
 * Whether `LogisticRegression.predict_proba` is one sigmoid for each class. Until 0.19 all two-class models were so; then
 * the parameter decided, with defaults called warn, auto and deprecated; 1.8 removed the parameter.
 */
function isOneVersusRest(estimator: Estimator, decisions: number): boolean {
  const binary = decisions === 1;
  const choice = estimator.text('multi_class');
  if (choice === undefined) return binary || isBefore(estimator.version, 0, 18);
  if (choice === 'ovr' || choice === 'warn') return true;
  if (isBefore(estimator.version, 0, 20) && binary) return true;
  if (choice !== 'auto' && choice !== 'deprecated') return false;
  const solver = estimator.text('solver');
  return (
    binary || solver === 'liblinear' || (solver === 'newton-cholesky' && isBefore(estimator.version, 1, 5))
  );
}

function logisticProbabilities(estimator: Estimator, decision: number, to: Translation): number {
  const { builder } = to;
  const { width, single } = builder.typeOf(decision);
  if (isOneVersusRest(estimator, width))
    return sigmoidProbabilities(decision, zeroRows(estimator.version), to);
  const scores =
    width === 1 ? builder.add('twoSided', [decision], { form: 'negate' }, {}, { single }) : decision;
  return builder.add('softmax', [scores], {}, {}, { single });
}

function logisticRegression(estimator: Estimator, x: Features, to: Translation): Methods {
  const { node } = linearOf(estimator, x, to);
  return { ...decided(estimator, node, to), ...withLogs(logisticProbabilities(estimator, node, to), to) };
}

/** The decision squeezed from [-1, 1] to [0, 1], and divided by the sum of the row for several classes. */
function huberProbabilities(decision: number, to: Translation): number {
  const { builder } = to;
  const { width, single } = builder.typeOf(decision);
  const columnwise = (x: number, operation: string, operand: number): number =>
    builder.add(
      'columnwise',
      [x],
      { operation, operandToo: false },
      { operand: Float64Array.of(operand) },
      { single },
    );
  const clipped = builder.add(
    'clip',
    [decision],
    {},
    { low: Float64Array.of(-1), high: Float64Array.of(1) },
    { single },
  );
  const half = columnwise(columnwise(clipped, 'add', 1), 'divide', 2);
  return width === 1
    ? builder.add('twoSided', [half], { form: 'complement' }, {}, { single })
    : builder.add('normalizeRows', [half], { zero: 'even' }, {}, { single });
}

/** Only two losses have probabilities; `log` became `log_loss` in 1.1. */
function sgdClassifier(estimator: Estimator, x: Features, to: Translation): Methods {
  const { node } = linearOf(estimator, x, to);
  const methods = decided(estimator, node, to);
  const loss = estimator.text('loss');
  if (loss === 'log' || loss === 'log_loss')
    return { ...methods, ...withLogs(sigmoidProbabilities(node, zeroRows(estimator.version), to), to) };
  return loss === 'modified_huber' ? { ...methods, ...withLogs(huberProbabilities(node, to), to) } : methods;
}

/** Ridge classifiers keep their classes in the binarizer of their labels; several labels at once came with 1.0. */
function ridgeClassifier(estimator: Estimator, x: Features, to: Translation): Methods {
  const { node } = linearOf(estimator, x, to);
  const binarizer = estimator.raw(estimator.fitted('_label_binarizer'));
  if (!(binarizer instanceof PyObject)) return estimator.malformed('_label_binarizer', 'a LabelBinarizer');
  const labels = new Estimator(binarizer, `${estimator.place}._label_binarizer`, estimator.version);
  if (labels.text('y_type_')?.startsWith('multilabel') === true)
    return { predict: labelsAbove(node, 0, to), decision_function: decisionColumn(node, to) };
  return decided(labels, node, to);
}

function classifier(translate: FamilyRow['translate']): FamilyRow {
  return {
    translate,
    features: linearWidth,
    facts: estimator => (estimator.has('classes_') ? { classes: estimator.array('classes_').size } : {}),
  };
}

const plain = classifier(linearClassifier);
const logistic = classifier(logisticRegression);
const ridge = classifier(ridgeClassifier);

export const linearClassifierFamily: Family = {
  'linear_model.LogisticRegression': logistic,
  'linear_model.LogisticRegressionCV': logistic,
  'linear_model.SGDClassifier': classifier(sgdClassifier),
  'linear_model.Perceptron': plain,
  'linear_model.PassiveAggressiveClassifier': plain,
  'linear_model.RidgeClassifier': ridge,
  'linear_model.RidgeClassifierCV': ridge,
  'svm.LinearSVC': plain,
};
