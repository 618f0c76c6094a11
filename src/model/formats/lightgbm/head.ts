import type { Booster } from './booster.ts';
import { lightgbmErrors } from './errors.ts';

/** No matrix of a plan is wider, so that a model of more columns could not be asked anything. */
const mostFeatures = 2 ** 24;

function malformed(problem: string): never {
  throw lightgbmErrors.make['lightgbm-malformed'](problem);
}

/**
 * Checks what the head of a model says against its trees.
 * @throws `lightgbm-malformed`, `lightgbm-too-large`
 */
export function checkBooster({ features, featureNames, treesPerIteration, classes, trees }: Booster): void {
  if (features > mostFeatures)
    throw lightgbmErrors.make['lightgbm-too-large'](
      `the model has ${features} features, expected at most ${mostFeatures}`,
    );
  if (featureNames.length !== features)
    malformed(`feature_names lists ${featureNames.length}, but max_feature_idx is ${features - 1}`);
  if (treesPerIteration !== classes)
    malformed(`num_tree_per_iteration is ${treesPerIteration}, but num_class is ${classes}`);
  if (trees.length % treesPerIteration !== 0)
    malformed(`${trees.length} trees are not whole iterations of ${treesPerIteration}`);
}

/**
 * Categorical columns: the setting `categorical_feature` where it lists indices, else those whose range in
 * `feature_infos` is a list of categories (`1:4:0`) and no interval (`[0:1]`).
 */
export function columnsOf(
  setting: string | undefined,
  infos: readonly string[] | undefined,
): readonly number[] | undefined {
  if (setting !== undefined && /^\d{1,9}(,\d{1,9})*$/.test(setting))
    return setting
      .split(',')
      .map(Number)
      .sort((a, b) => a - b);
  return infos?.flatMap((info, column) => (info.startsWith('[') || info === 'none' ? [] : [column]));
}
