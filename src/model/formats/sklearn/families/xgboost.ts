import type { NewLabels, PlanBuilder } from '../../../plan/index.ts';
import { NdArray, PyBytes, PyObject, type PyValue } from '../../pickle/index.ts';
import {
  addBooster,
  columnTextsOf,
  factsOf,
  isBefore,
  readBooster,
  treesOfRounds,
  type Booster,
  type BoosterNodes,
} from '../../xgboost/index.ts';
import { Estimator } from '../estimator.ts';
import type { Column, Family, Methods, Translation } from '../family.ts';
import type { Features } from '../features.ts';
import { labelCount, labelsOf } from '../labels.ts';
import { itemsOf, numberOf } from '../python.ts';

const read = new WeakMap<PyValue & object, Booster>();

/** The names that the library gives to columns without any. */
function isGenerated(names: readonly string[]): boolean {
  return names.every((name, column) => name === `f${column}`);
}

/** Until 1.3 names stood beside the model. */
function namesBeside(object: PyObject, booster: Booster): readonly string[] | undefined {
  const names = itemsOf(object.attribute('feature_names'));
  const isList = names?.length === booster.features && names.every(name => typeof name === 'string');
  return isList && !isGenerated(names) ? names : undefined;
}

/** The model in the state of a `Booster`: `handle` holds what the library serialised. */
function boosterOf(object: PyObject, holder: Estimator): Booster {
  const known = read.get(object);
  if (known !== undefined) return known;
  const handle = object.attribute('handle');
  if (!(handle instanceof PyBytes)) return holder.malformed('handle', 'the bytes of a serialised booster');
  const booster = readBooster(handle.data);
  const named = { ...booster, featureNames: booster.featureNames ?? namesBeside(object, booster) };
  read.set(object, named);
  return named;
}

/** A wrapper's `_Booster`. */
function innerBooster(estimator: Estimator): PyObject {
  const object = estimator.raw(estimator.fitted('_Booster'));
  return object instanceof PyObject && object.cls.name === 'Booster'
    ? object
    : estimator.malformed('_Booster', 'a Booster');
}

function modelOf(estimator: Estimator): Booster {
  return boosterOf(innerBooster(estimator), estimator);
}

/**
 * How many trees a wrapper answers with: after early stopping those of the best iteration. Until 1.3 it kept their number
 * itself; since 1.4 it asks the booster, which since 2.0 has it in the model.
 */
function treesUsed(estimator: Estimator, booster: Booster): number | undefined {
  if (isBefore(booster, 1, 4)) {
    const limit = estimator.has('best_ntree_limit') ? estimator.count('best_ntree_limit') : 0;
    return limit === 0 ? undefined : limit * booster.outputs;
  }
  const beside = numberOf(innerBooster(estimator).attribute('best_iteration'));
  const best = beside ?? Number(booster.attributes['best_iteration'] ?? NaN);
  return Number.isInteger(best) && best >= 0 ? treesOfRounds(booster, best + 1) : undefined;
}

/** `missing`, which stands for NaN when it is None. */
function missingOf(estimator: Estimator): number {
  return estimator.has('missing') ? estimator.number('missing') : Number.NaN;
}

/** Rows as the booster reads them: what sparse rows do not hold is missing. */
function inputOf(
  estimator: Estimator,
  booster: Booster,
  missing: number,
  x: Features,
  builder: PlanBuilder,
): number {
  if (x.width !== booster.features)
    return estimator.malformed('_Booster', `a booster of ${x.width} features, not of ${booster.features}`);
  if (booster.model.kind === 'linear') return x.matrix();
  const texts = booster.featureNames === undefined ? undefined : columnTextsOf(booster.categories);
  if (texts !== undefined && x.coded !== undefined) return x.coded(texts, 'refuse');
  const given = x.numbers();
  if (Number.isNaN(missing) || builder.typeOf(given).kind === 'matrix') return given;
  // A dense matrix has 0 where sparse rows hold nothing, which is missing: the same only where 0 stands for missing.
  return missing === 0
    ? x.matrix()
    : estimator.unsupported('missing', 'the step before it gives sparse rows');
}

function commonMethods(nodes: BoosterNodes, builder: PlanBuilder): Methods {
  const isVector = builder.typeOf(nodes.margin).width === 1;
  return {
    margin: { node: nodes.margin, vector: isVector, datatype: 'FP32' },
    ...(nodes.leaf === undefined ? {} : { leaf: { node: nodes.leaf, datatype: 'INT32' } }),
    ...(nodes.contribs === undefined ? {} : { contribs: { node: nodes.contribs, datatype: 'FP32' } }),
  };
}

function valueColumn({ value }: BoosterNodes, builder: PlanBuilder): Column {
  return { node: value, vector: builder.typeOf(value).width === 1, datatype: 'FP32' };
}

function addWrapped(estimator: Estimator, x: Features, { builder }: Translation): BoosterNodes {
  const booster = modelOf(estimator);
  const missing = missingOf(estimator);
  const given = inputOf(estimator, booster, missing, x, builder);
  return addBooster(booster, given, { missing, trees: treesUsed(estimator, booster) }, builder);
}

