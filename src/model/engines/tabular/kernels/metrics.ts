import type { MetricName } from '../../../plan/index.ts';
import { arrayOf, widthOf, type Site } from '../kernel.ts';

/** A number that grows with the distance of the rows that start at `from` in `x` and at `at` in `y`. */
export type Rank = (x: Float64Array, from: number, y: Float64Array, at: number) => number;

/** A rank, the distance that it means, and the rank of a distance. */
export interface Metric {
  readonly rank: Rank;
  readonly distance: (rank: number) => number;
  readonly rankOf: (distance: number) => number;
}

function same(rank: number): number {
  return rank;
}

function square(distance: number): number {
  return distance * distance;
}

/** The rank is the distance itself. */
function plain(rank: Rank): Metric {
  return { rank, distance: same, rankOf: same };
}

/** The distance is the root of the rank. */
function rooted(rank: Rank): Metric {
  return { rank, distance: Math.sqrt, rankOf: square };
}

/** Adds up something of each pair of values. */
function summed(width: number, term: (a: number, b: number, column: number) => number): Rank {
  return (x, from, y, at) => {
    let sum = 0;
    for (let column = 0; column < width; column++)
      sum += term(x[from + column] as number, y[at + column] as number, column);
    return sum;
  };
}

function euclidean(width: number): Rank {
  return (x, from, y, at) => {
    let sum = 0;
    for (let column = 0; column < width; column++) {
      const difference = (x[from + column] as number) - (y[at + column] as number);
      sum += difference * difference;
    }
    return sum;
  };
}

/**
 * `sklearn.metrics.pairwise.euclidean_distances` of sparse rows, to the bit: where several rows have nothing in common with a
 * row, what rounding makes of their distances decides which is nearer.
 */
function euclideanProducts(width: number, y: Float64Array): Metric {
  const squares = Float64Array.from({ length: y.length / width }, (_, row) => {
    let sum = 0;
    for (let at = row * width; at < (row + 1) * width; at++) sum += (y[at] as number) * (y[at] as number);
    return sum;
  });
  return rooted((x, from, fitted, at) => {
    let product = 0;
    let own = 0;
    for (let column = 0; column < width; column++) {
      const value = x[from + column] as number;
      product += value * (fitted[at + column] as number);
      own += value * value;
    }
    return Math.max(0, -2 * product + own + (squares[at / width] as number));
  });
}

function chebyshev(width: number): Rank {
  return (x, from, y, at) => {
    let most = 0;
    for (let column = 0; column < width; column++)
      most = Math.max(most, Math.abs((x[from + column] as number) - (y[at + column] as number)));
    return most;
  };
}

function minkowski(width: number, exponent: number, factors: Float64Array | undefined): Metric {
  const rank =
    factors === undefined
      ? summed(width, (a, b) => Math.abs(a - b) ** exponent)
      : summed(width, (a, b, column) => (factors[column] as number) * Math.abs(a - b) ** exponent);
  return { rank, distance: sum => sum ** (1 / exponent), rankOf: distance => distance ** exponent };
}

function mahalanobis(width: number, inverse: Float64Array): Rank {
  const apart = new Float64Array(width);
  return (x, from, y, at) => {
    for (let column = 0; column < width; column++)
      apart[column] = (x[from + column] as number) - (y[at + column] as number);
    let total = 0;
    for (let row = 0; row < width; row++) {
      let sum = 0;
      for (let column = 0; column < width; column++)
        sum += (inverse[row * width + column] as number) * (apart[column] as number);
      total += sum * (apart[row] as number);
    }
    return total;
  };
}

/** Latitude and longitude in radians, on a sphere of radius 1. */
const haversine: Metric = {
  rank(x, from, y, at) {
    const latitude = Math.sin(0.5 * ((x[from] as number) - (y[at] as number)));
    const longitude = Math.sin(0.5 * ((x[from + 1] as number) - (y[at + 1] as number)));
    return (
      latitude * latitude + Math.cos(x[from] as number) * Math.cos(y[at] as number) * longitude * longitude
    );
  },
  distance: rank => 2 * Math.asin(Math.sqrt(rank)),
  rankOf: distance => square(Math.sin(0.5 * distance)),
};

/** Over the columns that both rows have, scaled up to all; NaN where they have none in common. */
function nanEuclidean(width: number): Rank {
  return (x, from, y, at) => {
    let sum = 0;
    let common = 0;
    for (let column = 0; column < width; column++) {
      const difference = (x[from + column] as number) - (y[at + column] as number);
      if (Number.isNaN(difference)) continue;
      common++;
      sum += difference * difference;
    }
    return common === 0 ? NaN : (sum / common) * width;
  };
}

/** As `sklearn.metrics.pairwise.cosine_distances`: a row of zeros is at right angles to all. */
function cosine(width: number): Rank {
  return (x, from, y, at) => {
    let product = 0;
    let first = 0;
    let second = 0;
    for (let column = 0; column < width; column++) {
      const a = x[from + column] as number;
      const b = y[at + column] as number;
      product += a * b;
      first += a * a;
      second += b * b;
    }
    const lengths = (Math.sqrt(first) || 1) * (Math.sqrt(second) || 1);
    return Math.min(2, Math.max(0, 1 - product / lengths));
  };
}

