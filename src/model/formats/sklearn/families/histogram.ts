import type { NewLabels } from '../../../plan/index.ts';
import { PyObject, PyTuple, type PyValue } from '../../pickle/index.ts';
import { buildTrees, depthOf } from '../../trees/index.ts';
import type { Estimator } from '../estimator.ts';
import type { Family, Methods, Translation } from '../family.ts';
import { featuresOf, joined, type Features } from '../features.ts';
import { classesOf, labelCount } from '../labels.ts';
import { itemsOf } from '../python.ts';
import { targetsOf } from '../targets.ts';
import { boostedClasses, type ClassifierForm } from '../trees/boosted.ts';
import { featureCountOf } from '../trees/members.ts';
import { knownCategories, predictorsOf } from '../trees/predictors.ts';
import { isBefore } from '../version.ts';

function partOf(booster: Estimator, value: PyValue | undefined, name: string): PyObject {
  return value instanceof PyObject ? value : booster.malformed(name, 'an estimator');
}

/** The encoder among `transformers_`, tuples of name, transformer and columns. */
function encoderOf(booster: Estimator): PyObject {
  const preprocessor = partOf(booster, booster.raw('_preprocessor'), '_preprocessor');
  for (const item of itemsOf(preprocessor.attribute('transformers_')) ?? []) {
    const [name, transformer] = item instanceof PyTuple ? item.items : [];
    if (name === 'encoder') return partOf(booster, transformer, '_preprocessor');
  }
  return booster.malformed('_preprocessor', 'an encoder of categories');
}

/** What lies beyond integers of 32 bits is cast to the least of them, whose last byte is 0, as that of the first beyond is. */
const beyondIntegers = 2 ** 31;

/**
 * Until 1.3 a number among categories is cast to a byte: 256 is category 0, and so is infinity. From 1.2 on what is below 0 is
 * missing; before, -1 is 255 and -0.5 is 0.
 */
function asByte(booster: Estimator, x: Features, { builder }: Translation): Features {
  const bound = (low: number): number =>
    builder.add(
      'clip',
      [x.matrix()],
      {},
      { low: Float64Array.of(low), high: Float64Array.of(beyondIntegers) },
    );
  const mapped = (node: number, name: string): number => builder.add('map', [node], { function: name });
  const withoutTurns = (node: number, cut: string): Features => {
    const attributes = { operation: 'multiply', operandToo: false };
    const shares = builder.add('columnwise', [node], attributes, { operand: Float64Array.of(1 / 256) });
    const weights = Float64Array.of(1, -256);
    return featuresOf(builder, builder.add('weightedSum', [node, mapped(shares, cut)], {}, { weights }));
  };
  return isBefore(booster.version, 1, 2)
    ? withoutTurns(mapped(bound(-beyondIntegers), 'trunc'), 'floor')
    : withoutTurns(bound(-1), 'trunc');
}

function asBytes(booster: Estimator, x: Features, to: Translation): Features {
  const categories = knownCategories(booster);
  if (categories.size === 0) return x;
  const columns = Array.from({ length: x.width }, (_, column) => x.select([column]));
  return joined(
    to.builder,
    columns.map((one, column) => (categories.has(column) ? asByte(booster, one, to) : one)),
  );
}

/** Since 1.4 categories are encoded first, and their columns come first. */
function encoded(booster: Estimator, x: Features, to: Translation): Features {
  if (!booster.has('_preprocessor')) return isBefore(booster.version, 1, 4) ? asBytes(booster, x, to) : x;
  const flags = booster.array(booster.fitted('is_categorical_')).float64();
  if (flags.length !== x.width) booster.malformed('is_categorical_', `${x.width} flags`);
  const columns = Array.from(flags.keys());
  const categories = columns.filter(column => flags[column] !== 0);
  const numbers = columns.filter(column => flags[column] === 0);
  const place = `${booster.place}._preprocessor 'encoder'`;
  const { transform } = to.translate(encoderOf(booster), place, booster, x.select(categories));
  if (transform === undefined) return booster.malformed('_preprocessor', 'an encoder of categories');
  return joined(to.builder, numbers.length === 0 ? [transform] : [transform, x.select(numbers)]);
}