function regressor(estimator: Estimator, x: Features, to: Translation): Methods {
  const nodes = addWrapped(estimator, x, to);
  return { predict: valueColumn(nodes, to.builder), ...commonMethods(nodes, to.builder) };
}

/** Numbers from 0 on, unless an encoder (until 1.6) tells what they stand for. */
function labelsFor(estimator: Estimator, count: number): NewLabels {
  const encoder = estimator.raw('_le');
  if (encoder instanceof PyObject) {
    const inside = new Estimator(encoder, `${estimator.place}._le`, estimator.version);
    const classes = inside.raw('classes_');
    if (!(classes instanceof NdArray)) return inside.malformed('classes_', 'an array');
    const labels = labelsOf(inside, 'classes_', classes);
    return labelCount(labels) === count ? labels : inside.malformed('classes_', `${count} classes`);
  }
  return { datatype: 'INT64', values: BigInt64Array.from({ length: count }, (_, at) => BigInt(at)) };
}

/** `XGBClassifier.predict` on what `XGBModel.predict` gives. */
function predicted(
  estimator: Estimator,
  booster: Booster,
  { value }: BoosterNodes,
  builder: PlanBuilder,
): Column {
  const { width } = builder.typeOf(value);
  if (width > 1) {
    const isLabels = !isBefore(booster, 1, 6) && numberOf(estimator.raw('n_classes_')) === 2;
    if (!isLabels)
      return { node: builder.add('argmax', [value]), labels: labelsFor(estimator, width), vector: true };
    const labels: NewLabels = { datatype: 'FP64', values: Float64Array.of(0, 1) };
    return { node: builder.add('above', [value], { threshold: 0.5 }), labels };
  }
  if (booster.objective.name === 'multi:softmax' && !isBefore(booster, 1, 6))
    return { node: value, vector: true, datatype: 'INT32' };
  const node = builder.add('above', [value], { threshold: 0.5 });
  return { node, labels: labelsFor(estimator, 2), vector: true };
}

/** `_cls_predict_proba`: whatever a single output is, it counts as the probability of the second class. */
function probabilities({ probabilities: given, value }: BoosterNodes, builder: PlanBuilder): Column {
  const node = given ?? (builder.typeOf(value).width > 1 ? value : twoSided(value, builder));
  return { node, datatype: 'FP32' };
}

function twoSided(value: number, builder: PlanBuilder): number {
  return builder.add('cast32', [builder.add('twoSided', [value], { form: 'complement' })]);
}

function classifier(estimator: Estimator, x: Features, to: Translation): Methods {
  const nodes = addWrapped(estimator, x, to);
  return {
    predict: predicted(estimator, modelOf(estimator), nodes, to.builder),
    predict_proba: probabilities(nodes, to.builder),
    ...commonMethods(nodes, to.builder),
  };
}

/** A bare `Booster`: all its trees, as `Booster.predict` uses them. */
function bare(estimator: Estimator, x: Features, { builder }: Translation): Methods {
  const booster = boosterOf(estimator.object, estimator);
  const given = inputOf(estimator, booster, Number.NaN, x, builder);
  const nodes = addBooster(booster, given, { missing: Number.NaN, trees: undefined }, builder);
  const proba = nodes.probabilities;
  return {
    predict: valueColumn(nodes, builder),
    ...(proba === undefined ? {} : { predict_proba: { node: proba, datatype: 'FP32' } }),
    ...commonMethods(nodes, builder),
  };
}

function versionOf({ releaseText }: Booster): string {
  return releaseText ?? 'before 1.0';
}

function facts(booster: Booster): Readonly<Record<string, string | number | boolean>> {
  return { XGBoost: versionOf(booster), ...factsOf(booster) };
}

const wrapper = {
  features: (estimator: Estimator) => modelOf(estimator).features,
  names: (estimator: Estimator) => modelOf(estimator).featureNames,
  libraryVersion: (estimator: Estimator) => versionOf(modelOf(estimator)),
  facts: (estimator: Estimator) => facts(modelOf(estimator)),
};

export const xgboostFamily: Family = {
  'xgboost:core.Booster': {
    translate: bare,
    features: estimator => boosterOf(estimator.object, estimator).features,
    names: estimator => boosterOf(estimator.object, estimator).featureNames,
    libraryVersion: estimator => versionOf(boosterOf(estimator.object, estimator)),
    facts: estimator => facts(boosterOf(estimator.object, estimator)),
  },
  'xgboost:sklearn.XGBModel': { translate: regressor, ...wrapper },
  'xgboost:sklearn.XGBRegressor': { translate: regressor, ...wrapper },
  'xgboost:sklearn.XGBRanker': { translate: regressor, ...wrapper },
  'xgboost:sklearn.XGBRFRegressor': { translate: regressor, ...wrapper },
  'xgboost:sklearn.XGBClassifier': { translate: classifier, ...wrapper },
  'xgboost:sklearn.XGBRFClassifier': { translate: classifier, ...wrapper },
};
