import { deepestExplained, widestMatrix, type PlanBuilder } from '../../plan/index.ts';
import { isBefore, type Booster, type LinearModel, type TreeModel } from './booster.ts';
import { baseMarginOf, linkOf, smallest, type Link } from './objective.ts';
import { explanation, leafNames, writeTrees, type Written } from './trees.ts';

/** What a booster gives for each row, as nodes of a plan. All are float32 but `leaf`. */
export interface BoosterNodes {
  /** `predict(output_margin=True)`: [rows, outputs]. */
  readonly margin: number;
  /** `predict()`: [rows, outputs], or [rows, 1] for the class of `multi:softmax`. */
  readonly value: number;
  /** Probabilities by class, [rows, 2] for two; undefined when the objective gives none. */
  readonly probabilities: number | undefined;
  /** `predict(pred_leaf=True)`: [rows, trees], undefined for linear models. */
  readonly leaf: number | undefined;
  /** `predict(pred_contribs=True)`: [rows, outputs * (features + 1)]; undefined when the file has no covers. */
  readonly contribs: number | undefined;
}

/** The number of trees of the first `rounds` boosting rounds; all when the file does not tell, or has fewer. */
export function treesOfRounds({ model }: Booster, rounds: number): number {
  if (model.kind === 'linear') return 0;
  return model.roundStarts?.[rounds] ?? model.trees.length;
}

/** Values that are missing, and values that no release takes: from 1.4 on infinities are refused. */
function inputOf(booster: Booster, given: number, missing: number, builder: PlanBuilder): number {
  const x = Number.isNaN(missing) ? given : builder.add('nanWhere', [given], { value: missing });
  if (isBefore(booster, 1, 4) || builder.typeOf(x).kind !== 'matrix') return x;
  return builder.add('finite', [x], { owner: 'XGBoost', nan: 'allow', range: 'f32' });
}

interface Sums {
  readonly margin: number;
  readonly leaf: number | undefined;
  readonly contribs: number | undefined;
}

/** `gblinear`: the bias, the base score, and a product for each column that is there. */
function linearSums(
  { features, outputs }: Booster,
  model: LinearModel,
  base: Float64Array,
  x: number,
  builder: PlanBuilder,
): Sums {
  const values = Float64Array.from({ length: features * outputs }, (_, at) => {
    const output = Math.floor(at / features);
    return model.weights[(at % features) * outputs + output] as number;
  });
  // The first base score counts for all outputs, also in releases that have one for each.
  const bias = base.map((_, output) =>
    Math.fround((model.weights[features * outputs + output] as number) + (base[0] as number)),
  );
  const arrays = { weights: { values, shape: [outputs, features] }, bias };
  const margin = builder.add('affine32', [x], {}, arrays);
  const fits = outputs * (features + 1) <= widestMatrix;
  return { margin, leaf: undefined, contribs: fits ? builder.add('terms32', [x], {}, arrays) : undefined };
}

/** Without trees only the base score is left: no weight, for a single column of the input. */
function noTrees({ outputs }: Booster, base: Float64Array, x: number, builder: PlanBuilder): Sums {
  const first = builder.add('columns', [x], {}, { indices: Int32Array.of(0) });
  const column = builder.typeOf(first).kind === 'matrix' ? first : builder.add('dense', [first]);
  const weights = { values: new Float64Array(outputs), shape: [outputs, 1] };
  const margin = builder.add('affine32', [column], {}, { weights, bias: base });
  return { margin, leaf: undefined, contribs: undefined };
}

function canExplain({ model, features, outputs }: Booster, { built }: Written): boolean {
  return (
    model.kind === 'trees' &&
    built.depth <= deepestExplained &&
    outputs * (features + 1) <= widestMatrix &&
    model.trees.every(tree => tree.cover.length === tree.left.length)
  );
}

/** Until 1.2 the trees were added up first and the base score then; since 1.3 each tree is added to the base score. */
function treeSums(
  booster: Booster,
  model: TreeModel,
  count: number,
  base: Float64Array,
  x: number,
  builder: PlanBuilder,
): Sums {
  if (count === 0) return noTrees(booster, base, x, builder);
  const written = writeTrees(booster, model, count);
  const { built, width, targets } = written;
  const attributes = { ...built.attributes, width, sum: 'f32' };
  const arrays = { ...built.arrays, leaves: built.leaves, ...(targets === undefined ? {} : { targets }) };
  const startsAtBase = !isBefore(booster, 1, 3);
  const sum = builder.add('trees', [x], attributes, startsAtBase ? { ...arrays, start: base } : arrays);
  const margin = startsAtBase
    ? sum
    : builder.add('cast32', [
        builder.add('columnwise', [sum], { operation: 'add', operandToo: false }, { operand: base }),
      ]);
  const leaf = builder.add('treeLeaves', [x], built.attributes, {
    ...built.arrays,
    names: leafNames(written),
  });
  if (!canExplain(booster, written)) return { margin, leaf, contribs: undefined };
  const contribs = builder.add('treeContributions', [x], attributes, {
    ...arrays,
    start: base,
    ...explanation(written),
  });
  return { margin, leaf, contribs };
}

function valueOf({ toValue }: Link, margin: number, builder: PlanBuilder): number {
  switch (toValue) {
    case 'identity':
      return margin;
    case 'argmax':
      return builder.add('codeNumbers', [builder.add('argmax', [margin])]);
    case 'softmax':
      return builder.add('softmax32', [margin]);
    case 'sorted':
      return builder.add('sortRows', [margin]);
    case 'rising':
      return builder.add('rise32', [margin], { gap: smallest });
    case 'sigmoid':
    case 'exp':
    case 'step':
      return builder.add('map32', [margin], { function: toValue });
  }
}

/** 1 - p in float32, as the wrappers compute it, beside p. */
function probabilitiesOf(
  { outputs }: Booster,
  { toValue }: Link,
  margin: number,
  value: number,
  builder: PlanBuilder,
): number | undefined {
  if (toValue === 'softmax' || (toValue === 'sigmoid' && outputs > 1)) return value;
  if (toValue === 'argmax') return builder.add('softmax32', [margin]);
  if (toValue !== 'sigmoid') return undefined;
  return builder.add('cast32', [builder.add('twoSided', [value], { form: 'complement' })]);
}

export interface Asked {
  /** The value that stands for missing ones besides NaN; NaN when there is none. */
  readonly missing: number;
  /** How many trees are used, from the first on; all of them when undefined. */
  readonly trees: number | undefined;
}

/**
 * Adds what a booster computes from the matrix (or sparse rows) `given`.
 * @throws `xgboost-unsupported`, `xgboost-malformed`
 */
export function addBooster(
  booster: Booster,
  given: number,
  { missing, trees }: Asked,
  builder: PlanBuilder,
): BoosterNodes {
  const link = linkOf(booster);
  const base = baseMarginOf(booster, link);
  const x = inputOf(booster, given, missing, builder);
  const { model } = booster;
  const { margin, leaf, contribs } =
    model.kind === 'linear'
      ? linearSums(booster, model, base, x, builder)
      : treeSums(booster, model, Math.min(trees ?? model.trees.length, model.trees.length), base, x, builder);
  const value = valueOf(link, margin, builder);
  return {
    margin,
    value,
    probabilities: probabilitiesOf(booster, link, margin, value, builder),
    leaf,
    contribs,
  };
}
