import { NdArray, PyObject } from '../../pickle/index.ts';
import { addAffine, isSingle, transposed } from '../affine.ts';
import { checkedNumbers } from '../checked.ts';
import { decidedLabels, labelsAbove, withLogs } from '../classifying.ts';
import type { Estimator } from '../estimator.ts';
import type { Family, FamilyRow, Methods, Translation } from '../family.ts';
import { featuresOf, type Features } from '../features.ts';
import { classesOf } from '../labels.ts';
import { itemsOf } from '../python.ts';

/** Names of scikit-learn's activations, and the functions of the operator `map`. */
const activations: Readonly<Record<string, string>> = {
  logistic: 'sigmoid',
  tanh: 'tanh',
  relu: 'relu',
  exp: 'exp',
};

function activated(estimator: Estimator, parameter: string, node: number, { builder }: Translation): number {
  const name = estimator.text(estimator.fitted(parameter)) ?? '';
  if (name === 'identity') return node;
  const { single } = builder.typeOf(node);
  if (name === 'softmax') return builder.add('softmax', [node], {}, {}, { single });
  const activation = Object.hasOwn(activations, name) ? activations[name] : undefined;
  return activation === undefined
    ? estimator.unsupported(
        parameter,
        `supported are identity, softmax, ${Object.keys(activations).join(', ')}`,
      )
    : builder.add('map', [node], { function: activation }, {}, { single });
}

/** Arrays of the layers, from the features on. */
function layersOf(estimator: Estimator, attribute: string): readonly NdArray[] {
  const name = estimator.fitted(attribute);
  const items = itemsOf(estimator.raw(name)) ?? estimator.malformed(name, 'a list of arrays');
  if (items.length === 0) estimator.malformed(name, 'at least one array');
  return items.map(item => (item instanceof NdArray ? item : estimator.malformed(name, 'a list of arrays')));
}

/** What the last layer gives: `_forward_pass_fast` of scikit-learn's multilayer perceptrons. */
function forward(estimator: Estimator, x: Features, to: Translation): number {
  const { builder } = to;
  const weights = layersOf(estimator, 'coefs_');
  const biases = layersOf(estimator, 'intercepts_');
  let node = checkedNumbers(estimator, x, to);
  for (const [layer, weight] of weights.entries()) {
    const bias = biases[layer];
    const [inputs, outputs, more] = weight.shape;
    if (bias === undefined || inputs === undefined || outputs === undefined || more !== undefined)
      return estimator.malformed('coefs_', 'a matrix and an intercept for each layer');
    const single = builder.typeOf(node).single && isSingle(weight) && isSingle(bias);
    const turned = transposed({ values: weight.float64(), shape: [inputs, outputs] });
    node = addAffine(builder, node, turned, bias.float64(), single, true);
    if (layer < weights.length - 1) node = activated(estimator, 'activation', node, to);
  }
  return activated(estimator, 'out_activation_', node, to);
}

function isMultilabel(estimator: Estimator): boolean {
  const binarizer = estimator.raw(estimator.fitted('_label_binarizer'));
  if (!(binarizer instanceof PyObject)) return estimator.malformed('_label_binarizer', 'a LabelBinarizer');
  const type = binarizer.attribute('y_type_');
  return typeof type === 'string' && type.startsWith('multilabel');
}

/** `sklearn.neural_network.MLPClassifier`: one output for two classes, one for each of several, or one for each label. */
function classifier(estimator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  const node = forward(estimator, x, to);
  const { width, single } = builder.typeOf(node);
  const proba = width === 1 ? builder.add('twoSided', [node], { form: 'complement' }, {}, { single }) : node;
  const methods = withLogs(proba, to);
  if (isMultilabel(estimator)) return { predict: labelsAbove(node, 0.5, to), ...methods };
  return {
    predict: decidedLabels(node, classesOf(estimator, width === 1 ? 2 : width), to, 0.5),
    ...methods,
  };
}

/** `sklearn.neural_network.MLPRegressor` */
function regressor(estimator: Estimator, x: Features, to: Translation): Methods {
  const node = forward(estimator, x, to);
  return { predict: { node, vector: to.builder.typeOf(node).width === 1 } };
}

/** `sklearn.neural_network.BernoulliRBM`: how probable its hidden units are. Its `score_samples` is drawn at random. */
function boltzmann(estimator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  const rows = checkedNumbers(estimator, x, to);
  const components = estimator.matrix(estimator.fitted('components_'));
  const bias = estimator.vector(estimator.fitted('intercept_hidden_'));
  const single =
    builder.typeOf(rows).single &&
    isSingle(estimator.raw('components_')) &&
    isSingle(estimator.raw('intercept_hidden_'));
  const node = addAffine(builder, rows, components, bias, single);
  return {
    transform: featuresOf(builder, builder.add('map', [node], { function: 'sigmoid' }, {}, { single })),
  };
}

function network(translate: FamilyRow['translate']): FamilyRow {
  return {
    translate,
    features: estimator => (estimator.has('coefs_') ? layersOf(estimator, 'coefs_')[0]?.shape[0] : undefined),
    facts: estimator => ({
      layers: layersOf(estimator, 'coefs_').length,
      weights: layersOf(estimator, 'coefs_').reduce((sum, { size }) => sum + size, 0),
    }),
  };
}

export const neuralFamily: Family = {
  'neural_network.MLPClassifier': network(classifier),
  'neural_network.MLPRegressor': network(regressor),
  'neural_network.BernoulliRBM': {
    translate: boltzmann,
    features: estimator =>
      estimator.has('components_') ? estimator.matrix('components_').shape[1] : undefined,
    facts: estimator => ({ 'hidden units': estimator.matrix('components_').shape[0] }),
  },
};