/** As `scipy.spatial.distance.correlation`: NaN for a row of equal values. */
function correlation(width: number): Rank {
  const meanOf = (values: Float64Array, from: number): number => {
    let sum = 0;
    for (let column = 0; column < width; column++) sum += values[from + column] as number;
    return sum / width;
  };
  return (x, from, y, at) => {
    const ofX = meanOf(x, from);
    const ofY = meanOf(y, at);
    let product = 0;
    let first = 0;
    let second = 0;
    for (let column = 0; column < width; column++) {
      const a = (x[from + column] as number) - ofX;
      const b = (y[at + column] as number) - ofY;
      product += a * b;
      first += a * a;
      second += b * b;
    }
    return 1 - product / (Math.sqrt(first) * Math.sqrt(second));
  };
}

function canberra(a: number, b: number): number {
  const sum = Math.abs(a) + Math.abs(b);
  return sum > 0 ? Math.abs(a - b) / sum : 0;
}

/** The quotient of two sums, 0 where the second is 0. */
function shareOf(
  width: number,
  upper: (a: number, b: number) => number,
  lower: (a: number, b: number) => number,
): Rank {
  return (x, from, y, at) => {
    let above = 0;
    let below = 0;
    for (let column = 0; column < width; column++) {
      const a = x[from + column] as number;
      const b = y[at + column] as number;
      above += upper(a, b);
      below += lower(a, b);
    }
    return below === 0 ? 0 : above / below;
  };
}

/** A distance of two rows of truths: columns true in both, in the first only, in the second only, and all columns. */
type OfTruths = (both: number, first: number, second: number, all: number) => number;

function truths(width: number, distance: OfTruths): Rank {
  return (x, from, y, at) => {
    let both = 0;
    let first = 0;
    let second = 0;
    for (let column = 0; column < width; column++) {
      const a = x[from + column] !== 0;
      const b = y[at + column] !== 0;
      if (a && b) both++;
      else if (a) first++;
      else if (b) second++;
    }
    return distance(both, first, second, width);
  };
}

function twiceUnequal(_both: number, first: number, second: number, all: number): number {
  return (2 * (first + second)) / (all + first + second);
}

/** SciPy's formulas; two rows without any truth are equal. */
const ofTruths = {
  jaccard: (both, first, second) => (first + second) / (both + first + second || 1),
  dice: (both, first, second) => (first + second) / (2 * both + first + second || 1),
  matching: (_both, first, second, all) => (first + second) / all,
  kulsinski: (both, first, second, all) => (first + second - both + all) / (first + second + all),
  rogerstanimoto: twiceUnequal,
  russellrao: (both, _first, _second, all) => (all - both) / all,
  sokalmichener: twiceUnequal,
  sokalsneath: (both, first, second) => (first + second) / (first + second + 0.5 * both || 1),
  yule(both, first, second, all) {
    const neither = all - both - first - second;
    const crossed = first * second;
    return crossed === 0 ? 0 : (2 * crossed) / (both * neither + crossed);
  },
} as const satisfies Readonly<Partial<Record<MetricName, OfTruths>>>;

function isOfTruths(metric: MetricName): metric is keyof typeof ofTruths {
  return Object.hasOwn(ofTruths, metric);
}

/** The metric that a node's attributes name. */
export function metricOf(site: Pick<Site, 'node' | 'buffer' | 'inputs'>): Metric {
  const { metric, exponent } = site.node.attributes as { metric: MetricName; exponent: number };
  const width = widthOf(site);
  if (isOfTruths(metric)) return plain(truths(width, ofTruths[metric]));
  switch (metric) {
    case 'given':
      return plain((x, from, _y, at) => x[from + at / width] as number);
    case 'sqeuclidean':
      return plain(euclidean(width));
    case 'manhattan':
      return plain(summed(width, (a, b) => Math.abs(a - b)));
    case 'chebyshev':
      return plain(chebyshev(width));
    case 'minkowski': {
      const has = site.node.arrays['factors'] !== undefined;
      return minkowski(width, exponent, has ? arrayOf(site, 'factors', 'f64') : undefined);
    }
    case 'seuclidean': {
      const variances = arrayOf(site, 'factors', 'f64');
      return rooted(summed(width, (a, b, column) => ((a - b) * (a - b)) / (variances[column] as number)));
    }
    case 'mahalanobis':
      return rooted(mahalanobis(width, arrayOf(site, 'inverse', 'f64')));
    case 'haversine':
      return haversine;
    case 'nan_euclidean':
      return rooted(nanEuclidean(width));
    case 'cosine':
      return plain(cosine(width));
    case 'correlation':
      return plain(correlation(width));
    case 'hamming': {
      const unequal = summed(width, (a, b) => (a === b ? 0 : 1));
      return plain((x, from, y, at) => unequal(x, from, y, at) / width);
    }
    case 'canberra':
      return plain(summed(width, canberra));
    case 'braycurtis':
      return plain(
        shareOf(
          width,
          (a, b) => Math.abs(a - b),
          (a, b) => Math.abs(a + b),
        ),
      );
    case 'braycurtisApart':
      return plain(
        shareOf(
          width,
          (a, b) => Math.abs(a - b),
          (a, b) => Math.abs(a) + Math.abs(b),
        ),
      );
    case 'euclideanProducts':
      return euclideanProducts(width, arrayOf(site, 'fitted', 'f64'));
    case 'euclidean':
      return rooted(euclidean(width));
  }
}
