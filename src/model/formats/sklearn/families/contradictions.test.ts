/** Linear models, machines, naive Bayes, networks and the like whose parts contradict each other, or that are refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DType, NdArray, type PyObject, PyTuple } from '../../pickle/index.ts';
import { floats, object, type Attributes } from '../../pickle/objects.contract.ts';
import { openObjects } from '../open.ts';

function integers(...values: number[]): NdArray {
  const bytes = new Uint8Array(Int32Array.from(values).buffer);
  return new NdArray(DType.spelled('<i4') as DType, [values.length], false, bytes);
}

/** A matrix [2, 3] with 5 and 7 on its diagonal, unless changed. */
function sparse(change: Attributes = {}): PyObject {
  return object('scipy.sparse._csr.csr_matrix', {
    _shape: new PyTuple([2n, 3n]),
    data: floats([2], 5, 7),
    indices: integers(0, 1),
    indptr: integers(0, 1, 2),
    ...change,
  });
}

const version = { _sklearn_version: '1.6.1' };

function regressor(change: Attributes): PyObject {
  return object('sklearn.svm._classes.SVR', {
    ...version,
    kernel: 'rbf',
    gamma: 0.5,
    _gamma: 0.5,
    shape_fit_: new PyTuple([2n, 3n]),
    support_: integers(0, 1),
    support_vectors_: sparse(),
    _dual_coef_: floats([1, 2], 1, -1),
    _intercept_: floats([1], 0.25),
    n_features_in_: 3n,
    ...change,
  });
}

function categorical(change: Attributes): PyObject {
  return object('sklearn.naive_bayes.CategoricalNB', {
    ...version,
    classes_: integers(0, 1),
    class_log_prior_: floats([2], -0.7, -0.7),
    feature_log_prob_: [floats([2, 1], 0, 0)],
    n_features_in_: 1n,
    ...change,
  });
}

function network(change: Attributes): PyObject {
  return object('sklearn.neural_network._multilayer_perceptron.MLPRegressor', {
    ...version,
    activation: 'relu',
    out_activation_: 'identity',
    coefs_: [floats([1, 2], 1, 2), floats([2, 1], 1, 1)],
    intercepts_: [floats([2], 0, 0), floats([1], 0)],
    n_features_in_: 1n,
    ...change,
  });
}

function isotonic(change: Attributes): PyObject {
  return object('sklearn.isotonic.IsotonicRegression', {
    ...version,
    out_of_bounds: 'clip',
    X_thresholds_: floats([2], 0, 1),
    y_thresholds_: floats([2], 3, 4),
    ...change,
  });
}

function quadratic(change: Attributes): PyObject {
  return object('sklearn.discriminant_analysis.QuadraticDiscriminantAnalysis', {
    ...version,
    classes_: integers(0, 1),
    priors_: floats([2], 0.5, 0.5),
    means_: floats([2, 1], 0, 1),
    scalings_: [floats([1], 1), floats([1], 2)],
    rotations_: [floats([1, 1], 1), floats([1, 1], 1)],
    n_features_in_: 1n,
    ...change,
  });
}

function tweedie(change: Attributes): PyObject {
  return object('sklearn.linear_model._glm.glm.TweedieRegressor', {
    ...version,
    power: 1.5,
    link: 'auto',
    coef_: floats([1], 2),
    intercept_: 0,
    n_features_in_: 1n,
    ...change,
  });
}

function dummy(change: Attributes): PyObject {
  return object('sklearn.dummy.DummyClassifier', {
    ...version,
    strategy: 'prior',
    classes_: integers(0, 1),
    class_prior_: floats([2], 0.5, 0.5),
    n_features_in_: 1n,
    ...change,
  });
}

async function plan(model: PyObject): Promise<unknown> {
  const opened = await openObjects({
    objects: [model],
    container: 'zlib',
    protocol: 4,
    joblib: true,
    classes: [],
    trailingBytes: 0,
  });
  return opened.plan();
}

const makers = { regressor, categorical, network, isotonic, quadratic, tweedie, dummy };

