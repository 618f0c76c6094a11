import { checkedMatrix } from '../checked.ts';
import type { Estimator } from '../estimator.ts';
import type { Family, FamilyRow, Methods, Translation } from '../family.ts';
import { featuresOf, type Features } from '../features.ts';
import { isBefore } from '../version.ts';

type Operation = 'add' | 'subtract' | 'multiply' | 'divide';

/** A step of a scaler: every column with its own number, in float32 where the features of a call are. */
function columnwise(
  to: Translation,
  node: number,
  operation: Operation,
  operand: Float64Array,
  operandToo = false,
): number {
  const { single } = to.builder.typeOf(node);
  return to.builder.add('columnwise', [node], { operation, operandToo }, { operand }, { single });
}

/** Missing values pass through scalers since 0.20. */
function scaled(estimator: Estimator, x: Features, to: Translation): number {
  const nan = isBefore(estimator.version, 0, 20) ? 'refuse' : 'allow';
  return checkedMatrix(estimator, x, to, { nan });
}

/** Whether the features are sparse rows, which scalers that do not shift multiply where they stand. */
function isSparse(x: Features, to: Translation): boolean {
  return to.builder.typeOf(x.numbers()).kind === 'sparse';
}

function sparseScaled(x: Features, to: Translation, scale: Float64Array): number {
  return to.builder.add('scaleColumns', [x.numbers()], {}, { factors: scale.map(value => 1 / value) });
}

/** `sklearn.preprocessing.StandardScaler`: minus the mean, then divided by the scale, each only where wanted. */
function standardScaler(estimator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  estimator.fitted('scale_', 'mean_', 'std_', 'n_samples_seen_');
  // float32 features stay so; since 1.8 the learnt numbers are rounded to them too.
  const operandToo = !isBefore(estimator.version, 1, 8);
  const shifts = estimator.flag('with_mean', true);
  const scales = estimator.flag('with_std', true);
  if (!shifts && scales && x.kind !== undefined && isSparse(x, to)) {
    const node = sparseScaled(x, to, estimator.vector(estimator.fitted('scale_', 'std_')));
    return { transform: featuresOf(builder, node) };
  }
  let node = scaled(estimator, x, to);
  if (shifts)
    node = columnwise(to, node, 'subtract', estimator.vector(estimator.fitted('mean_')), operandToo);
  if (scales)
    node = columnwise(to, node, 'divide', estimator.vector(estimator.fitted('scale_', 'std_')), operandToo);
  return { transform: featuresOf(builder, node) };
}

function unscaled(estimator: Estimator, y: Features, to: Translation): Features {
  let node = y.matrix();
  const shift = estimator.anyOf('mean_', 'center_');
  const scale = estimator.anyOf('scale_', 'std_');
  const scales = estimator.flag('with_std', true) && estimator.flag('with_scaling', true);
  const shifts = estimator.flag('with_mean', true) && estimator.flag('with_centering', true);
  if (scales && scale !== undefined) node = columnwise(to, node, 'multiply', estimator.vector(scale));
  if (shifts && shift !== undefined) node = columnwise(to, node, 'add', estimator.vector(shift));
  return featuresOf(to.builder, node);
}

function bounds(estimator: Estimator): readonly [low: number, high: number] {
  const [low, high, more] = estimator.vector('feature_range');
  if (low === undefined || high === undefined || more !== undefined)
    return estimator.malformed('feature_range', 'two numbers');
  return [low, high];
}

function clipped(to: Translation, node: number, low: number, high: number): number {
  const { single } = to.builder.typeOf(node);
  const arrays = { low: Float64Array.of(low), high: Float64Array.of(high) };
  return to.builder.add('clip', [node], {}, arrays, { single });
}

/** `sklearn.preprocessing.MinMaxScaler` */
function minMaxScaler(estimator: Estimator, x: Features, to: Translation): Methods {
  const scale = estimator.vector(estimator.fitted('scale_'));
  const product = columnwise(to, scaled(estimator, x, to), 'multiply', scale);
  const sum = columnwise(to, product, 'add', estimator.vector('min_'));
  const node = estimator.flag('clip', false) ? clipped(to, sum, ...bounds(estimator)) : sum;
  return { transform: featuresOf(to.builder, node) };
}

function unMinMax(estimator: Estimator, y: Features, to: Translation): Features {
  const rest = columnwise(to, y.matrix(), 'subtract', estimator.vector('min_'));
  return featuresOf(to.builder, columnwise(to, rest, 'divide', estimator.vector(estimator.fitted('scale_'))));
}

/** `sklearn.preprocessing.MaxAbsScaler`; `clip` came with 1.8. */
function maxAbsScaler(estimator: Estimator, x: Features, to: Translation): Methods {
  const scale = estimator.vector(estimator.fitted('scale_'));
  const clips = estimator.flag('clip', false);
  if (!clips && x.kind !== undefined && isSparse(x, to))
    return { transform: featuresOf(to.builder, sparseScaled(x, to, scale)) };
  const quotient = columnwise(to, scaled(estimator, x, to), 'divide', scale);
  return { transform: featuresOf(to.builder, clips ? clipped(to, quotient, -1, 1) : quotient) };
}

