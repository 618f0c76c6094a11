import type { NewLabels } from '../../../plan/index.ts';
import type { Estimator } from '../estimator.ts';
import type { Family, Methods, Translation } from '../family.ts';
import type { Features } from '../features.ts';
import { labelCount } from '../labels.ts';
import { searchedRows, searchSpec, weightsOf, type NeighbourSearch } from '../metrics.ts';
import { eachTarget, predictedTargets, targetCodes, targetsOf } from '../targets.ts';
import { radiusClassifier, radiusRegressor } from './neighbors-within.ts';

/** Codes of the nearest rows of training, and the features they were found for. */
export interface Nearest {
  readonly spec: NeighbourSearch;
  readonly input: number;
  readonly codes: number;
}

/** @param parameter the attribute that has the number of neighbours */
export function nearestRows(estimator: Estimator, parameter: string, x: Features, to: Translation): Nearest {
  const spec = searchSpec(estimator, x);
  const count = estimator.count(parameter);
  const [rows] = spec.arrays.fitted.shape as [number];
  if (count < 1 || count > rows)
    return estimator.malformed(parameter, `1 to ${rows}, as many rows as were kept`);
  const input = searchedRows(estimator, spec, x, to);
  const { places } = spec;
  const codes = to.builder.add(
    'nearest',
    [input],
    { ...spec.attributes, ...spec.search, count },
    { ...spec.arrays, ...(places === undefined ? {} : { places }) },
  );
  return { spec, input, codes };
}

/** Distances of the nearest rows. */
export function distancesOf({ spec, input, codes }: Nearest, { builder }: Translation): number {
  return builder.add('distancesAt', [input, codes], spec.attributes, spec.arrays);
}

/** 1 / distance of the nearest rows; undefined where all count the same. */
function weightsNode(estimator: Estimator, nearest: Nearest, to: Translation): number | undefined {
  if (weightsOf(estimator) === 'uniform') return undefined;
  return to.builder.add('closeness', [distancesOf(nearest, to)]);
}

/** `sklearn.neighbors.KNeighborsClassifier`: the nearest rows vote. */
function classifier(estimator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  const targets = targetsOf(estimator);
  const nearest = nearestRows(estimator, 'n_neighbors', x, to);
  const { width } = builder.typeOf(nearest.codes);
  const weights = weightsNode(estimator, nearest, to);
  const [rows] = nearest.spec.arrays.fitted.shape as [number];
  const votes = targetCodes(estimator, rows, targets).map((table, target) => {
    const codes = builder.add('stackCodes', [nearest.codes], {}, { table });
    const node =
      weights === undefined
        ? builder.add('countVotes', [codes], {}, { weights: new Float64Array(width).fill(1) })
        : builder.add('sumVotes', [codes, weights]);
    if (builder.typeOf(node).width !== labelCount(targets[target] as NewLabels))
      return estimator.malformed('_y', 'a row of each class');
    return node;
  });
  return {
    predict: predictedTargets(estimator, votes, targets, false, to),
    predict_proba: eachTarget(
      votes.map(node => ({ node: builder.add('normalizeRows', [node], { zero: 'divide' }) })),
    ),
  };
}

/** `sklearn.neighbors.KNeighborsRegressor`: the mean of the nearest rows. */
function regressor(estimator: Estimator, x: Features, to: Translation): Methods {
  const { values, shape } = estimator.numbers(estimator.fitted('_y'));
  const nearest = nearestRows(estimator, 'n_neighbors', x, to);
  const [rows] = nearest.spec.arrays.fitted.shape as [number];
  const outputs = shape[1] ?? 1;
  if (values.length !== rows * outputs) return estimator.malformed('_y', `a target for each of ${rows} rows`);
  const weights = weightsNode(estimator, nearest, to);
  const inputs = weights === undefined ? [nearest.codes] : [nearest.codes, weights];
  const node = to.builder.add('meanAt', inputs, {}, { values: { values, shape: [rows, outputs] } });
  return { predict: { node, vector: shape.length === 1 } };
}

/** What estimators that keep the rows of training say about them. */
export const keepsRows = {
  features: (estimator: Estimator) =>
    estimator.has('_fit_X') ? estimator.matrix('_fit_X').shape[1] : undefined,
  facts: (estimator: Estimator) => ({ 'rows kept': estimator.matrix('_fit_X').shape[0] }),
};

export const neighborFamily: Family = {
  'neighbors.KNeighborsClassifier': { translate: classifier, ...keepsRows },
  'neighbors.KNeighborsRegressor': { translate: regressor, ...keepsRows },
  'neighbors.RadiusNeighborsClassifier': { translate: radiusClassifier, ...keepsRows },
  'neighbors.RadiusNeighborsRegressor': { translate: radiusRegressor, ...keepsRows },
};