for (const [name, make] of Object.entries(makers))
  test(`${name} as it should be is served`, async () => {
    assert.ok(await plan(make({})));
  });

const malformed = 'sklearn-malformed';
const unsupported = 'sklearn-parameter-unsupported';

const bad: readonly (readonly [string, PyObject, string, RegExp])[] = [
  [
    'a row that starts before the last',
    regressor({ support_vectors_: sparse({ indptr: integers(0, 2, 1) }) }),
    malformed,
    /row that starts at 1/,
  ],
  [
    'a row that starts beyond the data',
    regressor({ support_vectors_: sparse({ indptr: integers(0, 1, 9) }) }),
    malformed,
    /row that starts at 9/,
  ],
  [
    'a column beyond the shape',
    regressor({ support_vectors_: sparse({ indices: integers(0, 3) }) }),
    malformed,
    /column 3 of 3/,
  ],
  [
    'a column below 0',
    regressor({ support_vectors_: sparse({ indices: integers(-1, 0) }) }),
    malformed,
    /column -1 of 3/,
  ],
  [
    'more columns than any model has',
    regressor({ support_vectors_: sparse({ _shape: new PyTuple([2n, 2n ** 40n]) }) }),
    malformed,
    /columns, more than/,
  ],
  [
    'vectors of another width',
    regressor({ support_vectors_: sparse({ _shape: new PyTuple([2n, 4n]) }) }),
    malformed,
    /contradicts itself/,
  ],
  [
    'more weights than vectors',
    regressor({ _dual_coef_: floats([1, 3], 1, 2, 3) }),
    malformed,
    /contradicts itself/,
  ],
  [
    'a kernel that is no name',
    regressor({ kernel: 'wavelet' }),
    unsupported,
    /a function cannot be run; supported are linear/,
  ],
  [
    'a kernel computed elsewhere, of rows of training that are not there',
    regressor({ kernel: 'precomputed', support_: floats([1], 7) }),
    malformed,
    /support_ .*places below/,
  ],
  ['a fractional degree', regressor({ kernel: 'poly', degree: 2.5, coef0: 0 }), unsupported, /whole degrees/],
  [
    'a table with too few classes',
    categorical({ feature_log_prob_: [floats([1, 1], 0)] }),
    malformed,
    /2 rows/,
  ],
  [
    'more tables than features',
    categorical({ feature_log_prob_: [floats([2, 1], 0, 0), floats([2, 1], 0, 0)] }),
    malformed,
    /contradicts itself/,
  ],
  [
    'a layer without an intercept',
    network({ intercepts_: [floats([2], 0, 0)] }),
    malformed,
    /intercept for each layer/,
  ],
  [
    'layers that do not meet',
    network({ coefs_: [floats([1, 2], 1, 2), floats([3, 1], 1, 1, 1)] }),
    malformed,
    /contradicts itself/,
  ],
  ['an unknown activation', network({ activation: 'constructor' }), unsupported, /supported are/],
  ['knots that fall', isotonic({ X_thresholds_: floats([2], 1, 0) }), malformed, /knots must rise/],
  ['an unknown rule beyond the ends', isotonic({ out_of_bounds: 'wrap' }), unsupported, /nan, clip, raise/],
  [
    'rotations of another rank',
    quadratic({ scalings_: [floats([2], 1, 1), floats([1], 2)] }),
    malformed,
    /for class 0/,
  ],
  [
    'a link of another library',
    tweedie({ link: object('people.links.LogLink', {}) }),
    unsupported,
    /a link of another library is code/,
  ],
  ['answers drawn at random', dummy({ strategy: 'uniform' }), unsupported, /at random/],
  [
    'a constant that is no class',
    dummy({ strategy: 'constant', constant: 5n }),
    malformed,
    /one of the classes/,
  ],
  [
    'shares of other classes',
    dummy({ class_prior_: floats([3], 1, 0, 0) }),
    malformed,
    /share for each class/,
  ],
];

for (const [name, model, code, message] of bad)
  test(`${name} is refused`, async () => {
    await assert.rejects(plan(model), { code, message });
  });
