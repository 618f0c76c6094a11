import { addAffine } from '../affine.ts';
import { checkedMatrix } from '../checked.ts';
import type { Estimator, Matrix } from '../estimator.ts';
import type { Family, Methods, Translation } from '../family.ts';
import type { Features } from '../features.ts';
import { describeCallable, libraryFunction } from '../functions.ts';

const modules = 'sklearn.gaussian_process';

function columnwise(
  x: number,
  operation: 'add' | 'subtract' | 'multiply' | 'divide',
  operand: Float64Array,
  { builder }: Translation,
): number {
  return builder.add('columnwise', [x], { operation, operandToo: false }, { operand });
}

/** A number for each of `count`, where the file has one for all, perhaps. */
function spread(estimator: Estimator, name: string, count: number): Float64Array {
  const { values } = estimator.numbers(estimator.fitted(name));
  if (values.length === count) return values;
  return values.length === 1
    ? new Float64Array(count).fill(values[0] as number)
    : estimator.malformed(name, `${count} numbers`);
}

/** A correlation of `sklearn.gaussian_process.correlation_models`: its name as the operator `kernel` has it. */
const functions: Readonly<Record<string, string>> = {
  squared_exponential: 'rbf',
  absolute_exponential: 'laplacian',
  generalized_exponential: 'powers',
  linear: 'tent',
  cubic: 'cubic',
  pure_nugget: 'nugget',
};

/** Numbers by which the columns are multiplied before their differences are taken, and the power of those. */
function scalesOf(estimator: Estimator, name: string, width: number) {
  if (name === 'nugget') return { factors: new Float64Array(width).fill(1), power: 1 };
  if (name !== 'powers') {
    const theta = spread(estimator, 'theta_', width);
    return { factors: name === 'rbf' ? theta.map(Math.sqrt) : theta, power: 1 };
  }
  // The last parameter is the power.
  const { values } = estimator.numbers(estimator.fitted('theta_'));
  const power = values.at(-1) as number;
  const theta = values.length === 2 ? new Float64Array(width).fill(values[0] as number) : values.slice(0, -1);
  if (theta.length !== width || !(power > 0)) return estimator.malformed('theta_', `${width + 1} numbers`);
  return { factors: theta.map(value => value ** (1 / power)), power };
}

/** How near the row is to each row of training. */
function correlations(estimator: Estimator, x: number, fitted: Matrix, to: Translation): number {
  const raw = estimator.raw('corr');
  const found = libraryFunction(raw, `${modules}.correlation_models`) ?? '';
  const name = Object.hasOwn(functions, found) ? functions[found] : undefined;
  if (name === undefined) return estimator.unsupported('corr', `${describeCallable(raw)} is not run`);
  const [, width] = fitted.shape;
  const { factors, power } = scalesOf(estimator, name, width);
  const vectors = {
    values: fitted.values.map((value, at) => value * (factors[at % width] as number)),
    shape: fitted.shape,
  };
  const attributes = { function: name, gamma: 1, coef0: 0, degree: power };
  return to.builder.add('kernel', [columnwise(x, 'multiply', factors, to)], attributes, { vectors });
}

/** What the trend is made of beside a constant: `sklearn.gaussian_process.regression_models`. */
function trendOf(estimator: Estimator, x: number, { builder }: Translation): readonly number[] {
  const raw = estimator.raw('regr');
  const name = libraryFunction(raw, `${modules}.regression_models`);
  if (name === 'constant') return [];
  if (name === 'linear') return [x];
  if (name !== 'quadratic') return estimator.unsupported('regr', `${describeCallable(raw)} is not run`);
  const { width } = builder.typeOf(x);
  const pairs: number[] = [];
  for (let one = 0; one < width; one++) for (let other = one; other < width; other++) pairs.push(one, other);
  const starts = Int32Array.from({ length: pairs.length / 2 + 1 }, (_, at) => 2 * at);
  return [x, builder.add('products', [x], {}, { columns: Int32Array.from(pairs), starts })];
}

/** The weights [targets, columns] of columns that follow each other, of which the first is a constant. */
function weightsOf(estimator: Estimator): { readonly weights: Matrix; readonly constants: Float64Array } {
  const beta = estimator.matrix(estimator.fitted('beta'));
  const gamma = estimator.matrix(estimator.fitted('gamma'));
  const [terms, targets] = beta.shape;
  const [rows] = gamma.shape;
  if (terms < 1 || gamma.shape[1] !== targets)
    return estimator.malformed('gamma', `a column for each of ${targets} targets`);
  const columns = terms - 1 + rows;
  const values = new Float64Array(targets * columns);
  for (let target = 0; target < targets; target++)
    for (let at = 0; at < columns; at++)
      values[target * columns + at] = (
        at < terms - 1
          ? beta.values[(at + 1) * targets + target]
          : gamma.values[(at - terms + 1) * targets + target]
      ) as number;
  return { weights: { values, shape: [targets, columns] }, constants: beta.values.slice(0, targets) };
}

/** `sklearn.gaussian_process.GaussianProcess` of 0.18: Kriging (Lophaven, Nielsen and Søndergaard, DACE, 2002). */
function kriging(estimator: Estimator, x: Features, to: Translation): Methods {
  const fitted = estimator.matrix(estimator.fitted('X'));
  const [, width] = fitted.shape;
  const centred = columnwise(
    checkedMatrix(estimator, x, to),
    'subtract',
    spread(estimator, 'X_mean', width),
    to,
  );
  const rows = columnwise(centred, 'divide', spread(estimator, 'X_std', width), to);
  const parts = [...trendOf(estimator, rows, to), correlations(estimator, rows, fitted, to)];
  const all = parts.length === 1 ? (parts[0] as number) : to.builder.add('concatenate', parts);
  const { weights, constants } = weightsOf(estimator);
  const [targets] = weights.shape;
  const scaled = columnwise(
    addAffine(to.builder, all, weights, constants),
    'multiply',
    spread(estimator, 'y_std', targets),
    to,
  );
  const node = columnwise(scaled, 'add', spread(estimator, 'y_mean', targets), to);
  return { predict: { node, vector: estimator.number('y_ndim_') === 1 } };
}

export const krigingFamily: Family = {
  'gaussian_process.GaussianProcess': {
    translate: kriging,
    features: estimator => (estimator.has('X') ? estimator.matrix('X').shape[1] : undefined),
    facts: estimator => (estimator.has('X') ? { rows: estimator.matrix('X').shape[0] } : {}),
  },
};
