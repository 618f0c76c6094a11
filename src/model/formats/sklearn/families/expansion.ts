import { NdArray, PyDict, PyObject } from '../../pickle/index.ts';
import { categoriesOf, encoded, onesAt } from '../categories.ts';
import { checkedMatrix } from '../checked.ts';
import type { Estimator } from '../estimator.ts';
import type { Family, Methods, Translation } from '../family.ts';
import { featuresOf, type Features } from '../features.ts';
import {
  callOf,
  describeCallable,
  makesDense,
  mapFunctionOf,
  passesOn,
  shapedFunctionOf,
  type Call,
} from '../functions.ts';
import { itemsOf, numberOf } from '../python.ts';
import { isBefore } from '../version.ts';

/** Edges of each column's bins. */
function edgesOf(estimator: Estimator): readonly Float64Array[] {
  const raw = estimator.raw(estimator.fitted('bin_edges_'));
  if (raw instanceof NdArray && raw.dtype.kind !== 'O') {
    const { values, shape } = estimator.matrix('bin_edges_');
    const [rows, size] = shape;
    return Array.from({ length: rows }, (_, row) => values.subarray(row * size, (row + 1) * size));
  }
  const items = raw instanceof NdArray ? raw.values() : (itemsOf(raw) ?? []);
  return items.map(item =>
    item instanceof NdArray ? item.float64() : estimator.malformed('bin_edges_', 'edges for each column'),
  );
}

/** `sklearn.preprocessing.KBinsDiscretizer`; before 1.1 values just below an edge counted as above it. */
function binned(estimator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  const inner = edgesOf(estimator).map(edges => edges.subarray(1, Math.max(1, edges.length - 1)));
  const starts = new Int32Array(inner.length + 1);
  for (const [at, { length }] of inner.entries()) starts[at + 1] = (starts[at] as number) + length;
  const edges = Float64Array.from(inner.flatMap(part => [...part]));
  const old = isBefore(estimator.version, 1, 1);
  const node = builder.add(
    'discretize',
    [checkedMatrix(estimator, x, to)],
    { absolute: old ? 1e-8 : 0, relative: old ? 1e-5 : 0 },
    { edges, starts },
  );
  const bins = featuresOf(builder, node);
  if (estimator.text('encode') === 'ordinal') return { transform: bins };
  // The encoder inside knows the numbers 0 to n of each column.
  const encoder = estimator.part('_encoder') ?? estimator.malformed('_encoder', 'an encoder');
  let width = 0;
  const encodings = categoriesOf(encoder).map(categories => {
    const first = width;
    width += categories.count;
    return {
      categories,
      values: Float64Array.from({ length: categories.count }, (_, at) => first + at),
      other: -1,
    };
  });
  return { transform: onesAt(to, encoded(encoder, bins, to, encodings), width) };
}

/** Below this places have no quantile of the normal distribution that could be turned back. */
const leastPlace = 1e-7 - Number.EPSILON;

/** `sklearn.preprocessing.QuantileTransformer`; before 0.21 uniform places were kept from 0 and 1 as well. */
function quantileArrays(estimator: Estimator) {
  const { values, shape } = estimator.matrix(estimator.fitted('quantiles_'));
  const [points, width] = shape;
  const quantiles = new Float64Array(values.length);
  for (let column = 0; column < width; column++)
    for (let point = 0; point < points; point++)
      quantiles[column * points + point] = values[point * width + column] as number;
  return {
    quantiles: { values: quantiles, shape: [width, points] },
    references: estimator.vector('references_'),
  };
}

function isNormal(estimator: Estimator): boolean {
  const distribution = estimator.text('output_distribution') ?? 'uniform';
  if (distribution === 'normal') return true;
  return distribution === 'uniform' ? false : estimator.malformed('output_distribution', 'uniform or normal');
}

