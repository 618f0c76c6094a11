import { NdArray, PyClass, PyDict, PyObject, type PyValue } from '../../pickle/index.ts';
import type { NewLabels } from '../../../plan/index.ts';
import { columnOf, optionalColumn, pickedColumn, type Member } from '../answers.ts';
import type { Estimator } from '../estimator.ts';
import type { Column, ColumnMethod, Family, FamilyRow, Methods, Part, Translation } from '../family.ts';
import type { Features } from '../features.ts';
import { labelCount, labelsOf } from '../labels.ts';
import { estimatorIn, partIn } from '../members.ts';
import { numberOf } from '../python.ts';

/** Fitted inside, or given fitted and frozen. */
function innerOf(estimator: Estimator): Part {
  return partIn(estimator, estimator.anyOf('estimator_', 'estimator') ?? 'estimator_');
}

/** Classes of the one inside, of which there must be two. */
function classesOf(estimator: Estimator, member: Member): NewLabels {
  const labels = optionalColumn(member, 'predict')?.labels;
  if (labels !== undefined) return labels;
  const classes = estimatorIn(member.part, estimator)?.raw('classes_');
  return classes instanceof NdArray
    ? labelsOf(estimator, 'classes_', classes)
    : estimator.unsupported('estimator', 'it does not tell which classes it knows');
}

/** The place of a label of either class; undefined for none of them. */
function placeOf(label: PyValue, labels: NewLabels): number | undefined {
  const wanted = typeof label === 'boolean' ? Number(label) : (numberOf(label) ?? label);
  const values: readonly unknown[] =
    labels.datatype === 'BYTES' ? labels.strings : Array.from(labels.values, Number);
  const place = values.indexOf(wanted);
  return place === -1 ? undefined : place;
}

/** Scores that take 1 for the positive class unless told otherwise, and scores that know no positive class. */
const countOnes = /^(?:f1|fbeta|precision|recall|jaccard|average_precision|brier)_?/;
const countAll = /^(?:accuracy|balanced_accuracy|matthews|cohen)/;

/** What a scorer takes for the positive class: `_BaseScorer._get_pos_label`. */
function scoredLabel(estimator: Estimator, labels: NewLabels): PyValue {
  const scorer = estimator.raw('_curve_scorer');
  if (!(scorer instanceof PyObject)) return estimator.malformed('_curve_scorer', 'a scorer');
  const given = scorer.attribute('_kwargs');
  const label = given instanceof PyDict ? given.get('pos_label') : undefined;
  if (label !== undefined) return label;
  // Only where 1 is the first class does it matter which score it was.
  if (placeOf(1, labels) !== 0) return null;
  const score = scorer.attribute('_score_func');
  const name = score instanceof PyClass ? score.name : '';
  if (countOnes.test(name)) return 1;
  return countAll.test(name) ? null : estimator.unsupported('scoring', 'which class it is for is not known');
}

interface Border {
  readonly at: number;
  /** The positive class: the second of the two, unless it was named. */
  readonly label: PyValue;
}

/** The score of the positive class, from the first method that there is. */
function scoreOf(
  member: Member,
  methods: readonly [ColumnMethod, ...ColumnMethod[]],
  positive: number,
  to: Translation,
): { readonly node: number; readonly method: ColumnMethod } {
  const method = methods.find(name => optionalColumn(member, name) !== undefined) ?? methods[0];
  const { node } = columnOf(member, method);
  if (method !== 'decision_function') return { node: pickedColumn(node, positive, to), method };
  return { node: positive === 1 ? node : to.builder.add('map', [node], { function: 'negate' }), method };
}

function methodsOf(estimator: Estimator): readonly [ColumnMethod, ...ColumnMethod[]] {
  const wanted = estimator.text('response_method') ?? 'auto';
  if (wanted === 'predict_proba' || wanted === 'decision_function') return [wanted];
  return ['predict_proba', 'decision_function'];
}

/** The positive class where the score is not below the border: `_threshold_scores_to_class_labels`. */
function decided(
  estimator: Estimator,
  member: Member,
  border: (method: ColumnMethod, labels: NewLabels) => Border,
  to: Translation,
): Column {
  const { builder } = to;
  const labels = classesOf(estimator, member);
  if (labelCount(labels) !== 2) estimator.unsupported('estimator', 'it knows other than two classes');
  const { label } = border('predict_proba', labels);
  const positive = label === null ? 1 : placeOf(label, labels);
  if (positive === undefined) return estimator.malformed('pos_label', 'one of the two classes');
  const score = scoreOf(member, methodsOf(estimator), positive, to);
  const { at } = border(score.method, labels);
  const turned = builder.add('map', [score.node], { function: 'negate' });
  const below = builder.add('above', [turned], { threshold: -at });
  const node = builder.add('stackCodes', [below], {}, { table: Int32Array.of(positive, 1 - positive) });
  return { node, labels, vector: true };
}

function withBorder(border: (estimator: Estimator, method: ColumnMethod, labels: NewLabels) => Border) {
  return (estimator: Estimator, x: Features, to: Translation): Methods => {
    const part = innerOf(estimator);
    const methods = to.translate(part.part, part.place, estimator, x);
    const { predict_proba, predict_log_proba, decision_function } = methods;
    return {
      predict: decided(
        estimator,
        { part, methods },
        (method, labels) => border(estimator, method, labels),
        to,
      ),
      ...(predict_proba === undefined ? {} : { predict_proba }),
      ...(predict_log_proba === undefined ? {} : { predict_log_proba }),
      ...(decision_function === undefined ? {} : { decision_function }),
    };
  };
}

/** `sklearn.model_selection.FixedThresholdClassifier` */
const fixed = withBorder((estimator, method) => ({
  at:
    estimator.text('threshold') === 'auto'
      ? method === 'predict_proba'
        ? 0.5
        : 0
      : estimator.number('threshold'),
  label: estimator.raw('pos_label') ?? null,
}));

/** `sklearn.model_selection.TunedThresholdClassifierCV` */
const tuned = withBorder((estimator, _, labels) => ({
  at: estimator.number(estimator.fitted('best_threshold_')),
  label: scoredLabel(estimator, labels),
}));

const shared: Omit<FamilyRow, 'translate'> = {
  features(estimator, to) {
    const { part, place } = innerOf(estimator);
    return to.featuresOf(part, place, estimator);
  },
  reader: innerOf,
  parts: estimator => [{ ...innerOf(estimator), name: 'estimator' }],
};

export const thresholdFamily: Family = {
  'model_selection.FixedThresholdClassifier': { ...shared, translate: fixed },
  'model_selection.TunedThresholdClassifierCV': {
    ...shared,
    translate: tuned,
    facts: estimator => ({ threshold: estimator.number('best_threshold_') }),
  },
};
