import type { NewLabels } from '../../../plan/index.ts';
import { NdArray, PyObject } from '../../pickle/index.ts';
import {
  columnOf,
  indexLabels,
  isRegressor,
  membersOf,
  optionalColumn,
  pickedColumn,
  stackedPredictions,
  type Member,
} from '../answers.ts';
import { sklearnErrors } from '../errors.ts';
import type { Estimator } from '../estimator.ts';
import type { Column, Family, FamilyRow, Methods, Translation } from '../family.ts';
import type { Features } from '../features.ts';
import { labelCount, labelsOf } from '../labels.ts';
import { listedItems } from '../listed.ts';
import { estimatorIn, listedParts } from '../members.ts';
import { isBefore } from '../version.ts';

/** A member's score of the second of its classes: `sklearn.multiclass._predict_binary`. */
function binaryScore(member: Member, to: Translation): number {
  if (isRegressor(member)) return columnOf(member, 'predict').node;
  const decision = optionalColumn(member, 'decision_function');
  if (decision !== undefined) return decision.node;
  const proba = optionalColumn(member, 'predict_proba');
  if (proba !== undefined) return pickedColumn(proba.node, 1, to);
  throw sklearnErrors.make['sklearn-parameter-unsupported'](
    `${member.part.place}: it has neither decision_function nor predict_proba, one of which is needed here (scikit-learn refuses to predict with it as well)`,
  );
}

function scoresOf(members: readonly Member[], to: Translation): number {
  const nodes = members.map(member => binaryScore(member, to));
  return to.builder.add('concatenate', nodes);
}

/** Above which a score stands for the second class: `_threshold_for_binary_predict`. */
function thresholdOf(member: Member): number {
  return !isRegressor(member) && optionalColumn(member, 'decision_function') !== undefined ? 0 : 0.5;
}

function labelsIn(estimator: Estimator): NewLabels {
  const own = estimator.raw('classes_');
  if (own instanceof NdArray) return labelsOf(estimator, 'classes_', own);
  const binarizer = estimator.raw('label_binarizer_');
  const inside = binarizer instanceof PyObject ? binarizer.attribute('classes_') : undefined;
  return inside instanceof NdArray
    ? labelsOf(estimator, 'label_binarizer_', inside)
    : estimator.malformed('classes_', 'classes');
}

/** `multiclass`, `binary`, `multilabel-indicator` or `multilabel-sequences`. */
function targetType(estimator: Estimator): string {
  const name = estimator.fitted('label_binarizer_');
  const binarizer = estimator.raw(name);
  const type = binarizer instanceof PyObject ? binarizer.attribute('y_type_') : undefined;
  return typeof type === 'string' ? type : estimator.malformed(name, 'a LabelBinarizer with y_type_');
}

/** The class with the largest score; until 1.7 the last of equals, then the first. */
function largest(estimator: Estimator, scores: number, { builder }: Translation): number {
  if (!isBefore(estimator.version, 1, 8)) return builder.add('argmax', [scores]);
  const { width } = builder.typeOf(scores);
  const table = Int32Array.from({ length: width }, (_, column) => width - 1 - column);
  const turned = builder.add('columns', [scores], {}, { indices: table });
  return builder.add('stackCodes', [builder.add('argmax', [turned])], {}, { table });
}

function restPrediction(
  estimator: Estimator,
  members: readonly Member[],
  scores: number,
  to: Translation,
): Column {
  const type = targetType(estimator);
  if (type === 'multiclass')
    return { node: largest(estimator, scores, to), labels: labelsIn(estimator), vector: true };
  const node = to.builder.add('above', [scores], { threshold: thresholdOf(members[0] as Member) });
  if (type === 'binary') return { node, labels: labelsIn(estimator), vector: true };
  return { node, labels: indexLabels(2) };
}

/** Until 1.6 the library divided rows without any probability by 0. */
function restProbabilities(estimator: Estimator, members: readonly Member[], to: Translation): number {
  const { builder } = to;
  const columns = members.map(member => pickedColumn(columnOf(member, 'predict_proba').node, 1, to));
  const [only] = columns;
  const node =
    columns.length === 1
      ? builder.add('twoSided', [only as number], { form: 'complement' })
      : builder.add('concatenate', columns);
  if (targetType(estimator).startsWith('multilabel')) return node;
  return builder.add('normalizeRows', [node], {
    zero: isBefore(estimator.version, 1, 7) ? 'divide' : 'keep',
  });
}

/** `sklearn.multiclass.OneVsRestClassifier` */
function oneVersusRest(estimator: Estimator, x: Features, to: Translation): Methods {
  const members = membersOf(estimator, listedParts(estimator, 'estimators_'), x, to);
  const scores = scoresOf(members, to);
  const decides = members.every(member => optionalColumn(member, 'decision_function') !== undefined);
  const hasProbabilities = members.every(member => optionalColumn(member, 'predict_proba') !== undefined);
  return {
    predict: restPrediction(estimator, members, scores, to),
    ...(hasProbabilities ? { predict_proba: { node: restProbabilities(estimator, members, to) } } : {}),
    ...(decides
      ? {
          decision_function: {
            node: scores,
            vector: members.length === 1 && !isBefore(estimator.version, 0, 19),
          },
        }
      : {}),
  };
}

