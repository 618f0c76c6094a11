/** Gaussian processes, mixtures, clusters and embeddings whose parts contradict each other, or hold themselves. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PyClass, type PyObject, PyTuple, type PyValue } from '../../pickle/index.ts';
import { dict, fileOf, floats, object, type Attributes } from '../../pickle/objects.contract.ts';
import { openObjects } from '../open.ts';

const version = { _sklearn_version: '1.6.1' };
const kernels = 'sklearn.gaussian_process.kernels';

function kernel(name: string, attributes: Attributes = {}): PyObject {
  return object(`${kernels}.${name}`, attributes);
}

function regressor(attributes: Attributes): PyObject {
  return object('sklearn.gaussian_process._gpr.GaussianProcessRegressor', {
    ...version,
    kernel_: kernel('RBF', { length_scale: 2 }),
    X_train_: floats([2, 3], 1, 2, 3, 4, 5, 6),
    alpha_: floats([2], 1, -1),
    ...attributes,
  });
}

/** A kernel that is its own half. */
function endless(): PyObject {
  const sum = kernel('Sum');
  sum.state = dict({ k1: sum, k2: kernel('RBF', { length_scale: 1 }) });
  return sum;
}

/** Sixteen sums of the same kernel twice: 65,536 kernels written out. */
function doubled(): PyObject {
  let whole = kernel('RBF', { length_scale: 1 });
  for (let depth = 0; depth < 15; depth++) whole = kernel('Sum', { k1: whole, k2: whole });
  return whole;
}

function binary(attributes: Attributes): PyObject {
  const machine = object('sklearn.gaussian_process._gpc._BinaryGaussianProcessClassifierLaplace', {
    kernel_: kernel('RBF', { length_scale: 2 }),
    X_train_: floats([2, 1], 1, 2),
    classes_: floats([2], 0, 1),
    y_train_: floats([2], 0, 1),
    pi_: floats([2], 0.25, 0.75),
    W_sr_: floats([2], 0.5, 0.5),
    L_: floats([2, 2], 1, 0, 0.5, 1),
    ...attributes,
  });
  return object('sklearn.gaussian_process._gpc.GaussianProcessClassifier', {
    ...version,
    base_estimator_: machine,
  });
}

function bisecting(tree: PyValue): PyObject {
  return object('sklearn.cluster._bisect_k_means.BisectingKMeans', {
    ...version,
    cluster_centers_: floats([2, 1], 0, 1),
    _bisecting_tree: tree,
  });
}

function split(): PyObject {
  const tree = object('sklearn.cluster._bisect_k_means._BisectingTree', {});
  tree.state = dict({ center: floats([1], 0), left: tree, right: tree });
  return tree;
}

function envelope(attributes: Attributes): PyObject {
  return object('sklearn.covariance._elliptic_envelope.EllipticEnvelope', {
    ...version,
    location_: floats([2], 0, 0),
    covariance_: floats([2, 2], 1, 0, 0, 1),
    precision_: floats([2, 2], 1, 0, 0, 1),
    offset_: -1,
    ...attributes,
  });
}

function bayesian(attributes: Attributes): PyObject {
  return object('sklearn.mixture._bayesian_mixture.BayesianGaussianMixture', {
    ...version,
    covariance_type: 'diag',
    weight_concentration_prior_type: 'dirichlet_process',
    weight_concentration_: new PyTuple([floats([2], 1, 2), floats([2], 1, 1)]),
    means_: floats([2, 1], 0, 1),
    precisions_cholesky_: floats([2, 1], 1, 1),
    degrees_of_freedom_: floats([2], 3, 3),
    mean_precision_: floats([2], 1, 1),
    ...attributes,
  });
}

function pooled(attributes: Attributes): PyObject {
  return object('sklearn.cluster._agglomerative.FeatureAgglomeration', {
    ...version,
    labels_: floats([3], 0, 1, 0),
    pooling_func: new PyClass('numpy', 'mean'),
    n_features_in_: 3n,
    ...attributes,
  });
}

