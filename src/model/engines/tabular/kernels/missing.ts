import {
  arrayOf,
  defineKernels,
  matrixOf,
  textListOf,
  textsOf,
  widthOf,
  type Kernel,
  type Site,
  type Texts,
} from '../kernel.ts';
import { distanceCost, fittedRows } from './metrics-cost.ts';

/** Tells whether a value counts as missing. */
function missingTest(site: Site): (value: number) => boolean {
  if (site.node.attributes['missing'] === 'nan') return value => value !== value;
  const missing = site.node.attributes['number'] as number;
  return value => value === missing;
}

function missingTextTest(site: Site): (text: string | null) => boolean {
  if (site.node.attributes['missing'] === 'none') return text => text === null;
  const missing = site.node.attributes['text'];
  return text => text === missing;
}

function impute(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const fill = arrayOf(site, 'fill', 'f64');
  const width = fill.length;
  const isMissing = missingTest(site);
  return rows => {
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < width; column++) {
        const value = x[row * width + column] as number;
        y[row * width + column] = isMissing(value) ? (fill[column] as number) : value;
      }
  };
}

function imputeTexts(site: Site): Kernel {
  const x = textsOf(site);
  const y = site.target as Texts;
  const fill = textListOf(site, 'fill');
  const width = fill.length;
  const isMissing = missingTextTest(site);
  return rows => {
    for (let at = 0; at < rows * width; at++) {
      const text = x[at] as string | null;
      y[at] = isMissing(text) ? (fill[at % width] as string) : text;
    }
  };
}

function isMissing(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  const test = missingTest(site);
  return rows => {
    for (let at = 0; at < rows * width; at++) y[at] = test(x[at] as number) ? 1 : 0;
  };
}

function isMissingText(site: Site): Kernel {
  const x = textsOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  const test = missingTextTest(site);
  return rows => {
    for (let at = 0; at < rows * width; at++) y[at] = test(x[at] as string | null) ? 1 : 0;
  };
}

function choose(site: Site): Kernel {
  const first = matrixOf(site);
  const second = matrixOf(site, 1);
  const where = matrixOf(site, 2);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  return rows => {
    for (let at = 0; at < rows * width; at++) y[at] = (where[at] === 0 ? first[at] : second[at]) as number;
  };
}

/** Neighbours that a missing value is the mean of, nearest first. */
interface Nearest {
  readonly distances: Float64Array;
  readonly values: Float64Array;
  count: number;
}

/** Puts a row among the nearest unless all of them are nearer; of equals the earlier row stays in front. */
function offer(nearest: Nearest, distance: number, value: number): void {
  const { distances, values } = nearest;
  const full = nearest.count === distances.length;
  if (full && !(distance < (distances[nearest.count - 1] as number))) return;
  let at = full ? nearest.count - 1 : nearest.count++;
  for (; at > 0 && (distances[at - 1] as number) > distance; at--) {
    distances[at] = distances[at - 1] as number;
    values[at] = values[at - 1] as number;
  }
  distances[at] = distance;
  values[at] = value;
}

function meanOf({ values, count }: Nearest): number {
  let sum = 0;
  for (let at = 0; at < count; at++) sum += values[at] as number;
  return sum / count;
}

/** Rows at distance 0 count alone, if there are any. */
function weightedMean({ distances, values, count }: Nearest): number {
  const exact = distances[0] === 0;
  let sum = 0;
  let total = 0;
  for (let at = 0; at < count; at++) {
    const distance = distances[at] as number;
    const weight = exact ? (distance === 0 ? 1 : 0) : 1 / distance;
    sum += (values[at] as number) * weight;
    total += weight;
  }
  return sum / total;
}

/**
 * `sklearn.impute.KNNImputer`: squared distances over the columns that both rows have, times the share of columns that
 * they have in common, turned over.
 */
function imputeNearest(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const fitted = arrayOf(site, 'fitted', 'f64');
  const fill = arrayOf(site, 'fill', 'f64');
  const width = fill.length;
  const count = fitted.length / width;
  const test = missingTest(site);
  const neighbours = Math.min(site.node.attributes['neighbours'] as number, count);
  const mean = site.node.attributes['weights'] === 'distance' ? weightedMean : meanOf;
  const strangers = site.node.attributes['strangers'] === true;
  const distances = new Float64Array(count);
  const nearest: Nearest = {
    distances: new Float64Array(neighbours),
    values: new Float64Array(neighbours),
    count: 0,
  };
  const measure = (from: number): void => {
    for (let other = 0; other < count; other++) {
      let sum = 0;
      let common = 0;
      for (let column = 0; column < width; column++) {
        const here = x[from + column] as number;
        const there = fitted[other * width + column] as number;
        if (test(here) || test(there)) continue;
        common++;
        sum += (here - there) * (here - there);
      }
      distances[other] = common === 0 ? NaN : Math.sqrt(sum * (width / common));
    }
  };
  const fillUp = (column: number): void => {
    for (let other = 0; other < count && nearest.count < neighbours; other++) {
      const value = fitted[other * width + column] as number;
      if (Number.isNaN(distances[other]) && !test(value)) offer(nearest, Infinity, value);
    }
  };
  const imputed = (column: number): number => {
    nearest.count = 0;
    for (let other = 0; other < count; other++) {
      const value = fitted[other * width + column] as number;
      const distance = distances[other] as number;
      if (distance === distance && !test(value)) offer(nearest, distance, value);
    }
    if (nearest.count === 0) return fill[column] as number;
    if (strangers) fillUp(column);
    return mean(nearest);
  };
  return rows => {
    for (let row = 0; row < rows; row++) {
      const from = row * width;
      let measured = false;
      for (let column = 0; column < width; column++) {
        const value = x[from + column] as number;
        if (!test(value)) {
          y[from + column] = value;
          continue;
        }
        if (!measured) measure(from);
        measured = true;
        y[from + column] = imputed(column);
      }
    }
  };
}

export const missingKernels = defineKernels({
  impute: { cost: ({ output }) => output.width * 1.5, make: impute },
  imputeTexts: { cost: ({ output }) => output.width * 10, make: imputeTexts },
  isMissing: { cost: ({ output }) => output.width, make: isMissing },
  isMissingText: { cost: ({ output }) => output.width * 5, make: isMissingText },
  choose: { cost: ({ output }) => output.width * 3, make: choose },
  imputeNearest: { cost: sizes => fittedRows(sizes) * distanceCost(sizes), make: imputeNearest },
});
