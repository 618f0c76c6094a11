import { average, columnOf, indexLabels, membersOf, stackedPredictions, type Member } from '../answers.ts';
import type { Estimator } from '../estimator.ts';
import type { Family, FamilyRow, Methods, Translation } from '../family.ts';
import { featuresOf, joined, type Features } from '../features.ts';
import { labelCount, labelsOf } from '../labels.ts';
import { featuresOfAny, listedParts, namedParts } from '../members.ts';

/** Weights of the estimators that were not dropped; undefined when all count the same. */
function weightsOf(estimator: Estimator, count: number): readonly number[] | undefined {
  if (!estimator.has('weights')) return undefined;
  const weights = estimator.vector('weights');
  const parts = namedParts(estimator, 'estimators');
  const kept = parts.flatMap(({ part }, index) => (part === null || part === 'drop' ? [] : [weights[index]]));
  if (kept.length !== count || kept.includes(undefined))
    return estimator.malformed('weights', `a weight for each of ${count} estimators`);
  return kept as number[];
}

function byProbability(
  estimator: Estimator,
  members: readonly Member[],
  weights: readonly number[] | undefined,
  to: Translation,
): Methods {
  const nodes = members.map(member => columnOf(member, 'predict_proba').node);
  const mean = average(nodes, weights, to);
  const all = nodes.map(node => featuresOf(to.builder, node));
  const labels = labelsOf(estimator, 'classes_', estimator.array('classes_'));
  return {
    predict: { node: to.builder.add('argmax', [mean]), labels, vector: true },
    predict_proba: { node: mean },
    // Else it has three dimensions, as it always had before 0.19.
    ...(estimator.flag('flatten_transform', false) ? { transform: joined(to.builder, all) } : {}),
  };
}

function byMajority(
  estimator: Estimator,
  members: readonly Member[],
  weights: readonly number[] | undefined,
  to: Translation,
): Methods {
  const { builder } = to;
  const labels = labelsOf(estimator, 'classes_', estimator.array('classes_'));
  const count = labelCount(labels);
  const codes = stackedPredictions(members, indexLabels(count), to);
  const counted = { weights: Float64Array.from(weights ?? members.map(() => 1)) };
  const votes = builder.add('countVotes', [codes], {}, counted);
  const values = Float64Array.from({ length: count }, (_, index) => index);
  const predictions = builder.add('decode', [codes], {}, { values });
  return {
    predict: { node: builder.add('argmax', [votes]), labels, vector: true },
    transform: featuresOf(builder, predictions, { datatype: 'INT64' }),
  };
}

/** `sklearn.ensemble.VotingClassifier`; its estimators were fitted on the classes' indices. */
function votingClassifier(estimator: Estimator, x: Features, to: Translation): Methods {
  const members = membersOf(estimator, listedParts(estimator, 'estimators_'), x, to);
  estimator.fitted('classes_');
  const weights = weightsOf(estimator, members.length);
  const vote = estimator.text('voting') === 'soft' ? byProbability : byMajority;
  return vote(estimator, members, weights, to);
}

/** `sklearn.ensemble.VotingRegressor` */
function votingRegressor(estimator: Estimator, x: Features, to: Translation): Methods {
  const members = membersOf(estimator, listedParts(estimator, 'estimators_'), x, to);
  const nodes = members.map(member => columnOf(member, 'predict').node);
  const parts = nodes.map(node => featuresOf(to.builder, node));
  return {
    predict: { node: average(nodes, weightsOf(estimator, members.length), to), vector: true },
    transform: joined(to.builder, parts),
  };
}

const shared: Omit<FamilyRow, 'translate'> = {
  features: (estimator, to) => featuresOfAny(listedParts(estimator, 'estimators_'), estimator, to),
  reader: estimator => (estimator.has('estimators_') ? listedParts(estimator, 'estimators_')[0] : undefined),
  parts(estimator) {
    const named = namedParts(estimator, 'estimators').filter(({ part }) => part !== null && part !== 'drop');
    return listedParts(estimator, 'estimators_').map((part, index) => ({
      ...part,
      name: named[index]?.name ?? `[${index}]`,
    }));
  },
  facts: estimator => ({ estimators: listedParts(estimator, 'estimators_').length }),
};

export const votingFamily: Family = {
  'ensemble.VotingClassifier': { ...shared, translate: votingClassifier },
  'ensemble.VotingRegressor': { ...shared, translate: votingRegressor },
};