function coder(attributes: Attributes): PyObject {
  return object('sklearn.decomposition._dict_learning.SparseCoder', {
    ...version,
    dictionary: floats([2, 2], 1, 0, 0, 1),
    transform_algorithm: 'lasso_lars',
    transform_n_nonzero_coefs: null,
    transform_alpha: 0.5,
    transform_max_iter: 1000n,
    split_sign: false,
    positive_code: false,
    ...attributes,
  });
}

async function opens(root: PyObject): Promise<void> {
  const opened = await openObjects(fileOf(root));
  opened.plan();
}

const sound: Readonly<Record<string, PyObject>> = {
  'a Gaussian process': regressor({}),
  'a Gaussian process of two classes': binary({}),
  'an envelope': envelope({}),
  'a smoothness between': regressor({ kernel_: kernel('Matern', { length_scale: 1, nu: 0.75 }) }),
  'a mixture': bayesian({}),
  'groups of columns': pooled({}),
  'codes by least angles': coder({}),
  'codes by descent': coder({ transform_algorithm: 'lasso_cd' }),
};

for (const [name, root] of Object.entries(sound)) test(`${name} opens`, () => opens(root));

const malformed: Readonly<Record<string, PyObject>> = {
  'a kernel that holds itself': regressor({ kernel_: endless() }),
  'a kernel that holds others again and again': regressor({ kernel_: doubled() }),
  'a kernel that is a number': regressor({ kernel_: 1 }),
  'more lengths than columns': regressor({ kernel_: kernel('RBF', { length_scale: floats([2], 1, 1) }) }),
  'more weights than rows of training': regressor({ alpha_: floats([3], 1, 1, 1) }),
  'a smoothness of nothing': regressor({ kernel_: kernel('Matern', { length_scale: 1, nu: 0 }) }),
  'weights of three dimensions': regressor({ alpha_: floats([2, 1, 1], 1, 1) }),
  'a centre for another number of targets': regressor({ _y_train_mean: floats([3], 1, 1, 1) }),
  'a triangle of another size': binary({ L_: floats([1, 1], 1) }),
  'fewer targets than rows': binary({ y_train_: floats([1], 1) }),
  'a tree of clusters that holds itself': bisecting(split()),
  'a tree of clusters that is none': bisecting(1),
  'a precision of another width': envelope({ precision_: floats([1, 1], 1) }),
  'sticks of two lengths': bayesian({
    weight_concentration_: new PyTuple([floats([2], 1, 2), floats([1], 1)]),
  }),
  'freedom for three components of two': bayesian({ degrees_of_freedom_: floats([3], 3, 3, 3) }),
  'labels of other columns': pooled({ labels_: floats([2], 0, 1) }),
  'least angles with a penalty below 0': coder({ transform_alpha: -1 }),
  'a descent with a penalty below 0': coder({ transform_algorithm: 'lasso_cd', transform_alpha: -1 }),
  'thresholds below 0': coder({ transform_algorithm: 'threshold', transform_alpha: -1 }),
  'a penalty that is no number': coder({ transform_alpha: NaN }),
};

for (const [name, root] of Object.entries(malformed))
  test(`${name} is refused`, () => assert.rejects(opens(root), { code: 'sklearn-malformed' }));

const unsupported: Readonly<Record<string, PyObject>> = {
  'a kernel of somebody else': regressor({ kernel_: object('mine.kernels.RBF', { length_scale: 1 }) }),
  'a smoothness beyond float64': regressor({ kernel_: kernel('Matern', { length_scale: 1, nu: 150.5 }) }),
  'a smoothness without end': regressor({ kernel_: kernel('Matern', { length_scale: 1, nu: 1e16 }) }),
  'a kernel unknown': regressor({ kernel_: kernel('Brownian') }),
  'a metric computed outside': regressor({ kernel_: kernel('PairwiseKernel', { metric: 'precomputed' }) }),
  'a covariance without an inverse': envelope({
    precision_: null,
    covariance_: floats([2, 2], 1, 1, 1, 1),
  }),
  'a pool of somebody else': pooled({ pooling_func: new PyClass('mine', 'mean') }),
  'a descent of a million rounds': coder({ transform_algorithm: 'lasso_cd', transform_max_iter: 1_000_000n }),
};

for (const [name, root] of Object.entries(unsupported))
  test(`${name} is refused with its reason`, () =>
    assert.rejects(opens(root), { code: 'sklearn-parameter-unsupported' }));
