import { NdArray, PyDict, PyObject } from '../../pickle/index.ts';
import { depthOf, type Fail } from '../../trees/index.ts';
import { sklearnErrors } from '../errors.ts';
import type { Estimator } from '../estimator.ts';

/** `sklearn.tree._tree.Tree` as the file has it; node 0 is the root, a leaf has no children (-1). */
export interface FileTree {
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly feature: Int32Array;
  readonly threshold: Float64Array;
  /** 1 where NaN goes to the left; absent before 1.3. */
  readonly missingLeft?: Uint8Array | undefined;
  /** Rows of training that reached each node. */
  readonly samples?: Int32Array | undefined;
  /** Row-major [nodes, outputs, classes]. */
  readonly values: Float64Array;
  readonly outputs: number;
  readonly classes: number;
}

function malformed(place: string, problem: string): never {
  throw sklearnErrors.make['sklearn-malformed'](`${place}.tree_: ${problem}`);
}

function arrayOf(state: PyDict, name: string, place: string): NdArray {
  const found = state.get(name);
  return found instanceof NdArray ? found : malformed(place, `the tree has no array ${name}`);
}

/** How a tree of an estimator says that it contradicts itself. */
export function failAt(place: string): Fail {
  return problem => malformed(place, problem);
}

/**
 * Levels below the root of a tree.
 * @throws `sklearn-malformed` when it is no tree
 */
export function depthOfTree(tree: FileTree, place: string): number {
  return depthOf(tree, failAt(place));
}

/** A tree is asked for twice: to describe it, and to translate it. */
const readBefore = new WeakMap<PyObject, FileTree>();

/** @throws `sklearn-malformed` when it is no tree, or its arrays are of different lengths */
export function readTree(estimator: Estimator): FileTree {
  const { place } = estimator;
  const object = estimator.raw(estimator.fitted('tree_'));
  if (!(object instanceof PyObject)) return malformed(place, 'it is not a Tree');
  const known = readBefore.get(object);
  if (known !== undefined) return known;
  const tree = readState(object, place);
  readBefore.set(object, tree);
  return tree;
}

function readState({ state }: PyObject, place: string): FileTree {
  if (!(state instanceof PyDict)) return malformed(place, 'the tree has no state');
  const nodes = arrayOf(state, 'nodes', place);
  const values = arrayOf(state, 'values', place);
  const [count, outputs, classes, more] = values.shape;
  if (count === undefined || outputs === undefined || classes === undefined || more !== undefined)
    return malformed(place, `values have shape (${values.shape.join(', ')}), expected three dimensions`);
  if (nodes.shape.length !== 1 || nodes.size !== count || count === 0)
    return malformed(place, `${nodes.size} nodes for ${count} values`);
  const hasMissing = nodes.dtype.fields.some(field => field.name === 'missing_go_to_left');
  return {
    left: nodes.field('left_child').int32(),
    right: nodes.field('right_child').int32(),
    feature: nodes.field('feature').int32(),
    threshold: nodes.field('threshold').float64(),
    missingLeft: hasMissing ? Uint8Array.from(nodes.field('missing_go_to_left').int32()) : undefined,
    samples: nodes.field('n_node_samples').int32(),
    values: values.float64(),
    outputs,
    classes,
  };
}
