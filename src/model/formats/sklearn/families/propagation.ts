import { addAffine, transposed } from '../affine.ts';
import type { Estimator, Matrix } from '../estimator.ts';
import type { Family, FamilyRow, Methods, Translation } from '../family.ts';
import type { Features } from '../features.ts';
import { classesOf } from '../labels.ts';
import { kernelOf } from '../machines.ts';
import { isSparse } from '../sparse.ts';
import { nearestRows } from './neighbors.ts';

/** What the rows of training say about a row, by how near they are. */
function shares(estimator: Estimator, labels: Matrix, x: Features, to: Translation): number {
  const kernel = estimator.text('kernel');
  if (kernel === 'rbf') {
    const attributes = { function: 'rbf', gamma: estimator.number('gamma'), coef0: 0, degree: 0 };
    const similar = kernelOf(estimator, x, estimator.fitted('X_'), attributes, to);
    return addAffine(to.builder, similar, transposed(labels), new Float64Array(labels.shape[1]));
  }
  if (kernel !== 'knn') return estimator.unsupported('kernel', "it must be 'rbf' or 'knn'");
  const neighbours =
    estimator.part(estimator.fitted('nn_fit')) ?? estimator.malformed('nn_fit', 'neighbours');
  const { codes } = nearestRows(neighbours, 'n_neighbors', x, to);
  return to.builder.add('meanAt', [codes], {}, { values: labels });
}

/** `sklearn.semi_supervised.LabelPropagation` and `LabelSpreading` */
function propagated(estimator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  const labels = estimator.matrix(estimator.fitted('label_distributions_'));
  const sums = shares(estimator, labels, x, to);
  const node = builder.add('normalizeRows', [sums], { zero: 'divide' });
  return {
    predict: {
      node: builder.add('argmax', [node]),
      labels: classesOf(estimator, labels.shape[1]),
      vector: true,
    },
    predict_proba: { node },
  };
}

const row: FamilyRow = {
  translate: propagated,
  features: estimator =>
    estimator.has('X_') && !isSparse(estimator.raw('X_')) ? estimator.matrix('X_').shape[1] : undefined,
  facts: estimator =>
    estimator.has('label_distributions_')
      ? { 'rows kept': estimator.matrix('label_distributions_').shape[0] }
      : {},
};

export const propagationFamily: Family = {
  'semi_supervised.LabelPropagation': row,
  'semi_supervised.LabelSpreading': row,
};