function columnsOf(booster: Estimator): number {
  return booster.count(booster.fitted('n_trees_per_iteration_'));
}

/** `_raw_predict`: the baseline plus each tree's leaf, in float64 throughout. */
function rawScores(booster: Estimator, x: Features, to: Translation): number {
  const { builder } = to;
  const columns = columnsOf(booster);
  const start = booster.numbers(booster.fitted('_baseline_prediction')).values;
  if (start.length !== columns) booster.malformed('_baseline_prediction', `${columns} numbers`);
  const input = encoded(booster, x, to).matrix();
  const trees = predictorsOf(booster, columns, knownCategories(booster));
  const built = buildTrees({
    trees,
    features: builder.typeOf(input).width,
    keys: 'rank',
    split: 'at-most',
    leafWidth: 1,
    leaf(tree, node, target) {
      target[0] = tree.value[node] as number;
    },
    leaves: 'shared',
    fail: problem => booster.malformed('_predictors', `trees (${problem})`),
  });
  const targets = Int32Array.from(trees, (_, index) => index % columns);
  return builder.add(
    'trees',
    [input],
    { ...built.attributes, width: columns, sum: 'f64' },
    { ...built.arrays, leaves: built.leaves, targets, start },
  );
}

const classifierLosses = ['auto', 'log_loss', 'binary_crossentropy', 'categorical_crossentropy'];
const identityLosses = [
  'squared_error',
  'least_squares',
  'absolute_error',
  'least_absolute_deviation',
  'quantile',
];
const logLosses = ['poisson', 'gamma'];

function formOf({ version }: Estimator): ClassifierForm {
  const isOld = isBefore(version, 1, 5);
  return {
    slope: 1,
    binary: isOld ? 'probability' : 'above',
    several: isBefore(version, 1, 1) ? 'logsumexp' : 'softmax',
    largest: isOld ? 'probability' : 'raw',
  };
}

function labelsOfBooster(booster: Estimator): NewLabels {
  const [classes] = targetsOf(booster);
  const columns = columnsOf(booster);
  const labels = classesOf(booster, columns === 1 ? 2 : columns);
  return classes === undefined || labelCount(classes) < 2 ? booster.malformed('classes_', 'classes') : labels;
}

/** `sklearn.ensemble.HistGradientBoostingClassifier` */
function histogramClassifier(booster: Estimator, x: Features, to: Translation): Methods {
  if (!classifierLosses.includes(booster.text('loss') ?? ''))
    booster.unsupported('loss', `not one of ${classifierLosses.join(', ')}`);
  return boostedClasses(rawScores(booster, x, to), labelsOfBooster(booster), formOf(booster), to);
}

/** `sklearn.ensemble.HistGradientBoostingRegressor`: some losses are of the logarithm. */
function histogramRegressor(booster: Estimator, x: Features, to: Translation): Methods {
  const loss = booster.text('loss') ?? '';
  const isLog = logLosses.includes(loss);
  if (!isLog && !identityLosses.includes(loss))
    booster.unsupported('loss', `not one of ${[...identityLosses, ...logLosses].join(', ')}`);
  const raw = rawScores(booster, x, to);
  return { predict: { node: isLog ? to.builder.add('map', [raw], { function: 'exp' }) : raw, vector: true } };
}

function facts(booster: Estimator): Readonly<Record<string, number>> {
  const trees = predictorsOf(booster, columnsOf(booster), knownCategories(booster));
  const fail = (problem: string): never => booster.malformed('_predictors', `trees (${problem})`);
  return {
    trees: trees.length,
    nodes: trees.reduce((sum, tree) => sum + tree.left.length, 0),
    depth: trees.reduce((most, tree) => Math.max(most, depthOf(tree, fail)), 0),
  };
}

/** Before 0.24 and 1.0 the number of features went by other names. */
function countOf(booster: Estimator): number | undefined {
  return booster.has('_n_features') ? booster.count('_n_features') : featureCountOf(booster);
}

export const histogramFamily: Family = {
  'ensemble.HistGradientBoostingClassifier': { translate: histogramClassifier, features: countOf, facts },
  'ensemble.HistGradientBoostingRegressor': { translate: histogramRegressor, features: countOf, facts },
};
