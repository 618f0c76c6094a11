import { addAffine, transposed } from '../affine.ts';
import { columnOf, multiplied } from '../answers.ts';
import { checkedMatrix } from '../checked.ts';
import { forward } from '../cholesky.ts';
import { covarianceBetween, covarianceOfRows, shifted, type Pair } from '../covariances.ts';
import type { Estimator, Matrix } from '../estimator.ts';
import type { Family, FamilyRow, Methods, Translation } from '../family.ts';
import type { Features } from '../features.ts';
import { classesOf } from '../labels.ts';
import { partIn } from '../members.ts';
import { isBefore } from '../version.ts';

function pairOf(estimator: Estimator, x: Features, to: Translation): Pair {
  const fitted = estimator.matrix(estimator.fitted('X_train_'));
  return { rows: checkedMatrix(estimator, x, to), fitted };
}

/** One number for each target. */
function perTarget(estimator: Estimator, name: string | undefined, targets: number, absent: number) {
  if (name === undefined) return new Float64Array(targets).fill(absent);
  const { values } = estimator.numbers(name);
  if (values.length === targets) return values;
  return values.length === 1
    ? new Float64Array(targets).fill(values[0] as number)
    : estimator.malformed(name, `${targets} numbers`);
}

/** `alpha_` [fitted], or [fitted, targets]. */
function dualOf(estimator: Estimator): { readonly weights: Matrix; readonly flat: boolean } {
  const name = estimator.fitted('alpha_');
  const { values, shape } = estimator.numbers(name);
  const [rows, targets, more] = shape;
  if (rows === undefined || more !== undefined) return estimator.malformed(name, 'one or two dimensions');
  if (targets === undefined) return { weights: { values, shape: [1, rows] }, flat: true };
  const flat = targets === 1 && !isBefore(estimator.version, 1, 1);
  return { weights: transposed({ values, shape: [rows, targets] }), flat };
}

/** `sklearn.gaussian_process.GaussianProcessRegressor`: targets were centred, and since 0.23 scaled, when asked to. */
function regressor(estimator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  const similar = covarianceBetween(estimator, 'kernel_', pairOf(estimator, x, to), to);
  const { weights, flat } = dualOf(estimator);
  const [targets] = weights.shape;
  const mean = perTarget(estimator, estimator.anyOf('_y_train_mean', 'y_train_mean'), targets, 0);
  const scale = perTarget(estimator, estimator.anyOf('_y_train_std'), targets, 1);
  const sum = addAffine(builder, similar, weights, new Float64Array(targets));
  const attributes = { operandToo: false };
  const wide = builder.add('columnwise', [sum], { ...attributes, operation: 'multiply' }, { operand: scale });
  const node = builder.add('columnwise', [wide], { ...attributes, operation: 'add' }, { operand: mean });
  return { predict: { node, vector: flat } };
}

/** The logistic function as a sum of five error functions: Williams and Barber, 1998, appendix A. */
const slopes = [0.41, 0.4, 0.37, 0.44, 0.39];
const shares = [-1854.821_415_1, 3516.898_936_46, 221.293_467_12, 128.123_238_05, -2010.494_226_54];

/** The variance of each row's latent value, [rows, 1]. */
function latentVariance(estimator: Estimator, rows: number, similar: number, to: Translation): number {
  const { builder } = to;
  const lower = estimator.matrix('L_');
  const roots = estimator.vector('W_sr_');
  const count = roots.length;
  if (lower.shape[0] !== count || lower.shape[1] !== count)
    return estimator.malformed('L_', `a matrix of ${count} rows and columns`);
  const diagonal = new Float64Array(count * count);
  for (const [at, root] of roots.entries()) diagonal[at * (count + 1)] = root;
  const explained = builder.add(
    'mahalanobis',
    [similar],
    {},
    {
      centres: { values: new Float64Array(count), shape: [1, count] },
      directions: forward(lower, { values: diagonal, shape: [count, count] }),
      starts: Int32Array.of(0, count),
    },
  );
  const own = covarianceOfRows(estimator, 'kernel_', rows, to);
  if ('constant' in own) return shifted(multiplied(explained, -1, to), own.constant, to);
  return builder.add('weightedSum', [own.node, explained], {}, { weights: Float64Array.of(1, -1) });
}

