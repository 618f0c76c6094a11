import { NdArray, type PyValue } from '../../pickle/index.ts';
import type { NewLabels, PlanBuilder } from '../../../plan/index.ts';
import { withLogs } from '../classifying.ts';
import type { Estimator } from '../estimator.ts';
import type { Column, Family, FamilyRow, Methods, Translation } from '../family.ts';
import type { Features } from '../features.ts';
import { labelCount } from '../labels.ts';
import { itemsOf, numberOf } from '../python.ts';
import { predictedTargets, targetsOf } from '../targets.ts';
import { isBefore } from '../version.ts';

/** The same numbers for every row: a dummy looks at nothing but how many rows there are. */
function always(values: Float64Array, { name }: Estimator, x: Features, { builder }: Translation): number {
  return builder.add('constant', [anchorOf(x, name, builder)], {}, { values });
}

/** A node that has the rows of a request. */
function anchorOf(x: Features, owner: string, builder: PlanBuilder): number {
  if (x.open === true) return builder.add('eachRow', [], { owner });
  const [first, kind] = [x.select([0]), x.kind];
  return kind === 'texts' || first.kind === 'texts' ? first.texts() : first.numbers();
}

function indexOfLargest(values: Float64Array): number {
  return values.reduce((best, value, index) => (value > (values[best] as number) ? index : best), 0);
}

function oneHot(length: number, index: number): Float64Array {
  const values = new Float64Array(length);
  values[index] = 1;
  return values;
}

/** Shares of the classes of each target. */
function priorsOf(estimator: Estimator, targets: number): readonly Float64Array[] {
  const name = estimator.fitted('class_prior_');
  const value = estimator.raw(name);
  if (value instanceof NdArray && targets === 1) return [value.float64()];
  const items = itemsOf(value) ?? estimator.malformed(name, 'an array for each target');
  return items.map(item =>
    item instanceof NdArray ? item.float64() : estimator.malformed(name, 'an array for each target'),
  );
}

/** The parameter `constant` as values, whether it is one, a list or an array. */
function constantsOf(estimator: Estimator): readonly PyValue[] {
  const value = estimator.raw('constant');
  if (value instanceof NdArray) return value.values();
  return itemsOf(value) ?? [value ?? null];
}

/** Where a value stands among the classes; numbers and truths are compared by their size, as NumPy does. */
function indexAmong(labels: NewLabels, value: PyValue | undefined): number {
  if (labels.datatype === 'BYTES') return typeof value === 'string' ? labels.strings.indexOf(value) : -1;
  const wanted = typeof value === 'boolean' ? Number(value) : numberOf(value);
  return Array.from<number | bigint>(labels.values).findIndex(label => Number(label) === wanted);
}

/** What is predicted for each target: the class and the probabilities. */
interface Answer {
  readonly index: number;
  readonly probabilities: Float64Array;
}

function mostFrequent(prior: Float64Array, shares: boolean): Answer {
  const index = indexOfLargest(prior);
  return { index, probabilities: shares ? prior : oneHot(prior.length, index) };
}

function givenClass(estimator: Estimator, labels: NewLabels, value: PyValue | undefined): Answer {
  const index = indexAmong(labels, value);
  if (index < 0) return estimator.malformed('constant', 'one of the classes');
  return { index, probabilities: oneHot(labelCount(labels), index) };
}

function answersOf(estimator: Estimator, targets: readonly NewLabels[]): readonly Answer[] {
  const strategy = estimator.text('strategy');
  if (strategy === 'constant') {
    const constants = constantsOf(estimator);
    return targets.map((labels, target) => givenClass(estimator, labels, constants[target]));
  }
  if (strategy !== 'prior' && strategy !== 'most_frequent')
    return estimator.unsupported('strategy', 'its answers are drawn at random');
  return priorsOf(estimator, targets.length).map(prior => mostFrequent(prior, strategy === 'prior'));
}

/** `sklearn.dummy.DummyClassifier` */
function classifier(estimator: Estimator, x: Features, to: Translation): Methods {
  const targets = targetsOf(estimator);
  const answers = answersOf(estimator, targets);
  if (
    answers.length !== targets.length ||
    answers.some(
      ({ probabilities }, target) => probabilities.length !== labelCount(targets[target] as NewLabels),
    )
  )
    estimator.malformed('class_prior_', 'a share for each class');
  const chosen = answers.map(({ index, probabilities }) =>
    always(oneHot(probabilities.length, index), estimator, x, to),
  );
  const methods = answers.map(({ probabilities }) => withLogs(always(probabilities, estimator, x, to), to));
  const predict = predictedTargets(estimator, chosen, targets, false, to);
  const columns = (method: 'predict_proba' | 'predict_log_proba'): Column | readonly Column[] => {
    const all = methods.map(one => one[method]);
    return all.length === 1 ? (all[0] as Column) : all;
  };
  return {
    predict,
    predict_proba: columns('predict_proba'),
    predict_log_proba: columns('predict_log_proba'),
  };
}

/** `sklearn.dummy.DummyRegressor`: one target given as a column stayed one until 0.21; a whole number stays so. */
function regressor(estimator: Estimator, x: Features, to: Translation): Methods {
  const constant = estimator.array(estimator.fitted('constant_'));
  const values = constant.float64();
  const whole = 'iu'.includes(constant.dtype.kind) && !isBefore(estimator.version, 0, 19);
  const column = isBefore(estimator.version, 0, 22) && estimator.flag('output_2d_', false);
  return {
    predict: {
      node: always(values, estimator, x, to),
      vector: values.length === 1 && !column,
      datatype: whole ? 'INT64' : undefined,
    },
  };
}

/** Rows of any width: before 1.6 the file does not say which they had, and the library does not look. */
const anyRows: Omit<FamilyRow, 'translate'> = {
  features: () => undefined,
  openColumns: 'where-unknown',
  openInput: () => ({ name: 'input-0', datatype: 'FP64', shape: [-1, -1] }),
};

export const dummyFamily: Family = {
  'dummy.DummyClassifier': { ...anyRows, translate: classifier },
  'dummy.DummyRegressor': { ...anyRows, translate: regressor },
};
