import { NdArray, PyObject } from '../../pickle/index.ts';
import { Estimator } from '../estimator.ts';
import { itemsOf } from '../python.ts';
import { depthOfTree, readTree, type FileTree } from './read.ts';

/** The trees of an ensemble, in order; of an array of them row by row. */
export function membersOf(ensemble: Estimator): readonly Estimator[] {
  const name = ensemble.fitted('estimators_');
  const value = ensemble.raw(name);
  const items =
    (value instanceof NdArray && value.dtype.kind === 'O' ? value.values() : itemsOf(value)) ??
    ensemble.malformed(name, 'a list of trees');
  if (items.length === 0) ensemble.malformed(name, 'at least one tree');
  return items.map((item, index) =>
    item instanceof PyObject
      ? new Estimator(item, `${ensemble.place}.estimators_[${index}]`, ensemble.version)
      : ensemble.malformed(name, 'a list of trees'),
  );
}

/** Until 1.0 the number of features had a name of its own. */
export function featureCountOf(estimator: Estimator): number | undefined {
  const name = estimator.anyOf('n_features_', 'n_features');
  return name === undefined ? undefined : estimator.count(name);
}

export function factsOfTrees(
  trees: readonly FileTree[],
  place: string,
): { readonly trees: number; readonly nodes: number; readonly depth: number } {
  return {
    trees: trees.length,
    nodes: trees.reduce((sum, tree) => sum + tree.left.length, 0),
    depth: trees.reduce((most, tree) => Math.max(most, depthOfTree(tree, place)), 0),
  };
}

export function ensembleFacts(ensemble: Estimator): Readonly<Record<string, number>> {
  return factsOfTrees(membersOf(ensemble).map(readTree), ensemble.place);
}
