import { columnOf, logarithm, divided, membersOf, multiplied, placesOf, type Member } from '../answers.ts';
import type { NewLabels } from '../../../plan/index.ts';
import type { Estimator } from '../estimator.ts';
import type { Column, Family, FamilyRow, Methods, Translation } from '../family.ts';
import type { Features } from '../features.ts';
import { labelCount, labelsOf } from '../labels.ts';
import { listedParts } from '../members.ts';
import { isBefore } from '../version.ts';

/** What a probability is raised to before its logarithm: `numpy.finfo(numpy.float64).eps`. */
const smallest = Number.EPSILON;

/** The real form of boosting was dropped in 1.6, and its parameter in 1.8. */
function isReal(estimator: Estimator): boolean {
  return estimator.text('algorithm') === 'SAMME.R' && isBefore(estimator.version, 1, 6);
}

function weightsOf(estimator: Estimator, count: number): Float64Array {
  const weights = estimator.vector(estimator.fitted('estimator_weights_'));
  return weights.length >= count
    ? weights
    : estimator.malformed('estimator_weights_', `a number for each of ${count} estimators`);
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Centred logarithms of an estimator's probabilities: `_samme_proba`. */
function realScores(member: Member, classes: number, to: Translation): number {
  const { builder } = to;
  const { node } = columnOf(member, 'predict_proba');
  const bounds = { low: Float64Array.of(smallest), high: Float64Array.of(Infinity) };
  const log = logarithm(builder.add('clip', [node], {}, bounds), to);
  return multiplied(builder.add('centreRows', [log], { share: 1 / classes }), classes - 1, to);
}

/** An estimator's vote: its weight for the class that it predicts. */
function discreteScores(
  estimator: Estimator,
  member: Member,
  weight: number,
  classes: NewLabels,
  to: Translation,
): number {
  const { builder } = to;
  const count = labelCount(classes);
  const { node, labels } = columnOf(member, 'predict');
  const places = labels && placesOf(member, labels, classes);
  if (places?.length !== count || places.some((place, index) => place !== index))
    return estimator.unsupported('estimators_', 'one of its estimators has seen other classes');
  // From 1.3 on the other classes lose what the predicted one gains.
  const off = isBefore(estimator.version, 1, 3) ? 0 : (-1 / (count - 1)) * weight;
  return builder.add('indicate', [node], { on: weight, off });
}

/** Before 0.22 probabilities came from the estimators' own, not from the decision. */
function oldProbabilities(
  members: readonly Member[],
  scores: number,
  weights: Float64Array,
  real: boolean,
  to: Translation,
): number {
  const { builder } = to;
  const classes = builder.typeOf(scores).width;
  const nodes = members.map(member => columnOf(member, 'predict_proba').node);
  const sum = real
    ? scores
    : divided(
        builder.add('weightedSum', nodes, {}, { weights: weights.slice(0, nodes.length) }),
        sumOf(weights),
        to,
      );
  const exponential = builder.add('map', [multiplied(sum, 1 / (classes - 1), to)], { function: 'exp' });
  return builder.add('normalizeRows', [exponential], { zero: 'keep' });
}

function newProbabilities(decision: Column, classes: number, to: Translation): number {
  const { builder } = to;
  const halved =
    classes === 2
      ? divided(builder.add('twoSided', [decision.node], { form: 'negate' }), 2, to)
      : divided(decision.node, classes - 1, to);
  return builder.add('softmax', [halved]);
}

/** The scores of all estimators added up, divided by the sum of their weights. */
function scoresOf(
  estimator: Estimator,
  members: readonly Member[],
  weights: Float64Array,
  classes: NewLabels,
  to: Translation,
): number {
  const count = labelCount(classes);
  const nodes = members.map((member, index) =>
    isReal(estimator)
      ? realScores(member, count, to)
      : discreteScores(estimator, member, weights[index] as number, classes, to),
  );
  const ones = new Float64Array(nodes.length).fill(1);
  return divided(to.builder.add('weightedSum', nodes, {}, { weights: ones }), sumOf(weights), to);
}

/** Two classes have one score: that of the second minus that of the first. */
function decisionOf(scores: number, { builder }: Translation): Column {
  if (builder.typeOf(scores).width !== 2) return { node: scores };
  const weights = { values: Float64Array.of(-1, 1), shape: [1, 2] };
  return { node: builder.add('affine', [scores], {}, { weights, bias: Float64Array.of(0) }), vector: true };
}

/** `sklearn.ensemble.AdaBoostClassifier` */
function adaBoostClassifier(estimator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  const labels = labelsOf(estimator, 'classes_', estimator.array(estimator.fitted('classes_')));
  const classes = labelCount(labels);
  if (classes < 2) return estimator.unsupported('classes_', 'it has seen a single class');
  const members = membersOf(estimator, listedParts(estimator, 'estimators_'), x, to);
  const weights = weightsOf(estimator, members.length);
  const scores = scoresOf(estimator, members, weights, labels, to);
  const decision = decisionOf(scores, to);
  const proba = isBefore(estimator.version, 0, 22)
    ? oldProbabilities(members, scores, weights, isReal(estimator), to)
    : newProbabilities(decision, classes, to);
  return {
    predict: {
      node:
        classes === 2
          ? builder.add('above', [decision.node], { threshold: 0 })
          : builder.add('argmax', [scores]),
      labels,
      vector: true,
    },
    predict_proba: { node: proba },
    predict_log_proba: { node: logarithm(proba, to) },
    decision_function: decision,
  };
}

/** `sklearn.ensemble.AdaBoostRegressor` */
function adaBoostRegressor(estimator: Estimator, x: Features, to: Translation): Methods {
  const members = membersOf(estimator, listedParts(estimator, 'estimators_'), x, to);
  const weights = weightsOf(estimator, members.length).slice(0, members.length);
  const all = to.builder.add(
    'concatenate',
    members.map(member => columnOf(member, 'predict').node),
  );
  return { predict: { node: to.builder.add('weightedMedian', [all], {}, { weights }), vector: true } };
}

const shared: Omit<FamilyRow, 'translate'> = {
  features(estimator, to) {
    const [first] = listedParts(estimator, 'estimators_');
    return to.featuresOf(first?.part, first?.place ?? '', estimator);
  },
  parts: estimator =>
    listedParts(estimator, 'estimators_').map((part, index) => ({ ...part, name: `[${index}]` })),
  facts: estimator => ({ estimators: listedParts(estimator, 'estimators_').length }),
};

export const adaBoostFamily: Family = {
  'ensemble.AdaBoostClassifier': { ...shared, translate: adaBoostClassifier },
  'imblearn:ensemble.RUSBoostClassifier': { ...shared, translate: adaBoostClassifier },
  'ensemble.AdaBoostRegressor': { ...shared, translate: adaBoostRegressor },
};
