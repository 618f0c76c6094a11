import {
  average,
  columnOf,
  multiplied,
  optionalColumn,
  pickedColumn,
  placesOf,
  type Member,
} from '../answers.ts';
import type { NewLabels } from '../../../plan/index.ts';
import { PyObject } from '../../pickle/index.ts';
import { Estimator } from '../estimator.ts';
import type { Family, Methods, Part, Translation } from '../family.ts';
import { featuresOf, type Features } from '../features.ts';
import { labelCount, labelsOf } from '../labels.ts';
import { estimatorIn, listedParts, partIn } from '../members.ts';

/** `_SigmoidCalibration.predict`: 1 / (1 + exp(a x + b)). */
function sigmoid(calibrator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  const weights = { values: Float64Array.of(-calibrator.number('a_')), shape: [1, 1] };
  const bias = Float64Array.of(-calibrator.number('b_'));
  const line = builder.add('affine', [x.matrix()], {}, { weights, bias });
  return { predict: { node: builder.add('map', [line], { function: 'sigmoid' }), vector: true } };
}

/** `_TemperatureScaling.predict` of logits. */
function temperature(calibrator: Estimator, x: Features, to: Translation): Methods {
  const scaled = multiplied(x.matrix(), calibrator.number('beta_'), to);
  return { predict: { node: to.builder.add('softmax', [scaled]) } };
}

/** What is calibrated: decisions, else probabilities, of two classes those of the second alone. */
interface Scores {
  readonly node: number;
  readonly probabilities: boolean;
}

function scoresOf(member: Member, to: Translation): Scores {
  const decision = optionalColumn(member, 'decision_function');
  if (decision !== undefined) return { node: decision.node, probabilities: false };
  const { node } = columnOf(member, 'predict_proba');
  const binary = to.builder.typeOf(node).width === 2;
  return { node: binary ? pickedColumn(node, 1, to) : node, probabilities: true };
}

/** Logits of each class: `_convert_to_logits`. */
function logitsOf({ node, probabilities }: Scores, { builder }: Translation): number {
  const form = probabilities ? 'complement' : 'negate';
  const sides = builder.typeOf(node).width === 1 ? builder.add('twoSided', [node], { form }) : node;
  if (!probabilities) return sides;
  const attributes = { operation: 'add', operandToo: false };
  const raised = builder.add('columnwise', [sides], attributes, { operand: Float64Array.of(1e-12) });
  return builder.add('map', [raised], { function: 'log' });
}

/** The one classifier inside: `base_estimator` until 1.1. */
function innerOf(calibrated: Estimator): Part {
  return partIn(calibrated, calibrated.anyOf('estimator', 'base_estimator') ?? 'estimator');
}

function calibratorsOf(calibrated: Estimator): readonly Part[] {
  return listedParts(calibrated, calibrated.anyOf('calibrators', 'calibrators_') ?? 'calibrators');
}

function calibratedBy(holder: Estimator, part: Part, node: number, to: Translation): number {
  const methods = to.translate(part.part, part.place, holder, featuresOf(to.builder, node));
  return columnOf({ part, methods }, 'predict').node;
}

/** The place of each calibrator's class among those of the whole. */
function placesIn(calibrated: Estimator, member: Member, classes: NewLabels): Int32Array {
  const inner = estimatorIn(member.part, calibrated);
  const column = optionalColumn(member, 'predict');
  const own =
    column?.labels ??
    (inner === undefined ? undefined : labelsOf(inner, 'classes_', inner.array('classes_')));
  return own === undefined
    ? calibrated.unsupported('estimator', 'it does not tell which classes it knows')
    : placesOf(member, own, classes);
}

/** One probability a class, from a calibrator for each; classes without one have 0. */
function oneByOne(
  calibrated: Estimator,
  member: Member,
  { node }: Scores,
  classes: NewLabels,
  to: Translation,
): number {
  const { builder } = to;
  const count = labelCount(classes);
  const parts = calibratorsOf(calibrated);
  const nodes = parts.map((part, index) => calibratedBy(calibrated, part, pickedColumn(node, index, to), to));
  if (count === 2) return builder.add('twoSided', [nodes[0] as number], { form: 'complement' });
  const places = placesIn(calibrated, member, classes);
  const zero = builder.add('constant', [node], {}, { values: Float64Array.of(0) });
  const indices = new Int32Array(count).fill(nodes.length);
  for (let index = 0; index < nodes.length; index++) indices[places[index] as number] = index;
  const all = builder.add('concatenate', [...nodes, zero]);
  return builder.add('normalizeRows', [builder.add('columns', [all], {}, { indices })], { zero: 'even' });
}

/** `_CalibratedClassifier.predict_proba` */
function calibratedClassifier(
  holder: Estimator,
  outer: Part,
  classes: NewLabels,
  x: Features,
  to: Translation,
): number {
  if (!(outer.part instanceof PyObject)) return holder.malformed('calibrated_classifiers_', 'classifiers');
  const calibrated = new Estimator(outer.part, outer.place, holder.version);
  const part = innerOf(calibrated);
  const member = { part, methods: to.translate(part.part, part.place, calibrated, x) };
  const scores = scoresOf(member, to);
  if (calibrated.text('method') !== 'temperature') return oneByOne(calibrated, member, scores, classes, to);
  const [calibrator] = calibratorsOf(calibrated) as readonly [Part];
  return calibratedBy(calibrated, calibrator, logitsOf(scores, to), to);
}

/** `sklearn.calibration.CalibratedClassifierCV`: the mean over its calibrated classifiers. */
function calibration(estimator: Estimator, x: Features, to: Translation): Methods {
  const outer = listedParts(estimator, 'calibrated_classifiers_');
  const classes = labelsOf(estimator, 'classes_', estimator.array(estimator.fitted('classes_')));
  const nodes = outer.map(part => calibratedClassifier(estimator, part, classes, x, to));
  const mean = average(nodes, undefined, to);
  return {
    predict: { node: to.builder.add('argmax', [mean]), labels: classes, vector: true },
    predict_proba: { node: mean },
  };
}

/** The classifier that reads the features, in the first of the calibrated ones. */
function firstInner(estimator: Estimator): Part | undefined {
  const [first] = listedParts(estimator, 'calibrated_classifiers_');
  const calibrated = first && estimatorIn(first, estimator);
  return calibrated && innerOf(calibrated);
}

export const calibrationFamily: Family = {
  'calibration.CalibratedClassifierCV': {
    translate: calibration,
    features(estimator, to) {
      const inner = firstInner(estimator);
      return inner && to.featuresOf(inner.part, inner.place, estimator);
    },
    reader: estimator => (estimator.has('calibrated_classifiers_') ? firstInner(estimator) : undefined),
    parts: estimator =>
      listedParts(estimator, 'calibrated_classifiers_').map((part, index) => ({
        ...part,
        name: `[${index}]`,
      })),
    facts: estimator => ({
      classifiers: listedParts(estimator, 'calibrated_classifiers_').length,
    }),
  },
  'calibration._SigmoidCalibration': { translate: sigmoid, features: () => 1 },
  'calibration._TemperatureScaling': { translate: temperature, features: () => undefined },
};
