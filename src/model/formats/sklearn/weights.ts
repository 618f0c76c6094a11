import { PyDict } from '../pickle/index.ts';
import type { Estimator } from './estimator.ts';
import type { Translation } from './family.ts';
import { featuresOf, type Features } from './features.ts';
import { numberOf } from './python.ts';

/** `transformer_weights` of a FeatureUnion or ColumnTransformer: by name, undefined for 1. */
function weightOf(estimator: Estimator, name: string): number | undefined {
  const weights = estimator.raw('transformer_weights');
  if (weights === undefined || weights === null) return undefined;
  if (!(weights instanceof PyDict)) return estimator.malformed('transformer_weights', 'a dict');
  const weight = weights.get(name);
  if (weight === undefined || weight === null) return undefined;
  return numberOf(weight) ?? estimator.malformed('transformer_weights', 'numbers by name');
}

/** What a transformer gives, multiplied by its weight. */
export function weighted(
  estimator: Estimator,
  name: string,
  features: Features,
  { builder }: Translation,
): Features {
  const weight = weightOf(estimator, name);
  if (weight === undefined) return features;
  const attributes = { operation: 'multiply', operandToo: false };
  return featuresOf(
    builder,
    builder.add('columnwise', [features.matrix()], attributes, { operand: Float64Array.of(weight) }),
  );
}
