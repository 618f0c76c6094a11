import type { Estimator, Matrix } from '../estimator.ts';
import type { Family, FamilyRow, Methods, Translation } from '../family.ts';
import { featuresOf, type Features } from '../features.ts';
import { searchedRows, searchSpec } from '../metrics.ts';
import { projectedKernel } from './decomposition.ts';
import { distancesOf, nearestRows, type Nearest } from './neighbors.ts';

function neighboursIn(estimator: Estimator): Estimator {
  return estimator.part(estimator.fitted('nbrs_')) ?? estimator.malformed('nbrs_', 'neighbours');
}

function neighboursOf(estimator: Estimator, x: Features, to: Translation): Nearest {
  return nearestRows(neighboursIn(estimator), 'n_neighbors', x, to);
}

/** `sklearn.manifold.LocallyLinearEmbedding`: a row is put together from its neighbours, and so is its place. */
function locallyLinear(estimator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  const { spec, input, codes } = neighboursOf(estimator, x, to);
  const embedding = estimator.matrix(estimator.fitted('embedding_'));
  const attributes = { penalty: estimator.number('reg') };
  const weights = builder.add('barycentres', [input, codes], attributes, { fitted: spec.arrays.fitted });
  const node = builder.add('meanAt', [codes, weights], {}, { values: embedding });
  return { transform: featuresOf(builder, node) };
}

function waysOver(nearest: Nearest, paths: Matrix, to: Translation): number {
  return to.builder.add('shortestPaths', [distancesOf(nearest, to), nearest.codes], {}, { paths });
}

/** Ways over all rows of training within a radius, which Isomap knows since 1.1. */
function waysWithin(estimator: Estimator, paths: Matrix, x: Features, to: Translation): number {
  const spec = searchSpec(neighboursIn(estimator), x);
  const attributes = { ...spec.attributes, radius: estimator.number('radius'), owner: estimator.name };
  const rows = searchedRows(estimator, spec, x, to);
  return to.builder.add('shortestPathsWithin', [rows], attributes, { ...spec.arrays, paths });
}

/** `sklearn.manifold.Isomap`: ways along the neighbours of training take the place of distances. */
function isomap(estimator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  const paths = estimator.matrix(estimator.fitted('dist_matrix_'));
  const ways = estimator.has('radius')
    ? waysWithin(estimator, paths, x, to)
    : waysOver(neighboursOf(estimator, x, to), paths, to);
  const squares = builder.add('map', [ways], { function: 'square' });
  const halved = builder.add(
    'columnwise',
    [squares],
    { operation: 'multiply', operandToo: false },
    { operand: Float64Array.of(-0.5) },
  );
  const components = estimator.part('kernel_pca_') ?? estimator.malformed('kernel_pca_', 'a KernelPCA');
  return { transform: featuresOf(builder, projectedKernel(components, halved, to)) };
}

const row: Omit<FamilyRow, 'translate'> = {
  features(estimator) {
    const neighbours = estimator.has('nbrs_') ? estimator.part('nbrs_') : undefined;
    return neighbours?.has('_fit_X') === true ? neighbours.matrix('_fit_X').shape[1] : undefined;
  },
  facts: estimator =>
    estimator.has('embedding_') ? { 'rows kept': estimator.matrix('embedding_').shape[0] } : {},
};

export const manifoldFamily: Family = {
  'manifold.Isomap': { ...row, translate: isomap },
  'manifold.LocallyLinearEmbedding': { ...row, translate: locallyLinear },
};
