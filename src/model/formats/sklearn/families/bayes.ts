import { NdArray } from '../../pickle/index.ts';
import { addAffine } from '../affine.ts';
import { checkedMatrix, checkedNumbers } from '../checked.ts';
import type { Estimator, Matrix } from '../estimator.ts';
import type { Family, FamilyRow, Methods, Translation } from '../family.ts';
import type { Features } from '../features.ts';
import { classesOf } from '../labels.ts';
import { itemsOf } from '../python.ts';

/** The class of the largest joint likelihood, and the likelihoods normalised: `BaseNB` of scikit-learn. */
function fromJoint(estimator: Estimator, joint: number, to: Translation): Methods {
  const { builder } = to;
  const log = builder.add('logNormalize', [joint]);
  return {
    predict: {
      node: builder.add('argmax', [joint]),
      labels: classesOf(estimator, builder.typeOf(joint).width),
      vector: true,
    },
    predict_proba: { node: builder.add('map', [log], { function: 'exp' }) },
    predict_log_proba: { node: log },
  };
}

/** `sklearn.naive_bayes.GaussianNB`; `sigma_` became `var_` in 1.0. */
function gaussianNaiveBayes(estimator: Estimator, x: Features, to: Translation): Methods {
  const finite = checkedMatrix(estimator, x, to);
  const mean = estimator.matrix(estimator.fitted('theta_'));
  const variance = estimator.matrix(estimator.fitted('var_', 'sigma_'));
  const logPrior = estimator.vector(estimator.fitted('class_prior_')).map(Math.log);
  return fromJoint(estimator, to.builder.add('gaussian', [finite], {}, { mean, variance, logPrior }), to);
}

function logProbabilities(estimator: Estimator): Matrix {
  return estimator.matrix(estimator.fitted('feature_log_prob_'));
}

function logPriors(estimator: Estimator): Float64Array {
  return estimator.vector(estimator.fitted('class_log_prior_'));
}

/** `sklearn.naive_bayes.MultinomialNB` */
function multinomial(estimator: Estimator, x: Features, to: Translation): Methods {
  const rows = checkedNumbers(estimator, x, to);
  const joint = addAffine(to.builder, rows, logProbabilities(estimator), logPriors(estimator));
  return fromJoint(estimator, joint, to);
}

/** `sklearn.naive_bayes.ComplementNB`: priors count only where there is but one class. */
function complement(estimator: Estimator, x: Features, to: Translation): Methods {
  const rows = checkedNumbers(estimator, x, to);
  const weights = logProbabilities(estimator);
  const [classes] = weights.shape;
  const bias = classes === 1 ? logPriors(estimator) : new Float64Array(classes);
  return fromJoint(estimator, addAffine(to.builder, rows, weights, bias), to);
}

/** What a feature adds by being there, and what all of them give by being absent. */
function presence({ values, shape }: Matrix, priors: Float64Array): { weights: Matrix; bias: Float64Array } {
  const absent = values.map(log => Math.log(1 - Math.exp(log)));
  const [, width] = shape;
  const bias = priors.map((prior, label) => {
    let sum = 0;
    for (let at = label * width; at < (label + 1) * width; at++) sum += absent[at] as number;
    return prior + sum;
  });
  return { weights: { values: values.map((log, at) => log - (absent[at] as number)), shape }, bias };
}

/** Features as 0 and 1: those above the threshold, or as they are when it is None. */
function binarized(estimator: Estimator, x: Features, to: Translation): number {
  const { builder } = to;
  if (!estimator.has('binarize')) return checkedNumbers(estimator, x, to);
  const threshold = estimator.number('binarize');
  const rows = threshold < 0 ? checkedMatrix(estimator, x, to) : checkedNumbers(estimator, x, to);
  return builder.add('step', [rows], { threshold });
}

/** `sklearn.naive_bayes.BernoulliNB` */
function bernoulli(estimator: Estimator, x: Features, to: Translation): Methods {
  const rows = binarized(estimator, x, to);
  const { weights, bias } = presence(logProbabilities(estimator), logPriors(estimator));
  return fromJoint(estimator, addAffine(to.builder, rows, weights, bias), to);
}

function tablesOf(estimator: Estimator): readonly NdArray[] {
  const name = estimator.fitted('feature_log_prob_');
  const items = itemsOf(estimator.raw(name)) ?? estimator.malformed(name, 'a list of arrays');
  return items.map(item =>
    item instanceof NdArray && item.shape.length === 2
      ? item
      : estimator.malformed(name, 'a list of arrays of two dimensions'),
  );
}

/** Tables [classes, categories] of each feature as one [entries, classes], and where each feature's entries start. */
function stacked(tables: readonly NdArray[], classes: number): { table: Matrix; starts: Int32Array } {
  const counts = tables.map(({ shape }) => shape[1] as number);
  const starts = Int32Array.of(0, ...counts);
  for (let at = 1; at < starts.length; at++) starts[at] = (starts[at] as number) + (starts[at - 1] as number);
  const entries = starts.at(-1) as number;
  const values = new Float64Array(entries * classes);
  for (const [feature, table] of tables.entries()) {
    const numbers = table.float64();
    const count = counts[feature] as number;
    for (let label = 0; label < classes; label++)
      for (let entry = 0; entry < count; entry++)
        values[((starts[feature] as number) + entry) * classes + label] = numbers[
          label * count + entry
        ] as number;
  }
  return { table: { values, shape: [entries, classes] }, starts };
}

/** `sklearn.naive_bayes.CategoricalNB` */
function categorical(estimator: Estimator, x: Features, to: Translation): Methods {
  const finite = checkedMatrix(estimator, x, to);
  const bias = logPriors(estimator);
  const tables = tablesOf(estimator);
  if (tables.some(({ shape }) => shape[0] !== bias.length))
    estimator.malformed('feature_log_prob_', `arrays with ${bias.length} rows`);
  const { table, starts } = stacked(tables, bias.length);
  const joint = to.builder.add('lookup', [finite], { owner: estimator.name }, { table, starts, bias });
  return fromJoint(estimator, joint, to);
}

function facts(estimator: Estimator): Readonly<Record<string, number>> {
  return { classes: estimator.array('classes_').size };
}

function discrete(translate: FamilyRow['translate']): FamilyRow {
  return {
    translate,
    features: estimator =>
      estimator.has('feature_log_prob_') ? estimator.matrix('feature_log_prob_').shape[1] : undefined,
    facts,
  };
}

export const bayesFamily: Family = {
  'naive_bayes.GaussianNB': {
    translate: gaussianNaiveBayes,
    features: estimator => (estimator.has('theta_') ? estimator.matrix('theta_').shape[1] : undefined),
    facts,
  },
  'naive_bayes.MultinomialNB': discrete(multinomial),
  'naive_bayes.ComplementNB': discrete(complement),
  'naive_bayes.BernoulliNB': discrete(bernoulli),
  'naive_bayes.CategoricalNB': {
    translate: categorical,
    features: estimator => (estimator.has('feature_log_prob_') ? tablesOf(estimator).length : undefined),
    facts,
  },
};
