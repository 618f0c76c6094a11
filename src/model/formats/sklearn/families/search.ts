import type { Estimator } from '../estimator.ts';
import type { Family, FamilyRow, Part } from '../family.ts';
import { partIn } from '../members.ts';

/** What the search fitted on all data in the end. */
function best(search: Estimator): Part {
  if (!search.has('best_estimator_') && search.raw('refit') === false)
    return search.unsupported('refit', 'it kept the scores of its candidates, and none of the candidates');
  return partIn(search, 'best_estimator_');
}

/** `sklearn.model_selection.GridSearchCV` and its like: each method is that of `best_estimator_`. */
const row: FamilyRow = {
  translate(search, x, to) {
    const { part, place } = best(search);
    return to.translate(part, place, search, x);
  },
  inverse(search, y, to) {
    const { part, place } = best(search);
    return to.inverse(part, place, search, y);
  },
  features(search, to) {
    const { part, place } = best(search);
    return to.featuresOf(part, place, search);
  },
  reader: search => (search.has('best_estimator_') ? best(search) : undefined),
  parts: search => (search.has('best_estimator_') ? [{ name: 'best_estimator_', ...best(search) }] : []),
};

export const searchFamily: Family = {
  'model_selection.GridSearchCV': row,
  'model_selection.RandomizedSearchCV': row,
  'model_selection.HalvingGridSearchCV': row,
  'model_selection.HalvingRandomSearchCV': row,
  // Until 0.19 there was an older pair beside them.
  'grid_search.GridSearchCV': row,
  'grid_search.RandomizedSearchCV': row,
};
