import { tabularErrors } from '../errors.ts';
import { lastNotAbove } from '../interpolation.ts';
import { arrayOf, matrixOf, widthOf, type Kernel, type Site } from '../kernel.ts';

/** The basis of one column: knots, and the interval that it is meant for. */
interface Basis {
  readonly knots: Float64Array;
  readonly degree: number;
  /** Number of splines. */
  readonly count: number;
  readonly low: number;
  readonly high: number;
}

/** The interval of knots whose polynomials hold at `x`; the outer ones go on beyond the ends. */
function intervalOf({ knots, degree, count }: Basis, x: number): number {
  return Math.min(Math.max(lastNotAbove(knots, 0, knots.length, x), degree), count - 1);
}

/**
 * The splines of `degree` that are not 0 at `x`, into `values`: the recurrence of Cox and de Boor.
 * @returns the interval; the values are those of splines `interval - degree` to `interval`
 */
function evaluate(basis: Basis, degree: number, x: number, values: Float64Array): number {
  const { knots } = basis;
  const interval = intervalOf(basis, x);
  values.fill(0, 0, degree + 1);
  values[0] = 1;
  for (let order = 1; order <= degree; order++) {
    let carried = 0;
    for (let at = 0; at < order; at++) {
      const right = knots[interval + at + 1] as number;
      const left = knots[interval + at + 1 - order] as number;
      const share = right === left ? 0 : (values[at] as number) / (right - left);
      values[at] = carried + share * (right - x);
      carried = share * (x - left);
    }
    values[order] = carried;
  }
  return interval;
}

/** Slopes of the splines at `x`, by those of one degree less. */
function slopes(basis: Basis, x: number): Float64Array {
  const { knots, degree, count } = basis;
  const found = new Float64Array(count);
  if (degree === 0) return found;
  const lower = new Float64Array(degree + 1);
  const interval = evaluate(basis, degree - 1, x, lower);
  const share = (spline: number): number => {
    const at = spline - (interval - degree + 1);
    const width = (knots[spline + degree] as number) - (knots[spline] as number);
    return at < 0 || at > degree - 1 || width === 0 ? 0 : (degree * (lower[at] as number)) / width;
  };
  for (let spline = interval - degree; spline <= interval; spline++)
    found[spline] = share(spline) - share(spline + 1);
  return found;
}

function heights(basis: Basis, x: number): Float64Array {
  const found = new Float64Array(basis.count);
  const values = new Float64Array(basis.degree + 1);
  const interval = evaluate(basis, basis.degree, x, values);
  for (let at = 0; at <= basis.degree; at++) found[interval - basis.degree + at] = values[at] as number;
  return found;
}

/** Remainder with the sign of the divisor, as Python's `%`. */
function remainder(value: number, divisor: number): number {
  const rest = value % divisor;
  return rest !== 0 && rest < 0 !== divisor < 0 ? rest + divisor : rest;
}

/** Adds the outputs of all splines of a row. */
type Write = (x: number, y: Float64Array, to: number) => void;

/**
 * What stands beyond a border: the heights there, or the line with their slopes, of the outermost splines.
 */
function lineFrom(
  basis: Basis,
  border: number,
  isOuter: (spline: number) => boolean,
  linear: boolean,
  mix: Mix,
): Write {
  const { count } = basis;
  const kept = heights(basis, border).map((height, spline) => (isOuter(spline) ? height : 0));
  const rising = linear
    ? slopes(basis, border).map((slope, spline) => (isOuter(spline) ? slope : 0))
    : new Float64Array(count);
  return (x, y, to) => {
    for (let spline = 0; spline < count; spline++)
      mix(spline, (kept[spline] as number) + (x - border) * (rising[spline] as number), y, to);
  };
}

/** Adds a spline's value to the outputs that it has a share in. */
type Mix = (spline: number, value: number, y: Float64Array, to: number) => void;

function mixOf(coefficients: Float64Array, outputs: number): Mix {
  return (spline, value, y, to) => {
    if (value === 0) return;
    for (let output = 0; output < outputs; output++)
      y[to + output] =
        (y[to + output] as number) + value * (coefficients[spline * outputs + output] as number);
  };
}

function inside(basis: Basis, mix: Mix): Write {
  const { degree } = basis;
  const values = new Float64Array(degree + 1);
  return (x, y, to) => {
    const interval = evaluate(basis, degree, x, values);
    for (let at = 0; at <= degree; at++) mix(interval - degree + at, values[at] as number, y, to);
  };
}

/** The part of the knots that a column keeps inside, and how many splines go on beyond it. */
interface Reach {
  readonly low: number;
  readonly high: number;
  readonly splines: number;
}

/**
 * For straight lines the library counts a degree below 2 up as it goes through the columns, so that later columns of low
 * degree begin their lines further inside.
 */
function reachOf({ knots, degree, low, high }: Basis, column: number, linear: boolean): Reach {
  if (!linear) return { low, high, splines: degree };
  const counted = degree >= 2 ? degree : Math.min(degree + column, 2);
  return {
    low: knots[counted] as number,
    high: knots[knots.length - counted - 1] as number,
    splines: counted <= 1 ? counted + 1 : counted,
  };
}

function writerOf(basis: Basis, column: number, outside: string, mix: Mix): Write {
  const within = inside(basis, mix);
  if (outside === 'continue' || outside === 'refuse') return within;
  if (outside === 'periodic') {
    const { low } = basis;
    const period = basis.high - low;
    return (x, y, to) => within(period > 0 ? low + remainder(x - low, period) : 0, y, to);
  }
  const linear = outside === 'linear';
  const { low, high, splines: reach } = reachOf(basis, column, linear);
  const below = lineFrom(basis, low, spline => spline < reach, linear, mix);
  const above = lineFrom(basis, high, spline => spline >= basis.count - reach, linear, mix);
  return (x, y, to) => (x < low ? below : x > high ? above : within)(x, y, to);
}

function basisOf(site: Site, column: number, size: number): Basis {
  const knots = arrayOf(site, 'knots', 'f64').subarray(column * size, (column + 1) * size);
  const degree = site.node.attributes['degree'] as number;
  const count = size - degree - 1;
  return { knots, degree, count, low: knots[degree] as number, high: knots[count] as number };
}

function refuse(site: Site, x: number, row: number, column: number): never {
  const owner = String(site.node.attributes['owner']);
  throw tabularErrors.make['features-range'](
    `${site.place(row, column, owner)} is ${x}, beyond the knots of ${owner}, which was told to refuse such values`,
  );
}

/** `sklearn.preprocessing.SplineTransformer` */
export function splines(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  const coefficients = arrayOf(site, 'coefficients', 'f64');
  const size = arrayOf(site, 'knots', 'f64').length / width;
  const outside = site.node.attributes['outside'] as string;
  const bases = Array.from({ length: width }, (_, column) => basisOf(site, column, size));
  const outputs = site.output.width / width;
  const writers = bases.map((basis, column) =>
    writerOf(basis, column, outside, mixOf(coefficients, outputs)),
  );
  return rows => {
    y.fill(0, 0, rows * width * outputs);
    for (const [column, write] of writers.entries()) {
      const { low, high } = bases[column] as Basis;
      for (let row = 0; row < rows; row++) {
        const value = x[row * width + column] as number;
        if (Number.isNaN(value)) continue;
        if (outside === 'refuse' && (value < low || value > high)) refuse(site, value, row, column);
        write(value, y, (row * width + column) * outputs);
      }
    }
  };
}
