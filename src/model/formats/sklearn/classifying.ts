import type { NewLabels } from '../../plan/index.ts';
import type { Column, Translation } from './family.ts';

/**
 * The labels of a classifier's decisions: above the threshold is the second of two classes, the largest is the class of
 * several.
 */
export function decidedLabels(
  node: number,
  labels: NewLabels,
  { builder }: Translation,
  threshold = 0,
): Column {
  const { width } = builder.typeOf(node);
  const codes = width === 1 ? builder.add('above', [node], { threshold }) : builder.add('argmax', [node]);
  return { node: codes, labels, vector: true };
}

/** Decisions as they are answered: a vector for two classes. */
export function decisionColumn(node: number, { builder }: Translation): Column {
  return { node, vector: builder.typeOf(node).width === 1 };
}

/** Whole numbers 0 and 1 for each label of a multilabel classifier. */
export const indicator: NewLabels = { datatype: 'INT64', values: BigInt64Array.of(0n, 1n) };

/** Which labels a row has: those whose score is above the threshold. */
export function labelsAbove(node: number, threshold: number, { builder }: Translation): Column {
  return { node: builder.add('above', [node], { threshold }), labels: indicator };
}

/** A sigmoid of each decision; those of several classes are then divided by their sum. */
export function sigmoidProbabilities(
  decisions: number,
  zero: 'divide' | 'even',
  { builder }: Translation,
): number {
  const { width, single } = builder.typeOf(decisions);
  const sigmoid = builder.add('map', [decisions], { function: 'sigmoid' }, {}, { single });
  return width === 1
    ? builder.add('twoSided', [sigmoid], { form: 'complement' }, {}, { single })
    : builder.add('normalizeRows', [sigmoid], { zero }, {}, { single });
}

/** Probabilities with their logarithms. */
export function withLogs(
  proba: number,
  { builder }: Translation,
  log: 'log' | 'logPositive' = 'log',
): { readonly predict_proba: Column; readonly predict_log_proba: Column } {
  const { single } = builder.typeOf(proba);
  return {
    predict_proba: { node: proba },
    predict_log_proba: { node: builder.add('map', [proba], { function: log }, {}, { single }) },
  };
}