/** `sklearn.preprocessing.RobustScaler` */
function robustScaler(estimator: Estimator, x: Features, to: Translation): Methods {
  let node = scaled(estimator, x, to);
  if (estimator.flag('with_centering', true))
    node = columnwise(to, node, 'subtract', estimator.vector(estimator.fitted('center_')));
  if (estimator.flag('with_scaling', true))
    node = columnwise(to, node, 'divide', estimator.vector(estimator.fitted('scale_')));
  return { transform: featuresOf(to.builder, node) };
}

/** Rows that are sparse stay so; others are checked. */
function rowsOf(estimator: Estimator, x: Features, to: Translation): number {
  const node = x.numbers();
  return to.builder.typeOf(node).kind === 'sparse' ? node : checkedMatrix(estimator, x, to);
}

/** `sklearn.preprocessing.Normalizer`: before 0.24 `max` was the largest value, whatever its sign. */
function normalizer(estimator: Estimator, x: Features, to: Translation): Methods {
  const given = estimator.text('norm') ?? 'l2';
  if (!['l1', 'l2', 'max'].includes(given)) return estimator.malformed('norm', 'l1, l2 or max');
  const signed = given === 'max' && isBefore(estimator.version, 0, 24);
  const node = signed ? checkedMatrix(estimator, x, to) : rowsOf(estimator, x, to);
  const { single } = to.builder.typeOf(node);
  const norm = signed ? 'signedMax' : given;
  return { transform: featuresOf(to.builder, to.builder.add('unitRows', [node], { norm }, {}, { single })) };
}

/** `sklearn.preprocessing.Binarizer` */
function binarizer(estimator: Estimator, x: Features, to: Translation): Methods {
  const threshold = estimator.has('threshold') ? estimator.number('threshold') : 0;
  const node = threshold < 0 ? checkedMatrix(estimator, x, to) : rowsOf(estimator, x, to);
  return {
    transform: featuresOf(to.builder, to.builder.add('step', [node], { threshold }), undefined, x.whole),
  };
}

/** `sklearn.preprocessing.PowerTransformer`: the power of each column, then a scaler where `standardize` is on. */
function powerTransformer(estimator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  const exponents = estimator.vector(estimator.fitted('lambdas_'));
  const form = powerForm(estimator);
  const finite = checkedMatrix(estimator, x, to, { nan: 'allow' });
  const positive = { owner: estimator.name, least: 0, strict: true };
  const checked = form === 'boxCox' ? builder.add('notBelow', [finite], positive) : finite;
  const node = builder.add('power', [checked], { form, inverse: false }, { exponents });
  const powered = featuresOf(builder, node);
  if (!estimator.flag('standardize', true)) return { transform: powered };
  return to.translate(estimator.raw('_scaler'), `${estimator.place}._scaler`, estimator, powered);
}

function powerForm(estimator: Estimator): 'boxCox' | 'yeoJohnson' {
  const method = estimator.text('method') ?? 'box-cox';
  if (method === 'box-cox') return 'boxCox';
  return method === 'yeo-johnson' ? 'yeoJohnson' : estimator.malformed('method', 'box-cox or yeo-johnson');
}

function unpowered(estimator: Estimator, y: Features, to: Translation): Features {
  const exponents = estimator.vector(estimator.fitted('lambdas_'));
  const scaler = estimator.part('_scaler');
  const scaled = scaler !== undefined && estimator.flag('standardize', true) ? unscaled(scaler, y, to) : y;
  const attributes = { form: powerForm(estimator), inverse: true };
  return featuresOf(to.builder, to.builder.add('power', [scaled.matrix()], attributes, { exponents }));
}

function lengthOf(...names: readonly string[]): FamilyRow['features'] {
  return estimator => {
    const name = estimator.anyOf(...names);
    return name === undefined ? undefined : estimator.vector(name).length;
  };
}

const untold: FamilyRow['features'] = () => undefined;

export const scalingFamily: Family = {
  'preprocessing.StandardScaler': {
    translate: standardScaler,
    features: lengthOf('scale_', 'mean_', 'var_', 'std_'),
    inverse: unscaled,
  },
  'preprocessing.MinMaxScaler': {
    translate: minMaxScaler,
    features: lengthOf('scale_'),
    inverse: unMinMax,
  },
  'preprocessing.MaxAbsScaler': {
    translate: maxAbsScaler,
    features: lengthOf('scale_'),
    inverse: unscaled,
  },
  'preprocessing.RobustScaler': {
    translate: robustScaler,
    features: lengthOf('scale_', 'center_'),
    inverse: unscaled,
  },
  'preprocessing.PowerTransformer': {
    translate: powerTransformer,
    features: lengthOf('lambdas_'),
    inverse: unpowered,
  },
  'preprocessing.Normalizer': { translate: normalizer, features: untold },
  'preprocessing.Binarizer': { translate: binarizer, features: untold },
};
