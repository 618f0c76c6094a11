import { NdArray, PyDict, PyObject, type PyValue } from '../pickle/index.ts';
import { Estimator } from './estimator.ts';
import { itemsOf } from './python.ts';
import { isBefore } from './version.ts';

/** How much an estimator makes of each feature: one row, or one for each of several targets. */
export interface Importances {
  readonly values: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

function treeState(estimator: Estimator): PyDict {
  const tree = estimator.raw(estimator.fitted('tree_'));
  const state = tree instanceof PyObject ? tree.state : undefined;
  return state instanceof PyDict ? state : estimator.malformed('tree_', 'a tree');
}

function nodesOf(estimator: Estimator): NdArray {
  const nodes = treeState(estimator).get('nodes');
  return nodes instanceof NdArray ? nodes : estimator.malformed('tree_', 'a tree with nodes');
}

/** `sklearn.tree._tree.Tree.compute_feature_importances` */
function ofTree(estimator: Estimator, width: number, normalise: boolean): Float64Array {
  const nodes = nodesOf(estimator);
  const [left, right, feature] = ['left_child', 'right_child', 'feature'].map(name =>
    nodes.field(name).int32(),
  ) as [Int32Array, Int32Array, Int32Array];
  const impurity = nodes.field('impurity').float64();
  const weight = nodes.field('weighted_n_node_samples').float64();
  const share = (node: number): number => (weight[node] ?? 0) * (impurity[node] ?? 0);
  const found = new Float64Array(width);
  for (let node = 0; node < nodes.size; node++) {
    const [one, other, column] = [left[node] as number, right[node] as number, feature[node] as number];
    if (one < 0) continue;
    found[column] = (found[column] ?? 0) + (share(node) - share(one) - share(other));
  }
  const scaled = found.map(value => value / (weight[0] ?? 1));
  return normalise ? normalised(scaled) : scaled;
}

function normalised(values: Float64Array): Float64Array {
  const sum = values.reduce((total, value) => total + value, 0);
  return sum > 0 ? values.map(value => value / sum) : values;
}

function membersOf(estimator: Estimator): readonly Estimator[] {
  const raw = estimator.raw(estimator.fitted('estimators_'));
  const items: readonly PyValue[] = raw instanceof NdArray ? raw.values() : (itemsOf(raw) ?? []);
  return items.map((item, index) =>
    item instanceof PyObject
      ? new Estimator(item, `${estimator.place}.estimators_[${index}]`, estimator.version)
      : estimator.malformed('estimators_', 'trees'),
  );
}

function meanOf(all: readonly Float64Array[], width: number): Float64Array {
  const sum = new Float64Array(width);
  for (const one of all) for (const [at, value] of one.entries()) sum[at] = (sum[at] as number) + value;
  return sum.map(value => value / all.length);
}

/** Trees of one leaf say nothing; at first, in forests until 0.20 and in boosting until 0.19, they counted as zeros. */
function ofEnsemble(estimator: Estimator, width: number): Float64Array {
  const members = membersOf(estimator);
  const boosts = estimator.name.startsWith('GradientBoosting');
  if (isBefore(estimator.version, 0, boosts ? 20 : 21))
    return meanOf(
      members.map(member => ofTree(member, width, true)),
      width,
    );
  const telling = members.filter(member => nodesOf(member).size > 1);
  if (telling.length === 0) return new Float64Array(width);
  return normalised(
    meanOf(
      telling.map(member => ofTree(member, width, !boosts)),
      width,
    ),
  );
}

function isMatrix(shape: readonly number[]): boolean {
  return shape.length === 2;
}

function ofArray(estimator: Estimator, name: string): Importances {
  const { values, shape } = estimator.numbers(name);
  const [first = values.length, second = 1] = shape;
  return isMatrix(shape)
    ? { values, rows: first, columns: second }
    : { values, rows: 0, columns: values.length };
}

/** Coefficients of a kernel machine with a linear kernel, which are not in the file: of two classes alone. */
function ofLinearKernel(estimator: Estimator): Importances | undefined {
  if (estimator.raw('kernel') !== 'linear' || !estimator.has('support_vectors_')) return undefined;
  const name = estimator.anyOf('_dual_coef_', 'dual_coef_');
  if (name === undefined) return undefined;
  const dual = estimator.matrix(name);
  if (dual.shape[0] !== 1) return undefined;
  const vectors = estimator.matrix('support_vectors_');
  const [count, columns] = vectors.shape;
  const values = new Float64Array(columns);
  for (let vector = 0; vector < count; vector++)
    for (let column = 0; column < columns; column++)
      values[column] =
        (values[column] as number) +
        (dual.values[vector] as number) * (vectors.values[vector * columns + column] as number);
  return { values, rows: 1, columns };
}

/** Classes whose importances are those of their trees. */
const treeClasses = /^(?:DecisionTree|ExtraTree)(?:Classifier|Regressor)$/;
const ensembleClasses = /^(?:RandomForest|ExtraTrees|GradientBoosting)(?:Classifier|Regressor)$/;

/**
 * `coef_` or `feature_importances_` of an estimator, the latter of trees computed from their nodes.
 * @param getter `auto`, or the name of an attribute
 */
export function importancesOf(estimator: Estimator, getter: string, width: number): Importances {
  if (getter !== 'auto' && getter !== 'feature_importances_' && getter !== 'coef_')
    return ofPath(estimator, getter, width);
  for (const name of getter === 'auto' ? ['coef_', 'feature_importances_'] : [getter])
    if (estimator.has(name)) return ofArray(estimator, name);
  if (getter !== 'feature_importances_') {
    const linear = ofLinearKernel(estimator);
    if (linear !== undefined) return linear;
  }
  if (getter !== 'coef_') {
    if (treeClasses.test(estimator.name)) return single(ofTree(estimator, width, true));
    if (ensembleClasses.test(estimator.name)) return single(ofEnsemble(estimator, width));
  }
  return estimator.unsupported(getter, 'which features it keeps is not in the file');
}

function single(values: Float64Array): Importances {
  return { values, rows: 0, columns: values.length };
}

const longestPath = 16;

/** `named_steps.clf.coef_`, `regressor_.coef_`: attributes of attributes. */
function ofPath(estimator: Estimator, path: string, width: number): Importances {
  const [first, ...rest] = path.split('.') as [string, ...string[]];
  if (rest.length > longestPath) return estimator.unsupported('importance_getter', 'it leads too far');
  if (rest.length === 0) return ofArray(estimator, first);
  if (first === 'named_steps') {
    const [step, ...more] = rest as [string, ...string[]];
    const pair = itemsOf(estimator.raw('steps'))?.find(item => itemsOf(item)?.[0] === step);
    const part = itemsOf(pair)?.[1];
    if (part instanceof PyObject)
      return importancesOf(
        new Estimator(part, `${estimator.place}.${step}`, estimator.version),
        more.join('.'),
        width,
      );
  }
  const part = estimator.part(first);
  return part === undefined
    ? estimator.malformed(first, 'the estimator that importance_getter names')
    : importancesOf(part, rest.join('.'), width);
}
