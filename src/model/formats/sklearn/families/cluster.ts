import type { NewLabels } from '../../../plan/index.ts';
import { checkedMatrix } from '../checked.ts';
import { BisectingTree, leavesOf, type Leaf } from '../bisecting.ts';
import type { Estimator } from '../estimator.ts';
import type { Family, Methods, Translation } from '../family.ts';
import { featuresOf, type Features } from '../features.ts';
import { labelsOf } from '../labels.ts';
import { isBefore } from '../version.ts';

/**
 * Distances to centres. Very near a centre all that is left of the products is rounding, here as in the library (whose
 * products are fused): both are off by up to the root of float64's epsilon, times the length of the row.
 */
function distancesTo(
  estimator: Estimator,
  centres: string,
  x: Features,
  to: Translation,
  squared = false,
): number {
  const points = estimator.matrix(estimator.fitted(centres));
  return to.builder.add(
    'productDistances',
    [checkedMatrix(estimator, x, to)],
    { squared },
    { centres: points },
  );
}

/**
 * Codes of the nearest centre, the first of equally near ones. Roots may be equal where squares are not.
 * @param squared whether the library compares squares: `pairwise_distances_argmin` does until 0.19 and from 1.1 on
 */
function nearest(
  estimator: Estimator,
  centres: string,
  x: Features,
  to: Translation,
  squared = isBefore(estimator.version, 0, 20) || !isBefore(estimator.version, 1, 1),
): number {
  const distances = distancesTo(estimator, centres, x, to, squared);
  return to.builder.add('argmax', [to.builder.add('map', [distances], { function: 'negate' })]);
}

/** The largest of 2 x·c - c·c is the nearest centre's: what is the same for all centres is left out, as in the library. */
function closest(estimator: Estimator, name: string, x: Features, to: Translation): number {
  const { values, shape } = estimator.matrix(estimator.fitted(name));
  const [centres, width] = shape;
  const bias = Float64Array.from({ length: centres }, (_, centre) => {
    let sum = 0;
    for (const value of values.subarray(centre * width, (centre + 1) * width)) sum -= value * value;
    return sum;
  });
  const weights = { values: values.map(value => 2 * value), shape };
  const input = checkedMatrix(estimator, x, to);
  return to.builder.add('argmax', [to.builder.add('affine', [input], {}, { weights, bias })]);
}

/** `sklearn.cluster.KMeans`: labels are int32. */
function kMeans(estimator: Estimator, x: Features, to: Translation): Methods {
  const distances = distancesTo(estimator, 'cluster_centers_', x, to);
  const { width } = to.builder.typeOf(distances);
  // How near the largest numbers of float64 are to a centre depends on what is left out of the distance.
  const code = isBefore(estimator.version, 0, 23)
    ? nearest(estimator, 'cluster_centers_', x, to, true)
    : closest(estimator, 'cluster_centers_', x, to);
  const labels: NewLabels = { datatype: 'INT32', values: Int32Array.from(Array(width).keys()) };
  return {
    predict: { node: code, labels, vector: true },
    transform: featuresOf(to.builder, distances),
  };
}

/** `MeanShift` and `AffinityPropagation`: the number of the nearest centre. */
function nearestCentre(estimator: Estimator, x: Features, to: Translation): Methods {
  const node = nearest(estimator, 'cluster_centers_', x, to);
  const [width] = estimator.matrix('cluster_centers_').shape;
  const labels: NewLabels = {
    datatype: 'INT64',
    values: BigInt64Array.from(Array(width).keys(), BigInt),
  };
  return { predict: { node, labels, vector: true } };
}

/** `sklearn.cluster.Birch`: the label of the nearest subcluster. */
function birch(estimator: Estimator, x: Features, to: Translation): Methods {
  const distances = distancesTo(estimator, 'subcluster_centers_', x, to);
  const name = estimator.fitted('subcluster_labels_');
  const labels = labelsOf(estimator, name, estimator.array(name));
  const code = isBefore(estimator.version, 0, 23)
    ? closest(estimator, 'subcluster_centers_', x, to)
    : nearest(estimator, 'subcluster_centers_', x, to);
  return {
    predict: { node: code, labels, vector: true },
    transform: featuresOf(to.builder, distances),
  };
}