function quantilePlaces(estimator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  const nan = isBefore(estimator.version, 0, 20) ? 'refuse' : 'allow';
  const sparse = builder.typeOf(x.numbers()).kind === 'sparse';
  // What hashed values add up to may be anything.
  const rows = checkedMatrix(estimator, x, to, { nan });
  const places = placed(estimator, to, rows);
  // Of sparse rows only what is not 0 has a place.
  const chosen = sparse ? builder.add('choose', [rows, places, rows]) : places;
  return { transform: featuresOf(builder, chosen) };
}

/** The places of the values of a matrix. */
function placed(estimator: Estimator, { builder }: Translation, rows: number): number {
  const normal = isNormal(estimator);
  const old = isBefore(estimator.version, 0, 21);
  const places = builder.add(
    'quantiles',
    [rows],
    { margin: normal || old ? 1e-7 : 0, inverse: false },
    quantileArrays(estimator),
  );
  if (!normal && !old) return places;
  const kept = builder.add(
    'clip',
    [places],
    {},
    {
      low: Float64Array.of(leastPlace),
      high: Float64Array.of(1 - leastPlace),
    },
  );
  return normal ? builder.add('map', [kept], { function: 'probit' }) : kept;
}

function fromQuantiles(estimator: Estimator, y: Features, to: Translation): Features {
  const { builder } = to;
  const normal = isNormal(estimator);
  const places = normal ? builder.add('map', [y.matrix()], { function: 'normalCdf' }) : y.matrix();
  const margin = normal || isBefore(estimator.version, 0, 21) ? 1e-7 : 0;
  const node = builder.add('quantiles', [places], { margin, inverse: true }, quantileArrays(estimator));
  return featuresOf(builder, node);
}

/** More products than this are refused: the file says so little, and a row of them would be so large. */
const mostProducts = 2 ** 20;
const highestDegree = 64;

/** Lists of `size` columns from `first` on in rising order, with repetitions or without: `itertools.combinations`. */
function* choices(width: number, size: number, repeat: boolean, first = 0): Generator<number[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let column = first; column < width; column++)
    for (const rest of choices(width, size - 1, repeat, repeat ? column : column + 1))
      yield [column, ...rest];
}

function degreesOf(estimator: Estimator): readonly [least: number, most: number] {
  const pair = itemsOf(estimator.raw('degree'))?.map(numberOf);
  if (pair === undefined) return [1, estimator.count('degree')];
  const [least, most, more] = pair;
  if (least === undefined || most === undefined || more !== undefined)
    return estimator.malformed('degree', 'a number, or the least and the most degree');
  return [Math.max(1, least), most];
}

function countOf(estimator: Estimator): number {
  return estimator.count(estimator.fitted('n_output_features_', '_n_out_full'));
}

/** `sklearn.preprocessing.PolynomialFeatures` */
function polynomial(estimator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  const count = countOf(estimator);
  if (count > mostProducts) return estimator.unsupported('degree', `more than ${mostProducts} products`);
  const [least, most] = degreesOf(estimator);
  if (!(most <= highestDegree)) return estimator.unsupported('degree', `a degree above ${highestDegree}`);
  const repeat = !estimator.flag('interaction_only', false);
  // Since 0.21 the last column is multiplied first.
  const backwards = !isBefore(estimator.version, 0, 21);
  const lists: number[][] = estimator.flag('include_bias', true) ? [[]] : [];
  for (let degree = least; degree <= most; degree++)
    for (const list of choices(x.width, degree, repeat)) {
      if (lists.length > count) break;
      lists.push(backwards ? list.toReversed() : list);
    }
  if (lists.length !== count)
    return estimator.malformed('n_output_features_', `the ${lists.length} products of degree ${most}`);
  const starts = new Int32Array(lists.length + 1);
  for (const [at, { length }] of lists.entries()) starts[at + 1] = (starts[at] as number) + length;
  const node = checkedMatrix(estimator, x, to);
  const { single } = builder.typeOf(node);
  const arrays = { columns: Int32Array.from(lists.flat()), starts };
  return { transform: featuresOf(builder, builder.add('products', [node], {}, arrays, { single })) };
}

interface SplineParts {
  readonly knots: NdArray;
  readonly coefficients: NdArray;
  readonly degree: number;
}

