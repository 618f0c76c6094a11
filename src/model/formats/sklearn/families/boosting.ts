import { PyObject } from '../../pickle/index.ts';
import { sklearnErrors } from '../errors.ts';
import { Estimator } from '../estimator.ts';
import type { Family, Methods, Translation } from '../family.ts';
import { featuresOf, type Features } from '../features.ts';
import { classesOf, labelCount } from '../labels.ts';
import { targetsOf } from '../targets.ts';
import { boostedClasses, type ClassifierForm } from '../trees/boosted.ts';
import { importanceFact } from '../trees/importance.ts';
import { ensembleFacts, featureCountOf, membersOf } from '../trees/members.ts';
import { readTree, type FileTree } from '../trees/read.ts';
import { sumOfTrees, treeInput } from '../trees/sum.ts';
import { isBefore } from '../version.ts';

/** What the sums of the trees start from: the same for every row, or a node. */
type Start = { readonly start: Float64Array } | { readonly startNode: number };

/** `init` as the classes of `sklearn.ensemble.gradient_boosting` had it until 0.20: what they predict are raw scores. */
const oldStarts: Readonly<Record<string, (init: Estimator, columns: number) => Float64Array>> = {
  QuantileEstimator: init => Float64Array.of(init.number('quantile')),
  MeanEstimator: init => Float64Array.of(init.number('mean')),
  LogOddsEstimator: init => Float64Array.of(init.number('prior')),
  ScaledLogOddsEstimator: init => Float64Array.of(init.number('prior')),
  PriorProbabilityEstimator: init => init.vector('priors'),
  ZeroEstimator: (_, columns) => new Float64Array(columns),
};

/** Probabilities are kept this far from 0 and 1 before their logarithm is taken. */
function epsilonOf({ version }: Estimator): number {
  return isBefore(version, 1, 8) ? 2 ** -23 : 2 ** -52;
}

type Link = 'logit' | 'halfLogit' | 'log' | 'centredLog';

/** Raw scores that give the probabilities: of the second class alone when there are two. */
function linkOf(booster: Estimator, columns: number): Link {
  if (columns > 1) return isBefore(booster.version, 1, 4) ? 'log' : 'centredLog';
  return booster.text('loss') === 'exponential' ? 'halfLogit' : 'logit';
}

function linked(probabilities: Float64Array, link: Link, epsilon: number): Float64Array {
  const kept = probabilities.map(value => Math.min(Math.max(value, epsilon), 1 - epsilon));
  if (link === 'logit') return kept.map(value => Math.log(value / (1 - value)));
  if (link === 'halfLogit') return kept.map(value => 0.5 * Math.log(value / (1 - value)));
  if (link === 'log') return kept.map(Math.log);
  const mean = kept.reduce((sum, value) => sum + Math.log(value), 0) / kept.length;
  return kept.map(value => Math.log(value / Math.exp(mean)));
}

function linkNode(probabilities: number, link: Link, epsilon: number, { builder }: Translation): number {
  const kept = builder.add(
    'clip',
    [probabilities],
    {},
    { low: Float64Array.of(epsilon), high: Float64Array.of(1 - epsilon) },
  );
  if (link === 'logit') return builder.add('map', [kept], { function: 'logit' });
  if (link === 'halfLogit')
    return builder.add(
      'columnwise',
      [builder.add('map', [kept], { function: 'logit' })],
      { operation: 'multiply', operandToo: false },
      { operand: Float64Array.of(0.5) },
    );
  const logs = builder.add('map', [kept], { function: 'log' });
  if (link === 'log') return logs;
  // Minus the mean of the row, as a product with I - 1/n.
  const { width } = builder.typeOf(logs);
  const weights = Float64Array.from(
    { length: width * width },
    (_, at) => (at % (width + 1) === 0 ? 1 : 0) - 1 / width,
  );
  return builder.add(
    'affine',
    [logs],
    {},
    { weights: { values: weights, shape: [width, width] }, bias: new Float64Array(width) },
  );
}

/** What a dummy of scikit-learn answers to every row; undefined for other estimators. */
function constantOf(init: Estimator, classifies: boolean): Float64Array | undefined {
  const { module, name } = init.object.cls;
  if (!module.startsWith('sklearn.dummy')) return undefined;
  if (!classifies) return name === 'DummyRegressor' ? init.numbers('constant_').values : undefined;
  return name === 'DummyClassifier' && init.text('strategy') === 'prior'
    ? init.vector('class_prior_')
    : undefined;
}

function initOf(booster: Estimator): Estimator {
  const name = booster.fitted('init_');
  const value = booster.raw(name);
  return value instanceof PyObject
    ? new Estimator(value, `${booster.place}.${name}`, booster.version)
    : booster.malformed(name, "an estimator, or 'zero'");
}

