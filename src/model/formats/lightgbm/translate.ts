import { deepestExplained, widestMatrix, type PlanBuilder } from '../../plan/index.ts';
import type { Booster, Tree } from './booster.ts';
import { linkOf, type Link } from './objective.ts';
import { explanation, hasCounts, leafNames, linearArrays, writeTrees, type Written } from './written.ts';

/** What a booster gives for each row, as nodes of a plan. */
export interface BoosterNodes {
  /** `predict(raw_score=True)`: `[rows, classes]`; of random forests too it is the sum of the iterations. */
  readonly margin: number;
  /** `predict()`: `[rows, classes]`; undefined where the file does not tell how sums become answers */
  readonly value: number | undefined;
  /** `predict(pred_leaf=True)`: `[rows, trees]`; undefined without trees */
  readonly leaf: number | undefined;
  /**
   * `predict(pred_contrib=True)`: `[rows, classes * (features + 1)]`; undefined for linear trees, which the library does
   * not explain either, and where the file does not tell how many rows each node saw.
   */
  readonly contribs: number | undefined;
}

/** Without trees the sums are 0: one leaf for each class says so. */
const nothing: Tree = {
  feature: new Int32Array(),
  threshold: new Float64Array(),
  decision: new Uint8Array(),
  left: new Int32Array(),
  right: new Int32Array(),
  gain: undefined,
  count: undefined,
  leafValue: new Float64Array(1),
  leafCount: undefined,
  categories: undefined,
  linear: undefined,
  depth: 0,
};

function canExplain({ features, classes }: Booster, { built, trees }: Written): boolean {
  return (
    built.depth <= deepestExplained &&
    classes * (features + 1) <= widestMatrix &&
    trees.every(tree => tree.linear === undefined && hasCounts(tree))
  );
}

/** `ConvertOutput` of the objectives. */
function valueOf(link: Link, sum: number, builder: PlanBuilder): number {
  switch (link.kind) {
    case 'identity':
      return sum;
    case 'softmax':
      return builder.add('softmax', [sum]);
    case 'sigmoid': {
      const attributes = { operation: 'multiply', operandToo: false };
      const scaled =
        link.scale === 1
          ? sum
          : builder.add('columnwise', [sum], attributes, { operand: Float64Array.of(link.scale) });
      return builder.add('map', [scaled], { function: 'sigmoid' });
    }
    case 'exp':
    case 'softplus':
    case 'signedSquare':
      return builder.add('map', [sum], { function: link.kind });
  }
}

/** `average_output`: the sums of random forests are divided before the objective has its say. */
function meanOf(booster: Booster, iterations: number, sum: number, builder: PlanBuilder): number {
  if (!booster.average) return sum;
  const attributes = { operation: 'divide', operandToo: false };
  return builder.add('columnwise', [sum], attributes, { operand: Float64Array.of(iterations) });
}

/**
 * Adds what a booster computes from the matrix `x`.
 * @param most iterations that are used, from the first on; 0 or less, and undefined, are all: `num_iteration` of `predict`
 * @throws `lightgbm-malformed`, `lightgbm-unsupported`
 */
export function addBooster(
  booster: Booster,
  x: number,
  most: number | undefined,
  builder: PlanBuilder,
): BoosterNodes {
  const link: Link = booster.sumsAreAnswers ? { kind: 'identity' } : linkOf(booster);
  const { classes, treesPerIteration } = booster;
  const all = booster.trees.length / treesPerIteration;
  const iterations = most !== undefined && most > 0 ? Math.min(most, all) : all;
  const none = iterations === 0;
  const trees = none
    ? Array.from({ length: classes }, () => nothing)
    : booster.trees.slice(0, iterations * treesPerIteration);
  const written = writeTrees(booster, trees);
  const { built, targets } = written;
  const attributes = { ...built.attributes, width: classes, sum: 'f64' };
  const arrays = { ...built.arrays, leaves: built.leaves, ...(targets === undefined ? {} : { targets }) };
  const margin = builder.add('trees', [x], attributes, { ...arrays, ...linearArrays(written) });
  const value = booster.tellsAnswers
    ? valueOf(link, meanOf(booster, iterations, margin, builder), builder)
    : undefined;
  if (none) return { margin, value, leaf: undefined, contribs: undefined };
  const leaf = builder.add('treeLeaves', [x], built.attributes, {
    ...built.arrays,
    names: leafNames(written),
  });
  const contribs = canExplain(booster, written)
    ? builder.add('treeContributions', [x], attributes, { ...arrays, ...explanation(written) })
    : undefined;
  return { margin, value, leaf, contribs };
}