/** Where rows are kernel values, the places of those with the rows of training that each pair of classes has. */
function pairsIn(estimator: Estimator): readonly Int32Array[] | undefined {
  const name = 'pairwise_indices_';
  if (!estimator.has(name)) return undefined;
  const items = listedItems(estimator.raw(name)) ?? estimator.malformed(name, 'a list of arrays');
  return items.map(item =>
    item instanceof NdArray && 'iu'.includes(item.dtype.kind)
      ? item.int32()
      : estimator.malformed(name, 'arrays of places'),
  );
}

/** The features of a member. */
function pairFeatures(estimator: Estimator, index: number, x: Features): Features {
  const pairs = pairsIn(estimator);
  if (pairs === undefined) return x;
  const places = pairs[index] ?? estimator.malformed('pairwise_indices_', 'an array for each estimator');
  if (places.some(place => place < 0 || place >= x.width))
    return estimator.malformed('pairwise_indices_', `places below ${x.width}`);
  return x.select([...places]);
}

/** `sklearn.multiclass.OneVsOneClassifier`; its estimators know the classes 0 and 1. */
function oneVersusOne(estimator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  const labels = labelsIn(estimator);
  const parts = listedParts(estimator, 'estimators_');
  const members = parts.flatMap((part, index) =>
    membersOf(estimator, [part], pairFeatures(estimator, index, x), to),
  );
  const votes = stackedPredictions(members, indexLabels(2), to);
  const against = builder.add('map', [scoresOf(members, to)], { function: 'negate' });
  const scale = isBefore(estimator.version, 0, 21) ? 'call' : 'row';
  const scores = builder.add('pairToRest', [against, votes], { scale });
  if (labelCount(labels) !== 2 || isBefore(estimator.version, 0, 19))
    return {
      predict: { node: builder.add('argmax', [scores]), labels, vector: true },
      decision_function: { node: scores },
    };
  const second = pickedColumn(scores, 1, to);
  const threshold = isBefore(estimator.version, 1, 1) ? 0 : thresholdOf(members[0] as Member);
  return {
    predict: { node: builder.add('above', [second], { threshold }), labels, vector: true },
    decision_function: { node: second, vector: true },
  };
}

/** `sklearn.multiclass.OutputCodeClassifier`: the class whose code is nearest to the scores, the first of equals. */
function outputCode(estimator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  const members = membersOf(estimator, listedParts(estimator, 'estimators_'), x, to);
  const centres = estimator.matrix(estimator.fitted('code_book_'));
  const labels = labelsIn(estimator);
  if (centres.shape[0] !== labelCount(labels) || centres.shape[1] !== members.length)
    estimator.malformed('code_book_', 'a row for each class, a column for each estimator');
  const distances = builder.add(
    'productDistances',
    [scoresOf(members, to)],
    { squared: !isBefore(estimator.version, 1, 3) },
    { centres },
  );
  const nearness = builder.add('map', [distances], { function: 'negate' });
  return { predict: { node: builder.add('argmax', [nearness]), labels, vector: true } };
}

/** `sklearn.multiclass._ConstantPredictor`, which stands where a class had all rows or none; no classifier to the library. */
function constantPredictor(estimator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  const [value, more] = estimator.vector('y_');
  if (value === undefined || more !== undefined) return estimator.malformed('y_', 'one number');
  const given = x.numbers();
  const dense = builder.typeOf(given).kind === 'sparse' ? x.matrix() : given;
  const node = builder.add('constant', [dense], {}, { values: Float64Array.of(value) });
  const proba = builder.add('constant', [dense], {}, { values: Float64Array.of(1 - value, value) });
  return {
    predict: { node, vector: true },
    predict_proba: { node: proba },
    decision_function: { node, vector: true },
  };
}

const shared: Omit<FamilyRow, 'translate'> = {
  features(estimator, to) {
    for (const { part, place } of listedParts(estimator, 'estimators_')) {
      const count = to.featuresOf(part, place, estimator);
      if (count !== undefined) return count;
    }
    return undefined;
  },
  reader: estimator =>
    estimator.has('estimators_')
      ? listedParts(estimator, 'estimators_').find(
          part => estimatorIn(part, estimator)?.name !== '_ConstantPredictor',
        )
      : undefined,
  parts: estimator =>
    listedParts(estimator, 'estimators_').map((part, index) => ({ ...part, name: `[${index}]` })),
  facts: estimator => ({ estimators: listedParts(estimator, 'estimators_').length }),
};

export const multiclassFamily: Family = {
  'multiclass.OneVsRestClassifier': { ...shared, translate: oneVersusRest },
  'multiclass.OneVsOneClassifier': {
    ...shared,
    translate: oneVersusOne,
    // Each row of training is in some pair.
    features: (estimator, to) =>
      pairsIn(estimator)?.reduce(
        (width, places) => places.reduce((most, place) => Math.max(most, place + 1), width),
        0,
      ) ?? shared.features(estimator, to),
  },
  'multiclass.OutputCodeClassifier': { ...shared, translate: outputCode },
  'multiclass._ConstantPredictor': { translate: constantPredictor, features: () => undefined },
};
