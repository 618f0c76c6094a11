import { columnOf } from '../answers.ts';
import type { Estimator } from '../estimator.ts';
import type { Family, Methods, Translation } from '../family.ts';
import { featuresOf, type Features } from '../features.ts';
import { partIn } from '../members.ts';

/** `sklearn.compose.TransformedTargetRegressor`: what the regressor predicts is turned back into targets. */
function transformedTarget(estimator: Estimator, x: Features, to: Translation): Methods {
  const part = partIn(estimator, 'regressor_');
  const methods = to.translate(part.part, part.place, estimator, x);
  const { node } = columnOf({ part, methods }, 'predict');
  const transformer = partIn(estimator, 'transformer_');
  const y = featuresOf(to.builder, node);
  const back = to.inverse(transformer.part, transformer.place, estimator, y);
  const isVector = back.width === 1 && estimator.number('_training_dim') === 1;
  return { predict: { node: back.matrix(), vector: isVector } };
}

export const targetFamily: Family = {
  'compose.TransformedTargetRegressor': {
    translate: transformedTarget,
    features(estimator, to) {
      const { part, place } = partIn(estimator, 'regressor_');
      return to.featuresOf(part, place, estimator);
    },
    reader: estimator => (estimator.has('regressor_') ? partIn(estimator, 'regressor_') : undefined),
    parts: estimator => ['regressor_', 'transformer_'].map(name => ({ ...partIn(estimator, name), name })),
  },
};