function methodOf(
  init: Estimator,
  methods: Methods,
  name: 'predict' | 'predict_proba',
  to: Translation,
): number {
  const given = methods[name];
  const node = given !== undefined && 'node' in given ? given.node : undefined;
  if (node !== undefined && to.builder.typeOf(node).kind === 'matrix') return node;
  throw sklearnErrors.make['sklearn-parameter-unsupported'](
    `${init.place}: ${init.object.cls.qualified} as init of a booster is not supported: its ${name} gives no numbers`,
  );
}

function startOf(
  booster: Estimator,
  columns: number,
  classifies: boolean,
  input: number,
  to: Translation,
): Start {
  if (booster.text('init_') === 'zero') return { start: new Float64Array(columns) };
  const init = initOf(booster);
  if (isBefore(booster.version, 0, 21)) {
    const old =
      oldStarts[init.name] ??
      booster.unsupported(
        'init',
        'before 0.21 the library adds its trees to a column of numbers, which only starts of its own give',
      );
    return { start: old(init, columns) };
  }
  const epsilon = epsilonOf(booster);
  const link = linkOf(booster, columns);
  const constant = constantOf(init, classifies);
  if (constant !== undefined) {
    if (!classifies) return { start: constant };
    return { start: linked(columns === 1 ? constant.subarray(1, 2) : constant, link, epsilon) };
  }
  const methods = to.translate(init.object, init.place, booster, featuresOf(to.builder, input));
  if (!classifies) return { startNode: methodOf(init, methods, 'predict', to) };
  const all = methodOf(init, methods, 'predict_proba', to);
  const asked = columns === 1 ? to.builder.add('columns', [all], {}, { indices: Int32Array.of(1) }) : all;
  return { startNode: linkNode(asked, link, epsilon, to) };
}

/** Trees of one target each, stage by stage, as many a stage as there are columns. */
function treesOf(booster: Estimator, columns: number): readonly FileTree[] {
  const members = membersOf(booster);
  if (members.length % columns !== 0) booster.malformed('estimators_', `${columns} trees a stage`);
  return members.map(readTree);
}

/** `_raw_predict`: the start, plus the learning rate times each tree's leaf. */
function rawScores(
  booster: Estimator,
  x: Features,
  columns: number,
  classifies: boolean,
  to: Translation,
): number {
  const trees = treesOf(booster, columns);
  const rate = booster.number('learning_rate');
  const input = treeInput(booster.name, x, false, to);
  return sumOfTrees(
    booster,
    trees,
    input,
    {
      width: columns,
      missing: false,
      leaf(tree, node, target) {
        target[0] = rate * (tree.values[node * tree.outputs * tree.classes] as number);
      },
      targets: Int32Array.from(trees, (_, index) => index % columns),
      ...startOf(booster, columns, classifies, input, to),
    },
    to,
  );
}

const losses = ['deviance', 'log_loss', 'exponential'];

function formOf(booster: Estimator): ClassifierForm {
  const isExponential = booster.text('loss') === 'exponential';
  const isOld = isBefore(booster.version, 1, 4);
  return {
    slope: isExponential ? 2 : 1,
    binary: isOld && !isExponential ? 'probability' : 'at-least',
    several: isOld ? 'logsumexp' : 'softmax',
    largest: isOld ? 'probability' : 'raw',
  };
}

/** `sklearn.ensemble.GradientBoostingClassifier` */
function boostedClassifier(booster: Estimator, x: Features, to: Translation): Methods {
  if (!losses.includes(booster.text('loss') ?? ''))
    booster.unsupported('loss', `not one of ${losses.join(', ')}`);
  const [classes] = targetsOf(booster);
  const count = classes === undefined ? 0 : labelCount(classes);
  const labels = classesOf(booster, count);
  const raw = rawScores(booster, x, count === 2 ? 1 : count, true, to);
  return boostedClasses(raw, labels, formOf(booster), to);
}

/** `sklearn.ensemble.GradientBoostingRegressor`; until 0.18 it had a `decision_function` that gave the same. */
function boostedRegressor(booster: Estimator, x: Features, to: Translation): Methods {
  const predict = { node: rawScores(booster, x, 1, false, to), vector: true };
  return isBefore(booster.version, 0, 19) ? { predict, decision_function: predict } : { predict };
}

function boosterFacts(booster: Estimator): Readonly<Record<string, string | number>> {
  return { ...ensembleFacts(booster), ...importanceFact(booster, membersOf(booster), 'by gain') };
}

export const boostingFamily: Family = {
  'ensemble.GradientBoostingClassifier': {
    translate: boostedClassifier,
    features: featureCountOf,
    facts: boosterFacts,
  },
  'ensemble.GradientBoostingRegressor': {
    translate: boostedRegressor,
    features: featureCountOf,
    facts: boosterFacts,
  },
};
