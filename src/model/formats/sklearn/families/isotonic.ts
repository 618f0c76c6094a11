import { isSingle } from '../affine.ts';
import { checkedMatrix } from '../checked.ts';
import type { Estimator } from '../estimator.ts';
import type { Family, Methods, Translation } from '../family.ts';
import { featuresOf, type Features } from '../features.ts';
import { isBefore } from '../version.ts';

/** Names of the points: `_necessary_X_` until 0.23. */
function pointsOf(estimator: Estimator): { readonly knots: string; readonly heights: string } {
  return {
    knots: estimator.fitted('X_thresholds_', '_necessary_X_'),
    heights: estimator.fitted('y_thresholds_', '_necessary_y_'),
  };
}

/** Until 0.21 nothing was checked: NaN gives NaN. */
function inputOf(estimator: Estimator, x: Features, single: boolean, to: Translation): number {
  if (isBefore(estimator.version, 0, 22)) return x.matrix();
  const finite = checkedMatrix(estimator, x, to);
  return single ? to.builder.add('cast32', [finite]) : finite;
}

/** The line through the points; a single point is the height everywhere. */
function lineOf(estimator: Estimator, x: number, to: Translation): number {
  const { builder } = to;
  const names = pointsOf(estimator);
  const knots = estimator.vector(names.knots);
  const heights = estimator.vector(names.heights);
  if (knots.length === 1) return builder.add('constant', [x], {}, { values: heights });
  const outside = estimator.text('out_of_bounds');
  if (outside !== 'nan' && outside !== 'clip' && outside !== 'raise')
    return estimator.unsupported('out_of_bounds', 'supported are nan, clip, raise');
  const within =
    outside === 'raise'
      ? builder.add(
          'within',
          [x],
          { owner: estimator.name },
          { low: knots.slice(0, 1), high: knots.slice(-1) },
        )
      : x;
  return builder.add(
    'interpolate',
    [within],
    { outside: outside === 'clip' ? 'nearest' : 'nan' },
    { knots, heights },
  );
}

/** `sklearn.isotonic.IsotonicRegression`, of one feature; predict and transform are the same. */
function isotonic(estimator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  const single = isSingle(estimator.raw(pointsOf(estimator).knots));
  const line = lineOf(estimator, inputOf(estimator, x, single, to), to);
  const node = single ? builder.add('cast32', [line]) : line;
  return {
    predict: { node, vector: true },
    transform: featuresOf(builder, node, { vector: true }),
  };
}

export const isotonicFamily: Family = {
  'isotonic.IsotonicRegression': {
    translate: isotonic,
    features: () => 1,
    facts: estimator => ({ points: estimator.vector(pointsOf(estimator).knots).length }),
  },
};
