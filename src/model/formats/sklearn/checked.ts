import type { Estimator } from './estimator.ts';
import type { Translation } from './family.ts';
import type { Features } from './features.ts';

/** What an estimator accepts besides ordinary numbers; neither NaN nor infinities unless it says so. */
export interface Accepts {
  readonly nan?: 'allow' | 'refuse';
  /** `f32`: values beyond float32 are refused as well. */
  readonly range?: 'f64' | 'f32';
}

/** The features as a matrix whose values are what the estimator accepts: `check_array` of scikit-learn. */
export function checkedMatrix(
  estimator: Estimator,
  x: Features,
  { builder }: Translation,
  { nan = 'refuse', range = 'f64' }: Accepts = {},
): number {
  return builder.add('finite', [x.matrix()], { owner: estimator.name, nan, range });
}

/** As `checkedMatrix`; sparse rows stay sparse: they come from other estimators, which give finite values. */
export function checkedNumbers(
  estimator: Estimator,
  x: Features,
  to: Translation,
  accepts: Accepts = {},
): number {
  const node = x.numbers();
  return to.builder.typeOf(node).kind === 'sparse' ? node : checkedMatrix(estimator, x, to, accepts);
}
