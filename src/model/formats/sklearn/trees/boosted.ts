import type { NewLabels } from '../../../plan/index.ts';
import type { Column, Methods, Translation } from '../family.ts';

/** How raw scores become classes, as the versions of the boosters have it. */
export interface ClassifierForm {
  /** A single column for two classes is multiplied by it before the sigmoid. */
  readonly slope: 1 | 2;
  /**
   * By what two classes are told apart: the raw score is at least 0, above 0, or the second probability is larger than the
   * first.
   */
  readonly binary: 'at-least' | 'above' | 'probability';
  /** Several classes: probabilities by `softmax`, or as exp(x - logsumexp(x)), which differ in their last digits. */
  readonly several: 'softmax' | 'logsumexp';
  /** Whether the largest of several is looked for among the probabilities or the raw scores. */
  readonly largest: 'probability' | 'raw';
}

function probabilitiesOf(raw: number, { slope, several }: ClassifierForm, { builder }: Translation): number {
  if (builder.typeOf(raw).width === 1) {
    const scaled =
      slope === 1
        ? raw
        : builder.add(
            'columnwise',
            [raw],
            { operation: 'multiply', operandToo: false },
            { operand: Float64Array.of(slope) },
          );
    const positive = builder.add('map', [scaled], { function: 'sigmoid' });
    return builder.add('twoSided', [positive], { form: 'complement' });
  }
  if (several === 'softmax') return builder.add('softmax', [raw]);
  return builder.add('map', [builder.add('logNormalize', [raw])], { function: 'exp' });
}

function codesOf(
  raw: number,
  probabilities: number,
  { binary, largest }: ClassifierForm,
  { builder }: Translation,
): number {
  if (builder.typeOf(raw).width > 1) return builder.add('argmax', [largest === 'raw' ? raw : probabilities]);
  if (binary === 'probability') return builder.add('argmax', [probabilities]);
  // The largest number below 0: what is above it is at least 0.
  return builder.add('above', [raw], { threshold: binary === 'at-least' ? -Number.MIN_VALUE : 0 });
}

/** Methods of a booster that classifies, from its raw scores: one column for two classes, else one for each. */
export function boostedClasses(
  raw: number,
  labels: NewLabels,
  form: ClassifierForm,
  to: Translation,
): Methods {
  const { builder } = to;
  const probabilities = probabilitiesOf(raw, form, to);
  const decision: Column = { node: raw, vector: builder.typeOf(raw).width === 1 };
  return {
    predict: { node: codesOf(raw, probabilities, form, to), labels, vector: true },
    predict_proba: { node: probabilities },
    predict_log_proba: { node: builder.add('map', [probabilities], { function: 'log' }) },
    decision_function: decision,
  };
}
