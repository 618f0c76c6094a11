import type { Estimator } from '../estimator.ts';
import type { Family, FamilyRow, Part } from '../family.ts';
import { partIn } from '../members.ts';

/** An estimator whose every answer is that of the one inside it, kept in one of these attributes. */
function standsFor(...attributes: readonly string[]): FamilyRow {
  const inside = (estimator: Estimator): Part => partIn(estimator, ...attributes);
  return {
    translate(estimator, x, to) {
      const { part, place } = inside(estimator);
      return to.translate(part, place, estimator, x);
    },
    inverse(estimator, y, to) {
      const { part, place } = inside(estimator);
      return to.inverse(part, place, estimator, y);
    },
    features(estimator, to) {
      const { part, place } = inside(estimator);
      return to.featuresOf(part, place, estimator);
    },
    reader: estimator => (estimator.anyOf(...attributes) === undefined ? undefined : inside(estimator)),
    parts: estimator =>
      estimator.anyOf(...attributes) === undefined
        ? []
        : [{ ...inside(estimator), name: estimator.fitted(...attributes) }],
  };
}

export const delegateFamily: Family = {
  'frozen.FrozenEstimator': standsFor('estimator'),
  // `base_estimator_` until 1.5.
  'semi_supervised.SelfTrainingClassifier': standsFor('estimator_', 'base_estimator_'),
};
