import {
  average,
  columnOf,
  indexLabels,
  logarithm,
  optionalColumn,
  placesOf,
  stackedPredictions,
  type Member,
} from '../answers.ts';
import type { Estimator } from '../estimator.ts';
import type { Column, Family, FamilyRow, Methods, Part, Translation } from '../family.ts';
import type { Features } from '../features.ts';
import { labelCount, labelsOf } from '../labels.ts';
import { listedItems } from '../listed.ts';
import { listedParts } from '../members.ts';
import { selectedBy } from '../selection.ts';

/** Each estimator with the features that it was given: `estimators_features_`. */
function baggedMembers(bag: Estimator, x: Features, to: Translation): readonly Member[] {
  const parts = listedParts(bag, 'estimators_');
  const lists = listedItems(bag.raw('estimators_features_')) ?? rowsOf(bag);
  if (lists !== undefined && lists.length !== parts.length)
    bag.malformed('estimators_features_', `a list for each of ${parts.length} estimators`);
  return parts.map((part, index) => {
    const list = lists?.[index];
    const own =
      list === undefined
        ? x
        : x.select(selectedBy(bag, 'estimators_features_', list, { width: x.width, names: undefined }));
    return { part, methods: to.translate(part.part, part.place, bag, own) };
  });
}

/** All lists in one matrix, as some versions keep them. */
function rowsOf(bag: Estimator): readonly (readonly number[])[] | undefined {
  if (!bag.has('estimators_features_')) return undefined;
  const { values, shape } = bag.matrix('estimators_features_');
  return Array.from({ length: shape[0] }, (_, row) => [
    ...values.subarray(row * shape[1], (row + 1) * shape[1]),
  ]);
}

/** A probability for each class of the bag: 0 for those that the estimator has not seen. */
function spread(bag: Estimator, member: Member, count: number, to: Translation): number {
  const { builder } = to;
  const { node } = columnOf(member, 'predict_proba');
  if (builder.typeOf(node).width === count) return node;
  const own = optionalColumn(member, 'predict')?.labels;
  if (own === undefined)
    return bag.unsupported(
      'estimators_',
      'one of its estimators gives fewer classes, and does not say which',
    );
  const places = placesOf(member, own, indexLabels(count));
  const { width } = builder.typeOf(node);
  const zero = builder.add('constant', [node], {}, { values: Float64Array.of(0) });
  const both = builder.add('concatenate', [node, zero]);
  const indices = new Int32Array(count).fill(width);
  for (const [column, place] of places.entries()) indices[place] = column;
  return builder.add('columns', [both], {}, { indices });
}

function probabilities(bag: Estimator, members: readonly Member[], count: number, to: Translation): number {
  const { builder } = to;
  if (members.every(member => optionalColumn(member, 'predict_proba') !== undefined))
    return average(
      members.map(member => spread(bag, member, count, to)),
      undefined,
      to,
    );
  const codes = stackedPredictions(members, indexLabels(count), to);
  const shares = new Float64Array(members.length).fill(1);
  const votes = builder.add('countVotes', [codes], {}, { weights: shares });
  const operand = { operand: Float64Array.of(members.length) };
  const shared = builder.add('columnwise', [votes], { operation: 'divide', operandToo: false }, operand);
  const missing = count - builder.typeOf(shared).width;
  if (missing === 0) return shared;
  const zeros = builder.add('constant', [shared], {}, { values: new Float64Array(missing) });
  return builder.add('concatenate', [shared, zeros]);
}

/** log of the mean of exp: the estimators' own logarithms reach where their probabilities have become 0. */
function logProbabilities(members: readonly Member[], proba: number, count: number, to: Translation): number {
  const columns = members.map(member => optionalColumn(member, 'predict_log_proba'));
  const whole = columns.every(column => column && to.builder.typeOf(column.node).width === count);
  if (!whole) return logarithm(proba, to);
  const nodes = columns.map(column => (column as Column).node);
  return to.builder.add('logMeanExp', nodes);
}

function decisions(members: readonly Member[], to: Translation): Column | undefined {
  const columns = members.map(member => optionalColumn(member, 'decision_function'));
  const [first] = columns;
  if (first === undefined || columns.includes(undefined)) return undefined;
  const nodes = columns.map(column => (column as Column).node);
  const { width } = to.builder.typeOf(first.node);
  // Those that have seen fewer classes give fewer columns, which the library cannot add up either.
  if (nodes.some(node => to.builder.typeOf(node).width !== width)) return undefined;
  return { node: average(nodes, undefined, to), vector: first.vector === true };
}

/** `sklearn.ensemble.BaggingClassifier`; its estimators were fitted on the classes' indices. */
function baggingClassifier(bag: Estimator, x: Features, to: Translation): Methods {
  const labels = labelsOf(bag, 'classes_', bag.array(bag.fitted('classes_')));
  const count = labelCount(labels);
  const members = baggedMembers(bag, x, to);
  const proba = probabilities(bag, members, count, to);
  const decision = decisions(members, to);
  return {
    predict: { node: to.builder.add('argmax', [proba]), labels, vector: true },
    predict_proba: { node: proba },
    predict_log_proba: { node: logProbabilities(members, proba, count, to) },
    ...(decision === undefined ? {} : { decision_function: decision }),
  };
}

/** `sklearn.ensemble.BaggingRegressor` */
function baggingRegressor(bag: Estimator, x: Features, to: Translation): Methods {
  const columns = baggedMembers(bag, x, to).map(member => columnOf(member, 'predict'));
  const node = average(
    columns.map(column => column.node),
    undefined,
    to,
  );
  return { predict: { node, vector: columns[0]?.vector === true } };
}

const shared: Omit<FamilyRow, 'translate'> = {
  features: bag => (bag.has('n_features_') ? bag.count('n_features_') : undefined),
  parts: bag => listedParts(bag, 'estimators_').map((part: Part, index) => ({ ...part, name: `[${index}]` })),
  facts: bag => ({ estimators: listedParts(bag, 'estimators_').length }),
};

export const baggingFamily: Family = {
  'ensemble.BaggingClassifier': { ...shared, translate: baggingClassifier },
  'imblearn:ensemble.BalancedBaggingClassifier': { ...shared, translate: baggingClassifier },
  'imblearn:ensemble.EasyEnsembleClassifier': { ...shared, translate: baggingClassifier },
  'ensemble.BaggingRegressor': { ...shared, translate: baggingRegressor },
};
