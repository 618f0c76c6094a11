import type { Estimator } from '../estimator.ts';
import type { Family, FamilyRow, Methods, Translation } from '../family.ts';
import { featuresOf, type Features } from '../features.ts';
import { projectedKernel } from './decomposition.ts';
import { distancesOf, nearestRows, type Nearest } from './neighbors.ts';

function neighboursOf(estimator: Estimator, x: Features, to: Translation): Nearest {
  const neighbours = estimator.part(estimator.fitted('nbrs_')) ?? estimator.malformed('nbrs_', 'neighbours');
  return nearestRows(neighbours, 'n_neighbors', x, to);
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

/** `sklearn.manifold.Isomap`: ways along the neighbours of training take the place of distances. */
function isomap(estimator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  if (estimator.has('radius'))
    return estimator.unsupported(
      'radius',
      'neighbours within a radius are as many as they are; n_neighbors is served',
    );
  const nearest = neighboursOf(estimator, x, to);
  const paths = estimator.matrix(estimator.fitted('dist_matrix_'));
  const ways = builder.add('shortestPaths', [distancesOf(nearest, to), nearest.codes], {}, { paths });
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
