import { multiplied } from '../answers.ts';
import { checkedMatrix } from '../checked.ts';
import { backward, cholesky, forward } from '../cholesky.ts';
import { shifted } from '../covariances.ts';
import { quadraticForm } from '../densities.ts';
import type { Estimator, Matrix } from '../estimator.ts';
import type { Column, Family, Methods, Translation } from '../family.ts';
import type { Features } from '../features.ts';
import { isBefore } from '../version.ts';

function identity(size: number): Matrix {
  const values = new Float64Array(size * size);
  for (let at = 0; at < size; at++) values[at * (size + 1)] = 1;
  return { values, shape: [size, size] };
}

/** `precision_`, or with store_precision=False the inverse of the covariance. */
function precisionOf(estimator: Estimator, width: number): Matrix {
  const stored = estimator.anyOf('precision_');
  const name = stored ?? estimator.fitted('covariance_');
  const given = estimator.matrix(name);
  if (given.shape[0] !== width || given.shape[1] !== width)
    return estimator.malformed(name, `a matrix of ${width} rows and columns`);
  if (stored !== undefined) return given;
  const lower = cholesky(given);
  return lower === undefined
    ? estimator.unsupported('store_precision', 'the covariance has no inverse, and the file has none either')
    : backward(lower, forward(lower, identity(width)));
}

/** 1 for a row that belongs, -1 for one that does not: where `outside` is above a threshold. */
function inlier(outside: number, threshold: number, { builder }: Translation): Column {
  const labels = { datatype: 'INT64' as const, values: BigInt64Array.of(1n, -1n) };
  return { node: builder.add('above', [outside], { threshold }), labels, vector: true };
}

/** Until 0.19 decisions were of roots of the distance, nearly cubic ones. */
function oldEnvelope(estimator: Estimator, distance: number, to: Translation): Methods {
  const threshold = estimator.number(estimator.fitted('threshold_'));
  if (!estimator.has('contamination'))
    return estimator.unsupported('contamination', 'scikit-learn refuses to predict without it');
  const root = to.builder.add('raise', [distance], { exponent: 0.33 });
  const decision = shifted(multiplied(root, -1, to), threshold ** 0.33, to);
  return {
    predict: inlier(distance, threshold, to),
    decision_function: { node: decision, vector: true },
  };
}

/** `sklearn.covariance.EllipticEnvelope` */
function envelope(estimator: Estimator, x: Features, to: Translation): Methods {
  const centre = estimator.vector(estimator.fitted('location_'));
  const rows = checkedMatrix(estimator, x, to);
  const distance = quadraticForm(rows, centre, precisionOf(estimator, centre.length), to);
  if (isBefore(estimator.version, 0, 20)) return oldEnvelope(estimator, distance, to);
  const scores = multiplied(distance, -1, to);
  const decision = shifted(scores, -estimator.number(estimator.fitted('offset_')), to);
  return {
    predict: inlier(multiplied(decision, -1, to), 0, to),
    decision_function: { node: decision, vector: true },
    score_samples: { node: scores, vector: true },
  };
}

export const covarianceFamily: Family = {
  'covariance.EllipticEnvelope': {
    translate: envelope,
    features: estimator => (estimator.has('location_') ? estimator.vector('location_').length : undefined),
    facts: estimator =>
      estimator.has('support_')
        ? { supporting: estimator.numbers('support_').values.reduce((sum, one) => sum + one, 0) }
        : {},
  },
};