/** 2 x·c - c·c of each centre: what is the same for all centres is left out, as in the library. */
function affinities(x: number, centres: readonly Float64Array[], { builder }: Translation): number {
  const width = builder.typeOf(x).width;
  const values = new Float64Array(centres.length * width);
  for (const [at, centre] of centres.entries())
    values.set(
      centre.map(value => 2 * value),
      at * width,
    );
  const bias = Float64Array.from(centres, centre => -centre.reduce((sum, value) => sum + value * value, 0));
  return builder.add('affine', [x], {}, { weights: { values, shape: [centres.length, width] }, bias });
}

/**
 * For each leaf how many splits above it send the row its way, less how many there are: 0 for the leaf the row gets to,
 * less for all others.
 */
function leafOf(sides: number, leaves: readonly Leaf[], { builder }: Translation): number {
  const { width: splits } = builder.typeOf(sides);
  const values = new Float64Array(leaves.length * splits);
  const bias = new Float64Array(leaves.length);
  for (const [leaf, { path }] of leaves.entries())
    for (const [split, side] of path) {
      values[leaf * splits + split] = side === 1 ? 1 : -1;
      if (side === 1) bias[leaf] = (bias[leaf] as number) - 1;
    }
  const weights = { values, shape: [leaves.length, splits] };
  return builder.add('argmax', [builder.add('affine', [sides], {}, { weights, bias })]);
}

/** `sklearn.cluster.BisectingKMeans`: down a tree, to the nearer of two centres at each split. */
function bisecting(estimator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  const tree = new BisectingTree(estimator).read(estimator.raw(estimator.fitted('_bisecting_tree')));
  const { splits, leaves } = leavesOf(tree);
  const rows = checkedMatrix(estimator, x, to);
  const all = (side: 0 | 1): readonly Float64Array[] => splits.map(({ centres }) => centres[side]);
  const labels: NewLabels = { datatype: 'INT32', values: Int32Array.from(leaves, ({ label }) => label) };
  const transform = featuresOf(builder, distancesTo(estimator, 'cluster_centers_', x, to));
  if (splits.length === 0) {
    const alone = builder.add('constant', [rows], {}, { values: Float64Array.of(0) });
    return { predict: { node: builder.add('argmax', [alone]), labels, vector: true }, transform };
  }
  const difference = builder.add(
    'weightedSum',
    [affinities(rows, all(1), to), affinities(rows, all(0), to)],
    {},
    { weights: Float64Array.of(1, -1) },
  );
  const sides = builder.add('step', [difference], { threshold: 0 });
  return { predict: { node: leafOf(sides, leaves, to), labels, vector: true }, transform };
}

function widthOf(name: string): (estimator: Estimator) => number | undefined {
  return estimator => (estimator.has(name) ? estimator.matrix(name).shape[1] : undefined);
}

function facts(name: string): (estimator: Estimator) => Readonly<Record<string, number>> {
  return estimator => (estimator.has(name) ? { centres: estimator.matrix(name).shape[0] } : {});
}

const centres = { features: widthOf('cluster_centers_'), facts: facts('cluster_centers_') };

export const clusterFamily: Family = {
  'cluster.KMeans': { translate: kMeans, ...centres },
  'cluster.MiniBatchKMeans': { translate: kMeans, ...centres },
  'cluster.MeanShift': { translate: nearestCentre, ...centres },
  'cluster.AffinityPropagation': { translate: nearestCentre, ...centres },
  'cluster.BisectingKMeans': { translate: bisecting, ...centres },
  'cluster.Birch': {
    translate: birch,
    features: widthOf('subcluster_centers_'),
    facts: facts('subcluster_centers_'),
  },
};
