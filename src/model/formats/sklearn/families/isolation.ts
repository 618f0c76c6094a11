import { NdArray, type PyValue } from '../../pickle/index.ts';
import { float64Below } from '../../trees/index.ts';
import type { Estimator } from '../estimator.ts';
import type { Family, Methods, Translation } from '../family.ts';
import type { Features } from '../features.ts';
import { logOf } from '../trees/logarithm.ts';
import { ensembleFacts, featureCountOf, membersOf } from '../trees/members.ts';
import { readTree, type FileTree } from '../trees/read.ts';
import { sumOfTrees, treeInput } from '../trees/sum.ts';
import { isBefore, type Version } from '../version.ts';

/** Euler's constant, as NumPy has it and as 0.18 wrote it. */
const gamma = 0.577_215_664_901_532_9;
const shortGamma = 0.577_215_664_9;

/** `_average_path_length`: how far one would still walk in a leaf of several rows. */
function pathLeft(rows: number, version: Version): number {
  // Until 0.20 a leaf of one row counted 1, and one of two rows was no case of its own.
  const isEarly = isBefore(version, 0, 21);
  if (rows <= 1) return isEarly ? 1 : 0;
  if (rows === 2 && !isEarly) return 1;
  const log = isBefore(version, 0, 20) ? logOf(rows) + shortGamma : logOf(rows - 1) + gamma;
  return 2 * log - (2 * (rows - 1)) / rows;
}

/** Splits above each node. */
function depthsOf({ left, right }: FileTree): Int32Array {
  const depths = new Int32Array(left.length);
  // A file may lead its nodes in a circle; the trees are built before, which finds that.
  for (let open = [0]; open.length > 0;) {
    const next: number[] = [];
    for (const node of open) {
      if ((left[node] as number) < 0) continue;
      for (const child of [left[node] as number, right[node] as number]) {
        depths[child] = (depths[node] as number) + 1;
        next.push(child);
      }
    }
    open = next;
  }
  return depths;
}

function featuresAt(forest: Estimator, value: PyValue | undefined): Int32Array {
  return value instanceof NdArray && 'biu'.includes(value.dtype.kind)
    ? value.int32()
    : forest.malformed('estimators_features_', 'lists of features');
}

/** Trees are trained on some of the features: their nodes count among these. A tree that has all takes them as they come. */
function amongAll(forest: Estimator, tree: FileTree, index: number, width: number): FileTree {
  const lists = forest.raw('estimators_features_');
  if (!Array.isArray(lists)) return tree;
  const chosen = featuresAt(forest, (lists as readonly PyValue[])[index]);
  if (chosen.length === width) return tree;
  return { ...tree, feature: tree.feature.map(feature => chosen[feature] ?? -1) };
}

/** NaN and infinities pass since 1.6. */
function inputOf(forest: Estimator, x: Features, to: Translation): number {
  if (isBefore(forest.version, 1, 6)) return treeInput(forest.name, x, false, to);
  const given = x.numbers();
  return to.builder.typeOf(given).kind === 'sparse' ? given : to.builder.add('cast32', [given]);
}

/** The sum over the trees of what a row walks in them, and of what is left to walk. */
function walked(forest: Estimator, trees: readonly FileTree[], x: Features, to: Translation): number {
  const input = inputOf(forest, x, to);
  const { width } = to.builder.typeOf(input);
  const { version } = forest;
  const depths = new WeakMap<Int32Array, Int32Array>();
  return sumOfTrees(
    forest,
    trees.map((tree, index) => amongAll(forest, tree, index, width)),
    input,
    {
      width: 1,
      missing: !isBefore(version, 1, 6),
      leaf(tree, node, target) {
        const known = depths.get(tree.left) ?? depthsOf(tree);
        depths.set(tree.left, known);
        const depth = known[node] as number;
        const left = pathLeft(rowsIn(forest, tree, node), version);
        // Nodes were counted from 0.21 on, and 1 taken off afterwards.
        target[0] = isBefore(version, 0, 21) ? depth + left : depth + 1 + left - 1;
      },
    },
    to,
  );
}

function rowsIn(forest: Estimator, { samples }: FileTree, node: number): number {
  const rows = samples?.[node] ?? 0;
  return rows >= 1 ? rows : forest.malformed('estimators_', 'trees whose leaves have rows');
}

function columnwise(node: number, operation: string, operand: number, { builder }: Translation): number {
  return builder.add(
    'columnwise',
    [node],
    { operation, operandToo: false },
    { operand: Float64Array.of(operand) },
  );
}

/** -2^(-walked / expected): how much like the others a row is, above -1. */
function similarity(forest: Estimator, x: Features, to: Translation): number {
  const { builder } = to;
  const trees = membersOf(forest).map(readTree);
  const sum = walked(forest, trees, x, to);
  const each = pathLeft(forest.count('max_samples_'), forest.version);
  let ratio: number;
  if (isBefore(forest.version, 0, 21))
    ratio = columnwise(columnwise(sum, 'divide', trees.length, to), 'divide', each, to);
  else if (each === 0 && !isBefore(forest.version, 1, 0))
    ratio = columnwise(columnwise(sum, 'multiply', 0, to), 'add', 1, to);
  else ratio = columnwise(sum, 'divide', trees.length * each, to);
  const score = builder.add('map', [builder.add('map', [ratio], { function: 'negate' })], {
    function: 'exp2',
  });
  return builder.add('map', [score], { function: 'negate' });
}

const labels = { datatype: 'INT64', values: BigInt64Array.of(-1n, 1n) } as const;

/** `sklearn.ensemble.IsolationForest` as it has been since 0.20 */
function isolationForest(forest: Estimator, x: Features, to: Translation): Methods {
  const scores = similarity(forest, x, to);
  const decision = columnwise(scores, 'subtract', forest.number(forest.fitted('offset_')), to);
  // 0.20 and 0.21 could still be asked to behave as before.
  const limit = forest.has('_threshold_') ? forest.number('_threshold_') : 0;
  const inside = to.builder.add('above', [decision], { threshold: float64Below(limit) });
  return {
    predict: { node: inside, labels, vector: true },
    score_samples: { node: scores, vector: true },
    decision_function: { node: decision, vector: true },
  };
}

/** 0.18 and 0.19 had no `score_samples`, and a row on the threshold was an outlier. */
function firstIsolationForest(forest: Estimator, x: Features, to: Translation): Methods {
  const decision = columnwise(similarity(forest, x, to), 'add', 0.5, to);
  const threshold = forest.number(forest.fitted('threshold_'));
  const inside = to.builder.add('above', [decision], { threshold });
  return {
    predict: { node: inside, labels, vector: true },
    decision_function: { node: decision, vector: true },
  };
}

export const isolationFamily: Family = {
  'ensemble.IsolationForest': {
    translate: (forest, x, to) =>
      isBefore(forest.version, 0, 20) ? firstIsolationForest(forest, x, to) : isolationForest(forest, x, to),
    features: featureCountOf,
    facts: ensembleFacts,
  },
};
