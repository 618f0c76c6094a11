import { CodedError } from '../../../../base/errors/index.ts';
import type { NewLabels, PlanBuilder } from '../../../plan/index.ts';
import {
  addBooster,
  columnTextsOf,
  factsOf,
  lightgbmErrors,
  readBooster,
  type Booster,
  type BoosterNodes,
  type Category,
} from '../../lightgbm/index.ts';
import { NdArray, PyBytes, PyObject, type PyValue } from '../../pickle/index.ts';
import { Estimator } from '../estimator.ts';
import type { Column, Family, Methods, Translation } from '../family.ts';
import type { Features } from '../features.ts';
import { labelCount, labelsOf } from '../labels.ts';
import { itemsOf, numberOf } from '../python.ts';

const read = new WeakMap<PyObject, Booster>();

/** What the reader of text throws, with the place of the booster. */
function located<T>(place: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    const code = error instanceof CodedError ? error.code : '';
    if (!Object.hasOwn(lightgbmErrors.make, code)) throw error;
    const make = lightgbmErrors.make[code as keyof typeof lightgbmErrors.make];
    throw make(`${place}: ${(error as Error).message}`, { cause: error });
  }
}

/** The model as text, under the name of releases up to 3 or from 4 on. */
function textOf(estimator: Estimator): Uint8Array {
  const name = estimator.anyOf('_handle', 'handle') ?? '_handle';
  const handle = estimator.raw(name);
  if (typeof handle === 'string') return Buffer.from(handle);
  return handle instanceof PyBytes ? handle.data : estimator.malformed(name, 'a model as text');
}

function categoryOf(value: PyValue): Category | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  return numberOf(value);
}

/** `pandas_categorical`, which text of earlier releases does not hold. */
function categoriesBeside(estimator: Estimator): Booster['pandasCategories'] {
  const lists = itemsOf(estimator.raw('pandas_categorical'))?.map(list => itemsOf(list)?.map(categoryOf));
  const isWhole = lists?.every(list => list?.every(item => item !== undefined) === true) === true;
  return isWhole ? (lists as readonly (readonly Category[])[]) : undefined;
}

function boosterOf(estimator: Estimator): Booster {
  const known = read.get(estimator.object);
  if (known !== undefined) return known;
  const booster = located(estimator.place, () => readBooster(textOf(estimator)));
  const whole = { ...booster, pandasCategories: booster.pandasCategories ?? categoriesBeside(estimator) };
  read.set(estimator.object, whole);
  return whole;
}

/** A wrapper's `_Booster`. */
function innerOf(estimator: Estimator): Estimator {
  const name = estimator.fitted('_Booster');
  const object = estimator.raw(name);
  if (!(object instanceof PyObject) || object.cls.name !== 'Booster')
    return estimator.malformed(name, 'a Booster');
  return new Estimator(object, `${estimator.place}._Booster`, estimator.version);
}

/** Iterations up to the best, where early stopping found one: what `Booster.predict` uses unless told otherwise. */
function bestOf(inner: Estimator): number | undefined {
  return inner.has('best_iteration') ? inner.number('best_iteration') : undefined;
}

function addInner(inner: Estimator, x: Features, { builder }: Translation): BoosterNodes {
  const booster = boosterOf(inner);
  if (x.width !== booster.features)
    return inner.malformed('_handle', `a model of ${x.width} features, not of ${booster.features}`);
  const texts = columnTextsOf(booster);
  const matrix = texts === undefined ? x.matrix() : (x.coded?.(texts) ?? x.matrix());
  return located(inner.place, () => addBooster(booster, matrix, bestOf(inner), builder));
}

function scores(node: number, builder: PlanBuilder): Column {
  return { node, vector: builder.typeOf(node).width === 1 };
}

function commonMethods({ margin, leaf, contribs }: BoosterNodes, builder: PlanBuilder): Methods {
  return {
    margin: scores(margin, builder),
    ...(leaf === undefined ? {} : { leaf: { node: leaf, datatype: 'INT32' } }),
    ...(contribs === undefined ? {} : { contribs: { node: contribs } }),
  };
}

function valueMethods(nodes: BoosterNodes, builder: PlanBuilder): Methods {
  const { value } = nodes;
  return {
    ...(value === undefined ? {} : { predict: scores(value, builder) }),
    ...commonMethods(nodes, builder),
  };
}

function bare(estimator: Estimator, x: Features, to: Translation): Methods {
  return valueMethods(addInner(estimator, x, to), to.builder);
}

function regressor(estimator: Estimator, x: Features, to: Translation): Methods {
  return valueMethods(addInner(innerOf(estimator), x, to), to.builder);
}

/** The classes that fit found; the first releases leave them to the encoder. */
function classesOf(estimator: Estimator, count: number): NewLabels {
  const encoder = estimator.raw('_le');
  if (!estimator.has('_classes') && encoder instanceof PyObject)
    return labelsIn(new Estimator(encoder, `${estimator.place}._le`, estimator.version), 'classes_', count);
  return labelsIn(estimator, estimator.fitted('_classes'), count);
}

function labelsIn(holder: Estimator, name: string, count: number): NewLabels {
  const value = holder.raw(name);
  const labels =
    value instanceof NdArray ? labelsOf(holder, name, value) : holder.malformed(name, 'an array');
  return labelCount(labels) === count ? labels : holder.malformed(name, `${count} classes`);
}

/** `LGBMClassifier`: a single value is the probability of the second class. */
function classifier(estimator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  const nodes = addInner(innerOf(estimator), x, to);
  const { value } = nodes;
  // An objective of the author's own gives scores, of which the library makes neither probabilities nor labels.
  const isOwn = estimator.has('_objective') && estimator.text('_objective') === undefined;
  if (value === undefined || isOwn) return valueMethods(nodes, builder);
  const { width } = builder.typeOf(value);
  const probabilities = width > 1 ? value : builder.add('twoSided', [value], { form: 'complement' });
  return {
    predict: {
      node: builder.add('argmax', [probabilities]),
      labels: classesOf(estimator, Math.max(width, 2)),
      vector: true,
    },
    predict_proba: { node: probabilities },
    ...commonMethods(nodes, builder),
  };
}

/** Names that the library makes up tell nothing. */
function namesOf({ featureNames }: Booster): readonly string[] | undefined {
  return featureNames.every((name, column) => name === `Column_${column}`) ? undefined : featureNames;
}

const wrapper = {
  features: (estimator: Estimator) => boosterOf(innerOf(estimator)).features,
  names: (estimator: Estimator) => namesOf(boosterOf(innerOf(estimator))),
  facts: (estimator: Estimator) => factsOf(boosterOf(innerOf(estimator))),
};

export const lightgbmFamily: Family = {
  'lightgbm:basic.Booster': {
    translate: bare,
    features: estimator => boosterOf(estimator).features,
    names: estimator => namesOf(boosterOf(estimator)),
    facts: estimator => factsOf(boosterOf(estimator)),
  },
  'lightgbm:sklearn.LGBMModel': { translate: regressor, ...wrapper },
  'lightgbm:sklearn.LGBMRegressor': { translate: regressor, ...wrapper },
  'lightgbm:sklearn.LGBMRanker': { translate: regressor, ...wrapper },
  'lightgbm:sklearn.LGBMClassifier': { translate: classifier, ...wrapper },
};