function splineParts(estimator: Estimator): readonly SplineParts[] {
  const items = itemsOf(estimator.raw(estimator.fitted('bsplines_'))) ?? [];
  return items.map(item => {
    const part = (name: string) => (item instanceof PyObject ? item.attribute(name) : undefined);
    const [knots, coefficients, degree] = [
      part('t') ?? part('_t'),
      part('c') ?? part('_c'),
      numberOf(part('k')),
    ];
    if (!(knots instanceof NdArray) || !(coefficients instanceof NdArray) || degree === undefined)
      return estimator.malformed('bsplines_', 'a B-spline for each column');
    return { knots, coefficients, degree };
  });
}

/** `sklearn.preprocessing.SplineTransformer` */
function splined(estimator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  const parts = splineParts(estimator);
  const [first] = parts;
  if (first === undefined) return estimator.malformed('bsplines_', 'a B-spline for each column');
  const size = first.knots.size;
  if (parts.some(({ knots, degree }) => knots.size !== size || degree !== first.degree))
    return estimator.malformed('bsplines_', 'B-splines with as many knots each');
  const given = estimator.text('extrapolation') ?? 'constant';
  const node = builder.add(
    'splines',
    [
      checkedMatrix(estimator, x, to, {
        nan: estimator.text('handle_missing') === 'zeros' ? 'allow' : 'refuse',
      }),
    ],
    {
      owner: estimator.name,
      degree: first.degree,
      outside: given === 'error' ? 'refuse' : given,
    },
    {
      knots: {
        values: Float64Array.from(parts.flatMap(({ knots }) => [...knots.float64()])),
        shape: [parts.length, size],
      },
      coefficients: { values: first.coefficients.float64(), shape: first.coefficients.shape },
    },
  );
  const all = featuresOf(builder, node);
  if (estimator.flag('include_bias', true)) return { transform: all };
  // The last spline of each column is left out.
  const outputs = first.coefficients.shape[1] as number;
  const kept = Array.from({ length: all.width }, (_, column) => column).filter(
    column => (column + 1) % outputs !== 0,
  );
  return { transform: all.select(kept) };
}

/** A function with the name of the attribute that has its arguments. */
interface Named {
  readonly name: string;
  readonly given: string;
}

/** `numpy.round` to some decimals, in its steps. */
function rounded(decimals: number, node: number, { builder }: Translation): number {
  const { single } = builder.typeOf(node);
  const operand = Float64Array.of(10 ** Math.abs(decimals));
  const scaled = (from: number, operation: 'multiply' | 'divide'): number =>
    builder.add('columnwise', [from], { operation, operandToo: false }, { operand }, { single });
  const [there, back] = decimals < 0 ? (['divide', 'multiply'] as const) : (['multiply', 'divide'] as const);
  return scaled(builder.add('map', [scaled(node, there)], { function: 'rint' }, {}, { single }), back);
}

/** What a function does to a matrix that has arguments besides. */
type Shaped = (node: number, to: Translation) => number;

const mostDecimals = 300;

const shapes: Readonly<Record<'round' | 'clip', (number: (name: string) => number | undefined) => Shaped>> = {
  round(number) {
    const decimals = number('decimals') ?? 0;
    return (node, to) => rounded(Math.max(-mostDecimals, Math.min(mostDecimals, decimals)), node, to);
  },
  clip(number) {
    const low = Float64Array.of(number('a_min') ?? number('min') ?? -Infinity);
    const high = Float64Array.of(number('a_max') ?? number('max') ?? Infinity);
    return (node, { builder }) =>
      builder.add('clip', [node], {}, { low, high }, { single: builder.typeOf(node).single });
  },
};

const argumentNames: Readonly<Record<'round' | 'clip', readonly string[]>> = {
  round: ['decimals'],
  clip: ['a_min', 'a_max', 'min', 'max'],
};

