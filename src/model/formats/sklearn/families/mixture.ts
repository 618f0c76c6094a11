import { checkedMatrix } from '../checked.ts';
import type { Estimator } from '../estimator.ts';
import type { Family, Methods, Translation } from '../family.ts';
import type { Features } from '../features.ts';

/** Each component's matrix whose columns are the directions of `mahalanobis`; a tied one belongs to all. */
function directionsOf(values: Float64Array, components: number, width: number, tied: boolean): Float64Array {
  const directions = new Float64Array(components * width * width);
  for (let component = 0; component < components; component++) {
    const from = tied ? 0 : component * width * width;
    for (let direction = 0; direction < width; direction++)
      for (let column = 0; column < width; column++)
        directions[(component * width + direction) * width + column] = values[
          from + column * width + direction
        ] as number;
  }
  return directions;
}

/** Sum of the logarithms of a component's diagonal. */
function logDeterminant(values: Float64Array, component: number, width: number, tied: boolean): number {
  const from = tied ? 0 : component * width * width;
  let sum = 0;
  for (let at = 0; at < width; at++) sum += Math.log(values[from + at * width + at] as number);
  return sum;
}

interface Components {
  readonly means: { readonly values: Float64Array; readonly shape: readonly [number, number] };
  readonly logWeights: Float64Array;
  readonly precisions: { readonly values: Float64Array; readonly shape: readonly number[] };
}

/** -½ |(x - mean) P|² + log |P| - ½ d log 2π + log weight, for full and tied covariances. */
function fullDensities(x: number, parts: Components, tied: boolean, { builder }: Translation): number {
  const { means, logWeights, precisions } = parts;
  const [components, width] = means.shape;
  const starts = Int32Array.from({ length: components + 1 }, (_, component) => component * width);
  const distances = builder.add(
    'mahalanobis',
    [x],
    {},
    {
      centres: { values: means.values, shape: [components, width] },
      directions: {
        values: directionsOf(precisions.values, components, width, tied),
        shape: [components * width, width],
      },
      starts,
    },
  );
  const halved = builder.add(
    'columnwise',
    [distances],
    { operation: 'multiply', operandToo: false },
    { operand: Float64Array.of(-0.5) },
  );
  const operand = logWeights.map(
    (weight, component) =>
      weight +
      logDeterminant(precisions.values, component, width, tied) -
      0.5 * width * Math.log(2 * Math.PI),
  );
  return builder.add('columnwise', [halved], { operation: 'add', operandToo: false }, { operand });
}

/** Independent columns, each with its own deviation, or one for all of a component. */
function diagonalDensities(x: number, parts: Components, { builder }: Translation): number {
  const { means, logWeights, precisions } = parts;
  const [components, width] = means.shape;
  const perColumn = precisions.shape.length === 2;
  const variance = Float64Array.from({ length: components * width }, (_, at) => {
    const precision = precisions.values[perColumn ? at : Math.floor(at / width)] as number;
    return 1 / (precision * precision);
  });
  return builder.add(
    'gaussian',
    [x],
    {},
    {
      mean: { values: means.values, shape: [components, width] },
      variance: { values: variance, shape: [components, width] },
      logPrior: logWeights,
    },
  );
}

function componentsOf(estimator: Estimator): Components {
  const means = estimator.matrix(estimator.fitted('means_'));
  const logWeights = estimator.vector(estimator.fitted('weights_')).map(Math.log);
  const precisions = estimator.numbers(estimator.fitted('precisions_cholesky_'));
  const [components, width] = means.shape;
  const shapes: Readonly<Record<string, readonly number[]>> = {
    full: [components, width, width],
    tied: [width, width],
    diag: [components, width],
    spherical: [components],
  };
  const expected = shapes[estimator.text('covariance_type') ?? 'full'];
  if (expected === undefined)
    return estimator.unsupported('covariance_type', "it must be 'full', 'tied', 'diag' or 'spherical'");
  if (precisions.shape.join() !== expected.join() || logWeights.length !== components)
    return estimator.malformed('precisions_cholesky_', `the shape (${expected.join(', ')})`);
  return { means, logWeights, precisions };
}

/** `sklearn.mixture.GaussianMixture` */
function gaussianMixture(estimator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  const parts = componentsOf(estimator);
  const input = checkedMatrix(estimator, x, to);
  const type = estimator.text('covariance_type') ?? 'full';
  const joint =
    type === 'full' || type === 'tied'
      ? fullDensities(input, parts, type === 'tied', to)
      : diagonalDensities(input, parts, to);
  const log = builder.add('logNormalize', [joint]);
  const total = builder.add('weightedSum', [joint, log], {}, { weights: Float64Array.of(1, -1) });
  const score = builder.add('columns', [total], {}, { indices: Int32Array.of(0) });
  const components = parts.logWeights.length;
  return {
    predict: {
      node: builder.add('argmax', [joint]),
      labels: { datatype: 'INT64', values: BigInt64Array.from(Array(components).keys(), BigInt) },
      vector: true,
    },
    predict_proba: { node: builder.add('map', [log], { function: 'exp' }) },
    score_samples: { node: score, vector: true },
  };
}

export const mixtureFamily: Family = {
  'mixture.GaussianMixture': {
    translate: gaussianMixture,
    features: estimator => (estimator.has('means_') ? estimator.matrix('means_').shape[1] : undefined),
    facts: estimator => ({ components: estimator.matrix('means_').shape[0] }),
  },
};