/** The mean of the logistic function over a normal distribution of latent values. */
function integrated(latent: number, variance: number, { builder }: Translation): number {
  const five = slopes.length;
  // The library's integral is 0 / 0 for a variance of 0, and a root of nothing below: its answer is NaN.
  const deviation = builder.add('map', [variance], { function: 'sqrt' });
  const one = builder.add('product', [deviation, builder.add('raise', [variance], { exponent: -0.5 })]);
  const steep = builder.add(
    'affine',
    [builder.add('product', [latent, one])],
    {},
    {
      weights: { values: Float64Array.from(slopes, slope => slope * Math.SQRT2), shape: [five, 1] },
      bias: new Float64Array(five),
    },
  );
  const spread = builder.add(
    'affine',
    [variance],
    {},
    {
      weights: { values: Float64Array.from(slopes, slope => 2 * slope * slope), shape: [five, 1] },
      bias: new Float64Array(five).fill(1),
    },
  );
  const flattened = builder.add('raise', [spread], { exponent: -0.5 });
  const areas = builder.add('map', [builder.add('product', [steep, flattened])], { function: 'normalCdf' });
  const weights = { values: Float64Array.from(shares), shape: [1, five] };
  return builder.add('affine', [areas], {}, { weights, bias: Float64Array.of(0) });
}

/** `sklearn.gaussian_process._gpc._BinaryGaussianProcessClassifierLaplace`: Rasmussen and Williams, algorithm 3.2. */
function binary(estimator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  const pair = pairOf(estimator, x, to);
  const similar = covarianceBetween(estimator, 'kernel_', pair, to);
  const targets = estimator.vector(estimator.fitted('y_train_'));
  const found = estimator.vector(estimator.fitted('pi_'));
  const values = targets.map((target, at) => target - (found[at] as number));
  const weights: Matrix = { values, shape: [1, values.length] };
  const latent = addAffine(builder, similar, weights, Float64Array.of(0));
  const second = integrated(latent, latentVariance(estimator, pair.rows, similar, to), to);
  return {
    predict: {
      node: builder.add('above', [latent], { threshold: 0 }),
      labels: classesOf(estimator, 2),
      vector: true,
    },
    predict_proba: { node: builder.add('twoSided', [second], { form: 'complement' }) },
  };
}

/** `sklearn.gaussian_process.GaussianProcessClassifier`: two classes, or one machine a class or a pair of them. */
function classifier(estimator: Estimator, x: Features, to: Translation): Methods {
  const part = partIn(estimator, 'base_estimator_');
  const methods = to.translate(part.part, part.place, estimator, x);
  const predict = columnOf({ part, methods }, 'predict');
  const proba = methods.predict_proba;
  return proba === undefined ? { predict } : { predict, predict_proba: proba };
}

const fittedRows: Omit<FamilyRow, 'translate'> = {
  features: estimator => (estimator.has('X_train_') ? estimator.matrix('X_train_').shape[1] : undefined),
  facts: estimator => (estimator.has('X_train_') ? { rows: estimator.matrix('X_train_').shape[0] } : {}),
};

export const gaussianProcessFamily: Family = {
  'gaussian_process.GaussianProcessRegressor': { ...fittedRows, translate: regressor },
  'gaussian_process._BinaryGaussianProcessClassifierLaplace': { ...fittedRows, translate: binary },
  'gaussian_process.GaussianProcessClassifier': {
    translate: classifier,
    features(estimator, to) {
      if (!estimator.has('base_estimator_')) return undefined;
      const { part, place } = partIn(estimator, 'base_estimator_');
      return to.featuresOf(part, place, estimator);
    },
    parts: estimator =>
      estimator.has('base_estimator_')
        ? [{ ...partIn(estimator, 'base_estimator_'), name: 'base_estimator_' }]
        : [],
  },
};