/** A function whose arguments are numbers; undefined where it has none. */
function shapedBy(estimator: Estimator, given: string, call: Call): Shaped | undefined {
  if (call.given.length === 0) return undefined;
  const shape = shapedFunctionOf(call.callable);
  if (shape === undefined) return estimator.unsupported(given, 'arguments of this function are not read');
  const numbers = new Map(
    call.given.map(([key, value]): [string, number | undefined] => {
      if (typeof key !== 'string' || !argumentNames[shape].includes(key))
        return estimator.unsupported(given, `its arguments may be ${argumentNames[shape].join(', ')}`);
      return [
        key,
        value === null
          ? undefined
          : (numberOf(value) ?? estimator.unsupported(given, 'its arguments may be numbers')),
      ];
    }),
  );
  return shapes[shape](key => numbers.get(key));
}

function functionIn(estimator: Estimator, { name, given }: Named, call: Call): Shaped {
  const shaped = shapedBy(estimator, given, call);
  if (shaped !== undefined) return shaped;
  const found =
    mapFunctionOf(call.callable) ??
    estimator.unsupported(
      name,
      `${describeCallable(call.callable)} cannot be run, and is none of NumPy's functions of one value`,
    );
  return (node, { builder }) =>
    builder.add('map', [node], { function: found }, {}, { single: builder.typeOf(node).single });
}

/** The function with all of its arguments; undefined where there is none. */
function calledIn(estimator: Estimator, { name, given }: Named): Call | undefined {
  const value = estimator.raw(name);
  if (value === undefined || value === null) return undefined;
  const call =
    callOf(value) ?? estimator.unsupported(name, 'arguments that are not named stand before the rows');
  const more = estimator.raw(given);
  return more instanceof PyDict ? { ...call, given: [...call.given, ...more.entries()] } : call;
}

function applied(estimator: Estimator, named: Named, x: Features, to: Translation): Features {
  if (estimator.raw('pass_y') === true) estimator.unsupported('pass_y', 'a request has no target');
  const { builder } = to;
  const call = calledIn(estimator, named);
  if (call === undefined) return x;
  const validates = estimator.flag('validate', isBefore(estimator.version, 0, 22));
  if (call.given.length === 0 && makesDense(call.callable)) return featuresOf(builder, x.matrix());
  if (!validates && passesOn(call, x.width)) {
    if (x.kind === 'numbers' && builder.typeOf(x.numbers()).kind === 'sparse')
      return estimator.unsupported(named.name, 'the rows before it are sparse');
    return x;
  }
  const node = validates ? checkedMatrix(estimator, x, to) : x.matrix();
  return featuresOf(builder, functionIn(estimator, named, call)(node, to));
}

/** `sklearn.preprocessing.FunctionTransformer`: nothing, or a function of NumPy. */
function functionOf(estimator: Estimator, x: Features, to: Translation): Methods {
  return { transform: applied(estimator, { name: 'func', given: 'kw_args' }, x, to) };
}

export const expansionFamily: Family = {
  'preprocessing.KBinsDiscretizer': {
    translate: binned,
    features: estimator => (estimator.has('bin_edges_') ? edgesOf(estimator).length : undefined),
    facts: estimator => ({ bins: edgesOf(estimator).reduce((sum, { length }) => sum + length - 1, 0) }),
  },
  'preprocessing.QuantileTransformer': {
    translate: quantilePlaces,
    features: estimator =>
      estimator.has('quantiles_') ? estimator.matrix('quantiles_').shape[1] : undefined,
    inverse: fromQuantiles,
  },
  'preprocessing.PolynomialFeatures': {
    translate: polynomial,
    features: estimator =>
      estimator.has('n_input_features_') ? estimator.count('n_input_features_') : undefined,
    facts: estimator => ({ products: countOf(estimator) }),
  },
  'preprocessing.SplineTransformer': {
    translate: splined,
    features: estimator => (estimator.has('bsplines_') ? splineParts(estimator).length : undefined),
  },
  'preprocessing.FunctionTransformer': {
    translate: functionOf,
    features: () => undefined,
    inverse: (estimator, y, to) => applied(estimator, { name: 'inverse_func', given: 'inv_kw_args' }, y, to),
  },
};
