import type { NewLabels } from '../../../plan/index.ts';
import { checkedMatrix } from '../checked.ts';
import type { Estimator } from '../estimator.ts';
import type { Family, Methods, Translation } from '../family.ts';
import { featuresOf, type Features } from '../features.ts';
import { labelsOf } from '../labels.ts';
import { isBefore } from '../version.ts';

/** Codes of the nearest centre; the first of equally near ones. */
function nearest(distances: number, { builder }: Translation): number {
  return builder.add('argmax', [builder.add('map', [distances], { function: 'negate' })]);
}

function distancesTo(estimator: Estimator, centres: string, x: Features, to: Translation): number {
  const points = estimator.matrix(estimator.fitted(centres));
  return to.builder.add('productDistances', [checkedMatrix(estimator, x, to)], {}, { centres: points });
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
    ? nearest(distances, to)
    : closest(estimator, 'cluster_centers_', x, to);
  const labels: NewLabels = { datatype: 'INT32', values: Int32Array.from(Array(width).keys()) };
  return {
    predict: { node: code, labels, vector: true },
    transform: featuresOf(to.builder, distances),
  };
}

/** `MeanShift` and `AffinityPropagation`: the number of the nearest centre. */
function nearestCentre(estimator: Estimator, x: Features, to: Translation): Methods {
  const distances = distancesTo(estimator, 'cluster_centers_', x, to);
  const { width } = to.builder.typeOf(distances);
  const labels: NewLabels = {
    datatype: 'INT64',
    values: BigInt64Array.from(Array(width).keys(), BigInt),
  };
  return { predict: { node: nearest(distances, to), labels, vector: true } };
}

/** `sklearn.cluster.Birch`: the label of the nearest subcluster. */
function birch(estimator: Estimator, x: Features, to: Translation): Methods {
  const distances = distancesTo(estimator, 'subcluster_centers_', x, to);
  const name = estimator.fitted('subcluster_labels_');
  const labels = labelsOf(estimator, name, estimator.array(name));
  const code = isBefore(estimator.version, 0, 23)
    ? closest(estimator, 'subcluster_centers_', x, to)
    : nearest(distances, to);
  return {
    predict: { node: code, labels, vector: true },
    transform: featuresOf(to.builder, distances),
  };
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
  'cluster.Birch': {
    translate: birch,
    features: widthOf('subcluster_centers_'),
    facts: facts('subcluster_centers_'),
  },
};
