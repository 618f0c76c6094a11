import { NdArray } from '../../pickle/index.ts';
import { checkedMatrix } from '../checked.ts';
import type { Estimator, Matrix } from '../estimator.ts';
import type { Family, Methods, Translation } from '../family.ts';
import type { Features } from '../features.ts';
import { classesOf } from '../labels.ts';
import { isBefore } from '../version.ts';

function coefficients(estimator: Estimator): Matrix & { readonly flat: boolean } {
  const name = estimator.fitted('coef_');
  const { values, shape } = estimator.numbers(name);
  const [first, second, more] = shape;
  if (first === undefined || more !== undefined) return estimator.malformed(name, 'one or two dimensions');
  return { values, shape: second === undefined ? [1, first] : [first, second], flat: second === undefined };
}

/** `intercept_` is one number a target, or a single number for all of them: 0.0 without an intercept. */
function intercepts(estimator: Estimator, outputs: number): Float64Array {
  const values = estimator.has('intercept_') ? estimator.vector('intercept_') : Float64Array.of(0);
  if (values.length === 1) return new Float64Array(outputs).fill(values[0] as number);
  return values.length === outputs ? values : estimator.malformed('intercept_', `${outputs} numbers`);
}

/** float32 numbers times float32 features give float32; a Python float takes the type of what it meets. */
function isSingle(estimator: Estimator, name: string): boolean {
  const value = estimator.raw(name);
  return value instanceof NdArray
    ? value.dtype.kind === 'f' && value.dtype.itemsize === 4
    : typeof value === 'number';
}

function affine(estimator: Estimator, x: Features, to: Translation): { node: number; flat: boolean } {
  const { builder } = to;
  const finite = checkedMatrix(estimator, x, to);
  const weights = coefficients(estimator);
  const bias = intercepts(estimator, weights.shape[0]);
  const single =
    builder.typeOf(finite).single && isSingle(estimator, 'coef_') && isSingle(estimator, 'intercept_');
  return { node: builder.add('affine', [finite], {}, { weights, bias }, { single }), flat: weights.flat };
}

function linearRegression(estimator: Estimator, x: Features, to: Translation): Methods {
  const { node, flat } = affine(estimator, x, to);
  return { predict: { node, vector: flat } };
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

function logisticProbabilities(estimator: Estimator, decision: number, { builder }: Translation): number {
  const { width, single } = builder.typeOf(decision);
  if (isOneVersusRest(estimator, width)) {
    const sigmoid = builder.add('map', [decision], { function: 'sigmoid' }, {}, { single });
    if (width === 1) return builder.add('twoSided', [sigmoid], { form: 'complement' }, {}, { single });
    return builder.add('normalizeRows', [sigmoid], { zero: 'divide' }, {}, { single });
  }
  const scores =
    width === 1 ? builder.add('twoSided', [decision], { form: 'negate' }, {}, { single }) : decision;
  return builder.add('softmax', [scores], {}, {}, { single });
}

function logisticRegression(estimator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  const { node } = affine(estimator, x, to);
  const { width, single } = builder.typeOf(node);
  const proba = logisticProbabilities(estimator, node, to);
  return {
    predict: {
      node: width === 1 ? builder.add('above', [node], { threshold: 0 }) : builder.add('argmax', [node]),
      labels: classesOf(estimator, width === 1 ? 2 : width),
      vector: true,
    },
    predict_proba: { node: proba },
    predict_log_proba: { node: builder.add('map', [proba], { function: 'log' }, {}, { single }) },
    decision_function: { node, vector: width === 1 },
  };
}

function featuresOf(estimator: Estimator): number | undefined {
  return estimator.has('coef_') ? coefficients(estimator).shape[1] : undefined;
}

export const linearFamily: Family = {
  'linear_model.LinearRegression': {
    translate: linearRegression,
    features: featuresOf,
    facts: estimator => ({ targets: coefficients(estimator).shape[0] }),
  },
  'linear_model.LogisticRegression': {
    translate: logisticRegression,
    features: featuresOf,
    facts: estimator => ({ classes: estimator.array('classes_').size }),
  },
};
