import { widestMatrix } from '../../plan/index.ts';
import type { Booster, BoosterTree } from './booster.ts';
import { malformed } from './errors.ts';

/** More would make answers of a row that no client can want, and tables that a small file should not ask for. */
const mostOutputs = 65_536;

/** A base score as text: `5E-1`, or from 3.1 on `[5E-1,2E0]`. */
export function baseScoreOf(text: string): Float32Array {
  const inner = /^\s*\[(.*)\]\s*$/s.exec(text)?.[1] ?? text;
  const values = Float32Array.from(inner.split(','), part => (part.trim() === '' ? NaN : Number(part)));
  return values.every(Number.isFinite)
    ? values
    : malformed(`base_score is ${JSON.stringify(text.slice(0, 60))}, expected a number or a list of numbers`);
}

/** Trees that a boosting round adds; undefined where it is not known how many. */
export function treesPerRound(parallel: number, outputs: number): number | undefined {
  return parallel > 0 ? parallel * outputs : undefined;
}

/** Starts of the rounds when each has the same number of trees. */
export function roundStartsOf(trees: number, perRound: number | undefined): Int32Array | undefined {
  if (perRound === undefined || trees % perRound !== 0) return undefined;
  return Int32Array.from({ length: trees / perRound + 1 }, (_, round) => round * perRound);
}

function checkRounds(starts: Int32Array, trees: number): void {
  const rises = starts.every((start, round) => start >= (starts[round - 1] ?? 0));
  if (!rises || (starts.at(-1) ?? 0) > trees)
    malformed(`iteration_indptr must rise from 0 to at most ${trees}, the number of trees`);
}

function checkTree({ vectors }: BoosterTree, index: number, outputs: number): void {
  if (vectors !== undefined && vectors.width !== outputs)
    malformed(`trees[${index}] has leaves of ${vectors.width} numbers, the model gives ${outputs}`);
}

function checkModel({ model, features, outputs }: Booster): void {
  if (model.kind === 'linear') {
    if (model.weights.length !== (features + 1) * outputs)
      malformed(`${model.weights.length} weights, expected ${features + 1} for each of ${outputs} outputs`);
    return;
  }
  const { trees, groupOf, weights, roundStarts } = model;
  for (const [index, tree] of trees.entries()) checkTree(tree, index, outputs);
  for (const group of groupOf)
    if (group < 0 || group >= outputs) malformed(`tree_info has ${group}, expected 0 to ${outputs - 1}`);
  const isMixed =
    trees.some(tree => tree.vectors !== undefined) && trees.some(tree => tree.vectors === undefined);
  if (isMixed) malformed('some trees have leaves of one number, others of several');
  if (weights !== undefined && weights.length !== trees.length)
    malformed(`${weights.length} weights of trees, expected ${trees.length}`);
  if (roundStarts !== undefined) checkRounds(roundStarts, trees.length);
}

/** @throws `xgboost-malformed` when the parts of a booster do not fit each other */
export function checkBooster(booster: Booster): Booster {
  const { features, outputs, classes, targets, baseScore, featureNames, featureTypes } = booster;
  if (features < 1 || features > widestMatrix)
    malformed(
      `num_feature is ${features}, expected 1 to ${widestMatrix}: was the model saved before it was trained?`,
    );
  if (classes < 0) malformed(`num_class is ${classes}, expected 0 or more`);
  if (outputs > mostOutputs) malformed(`${outputs} outputs, expected 1 to ${mostOutputs}`);
  if (classes > 1 && targets > 1) malformed(`${classes} classes of ${targets} targets`);
  if (baseScore.length !== 1 && baseScore.length !== outputs)
    malformed(`base_score has ${baseScore.length} numbers, expected 1 or ${outputs}`);
  for (const [name, list] of [
    ['feature_names', featureNames],
    ['feature_types', featureTypes],
  ] as const)
    if (list !== undefined && list.length !== features)
      malformed(`${name} has ${list.length} elements, expected ${features}`);
  checkModel(booster);
  return booster;
}
