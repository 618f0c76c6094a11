import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { operators } from '../../plan/index.ts';
import { DType, NdArray, type PyObject, PyTuple, type PickleFile, type PyValue } from '../pickle/index.ts';
import { dict, floats, object, type Attributes } from '../pickle/objects.contract.ts';
import { openObjects } from './open.ts';
import { families } from './table.ts';

function integers(...values: bigint[]): NdArray {
  return new NdArray(
    DType.spelled('<i8') as DType,
    [values.length],
    false,
    new Uint8Array(BigInt64Array.from(values).buffer),
  );
}

function objects(...values: PyValue[]): NdArray {
  return new NdArray(DType.spelled('O') as DType, [values.length], false, values);
}

function file(...objectsInside: PyValue[]): PickleFile {
  return {
    objects: objectsInside,
    container: 'zlib',
    protocol: 4,
    joblib: true,
    classes: [],
    trailingBytes: 0,
  };
}

const version = { _sklearn_version: '1.6.1' };

const logistic: Attributes = {
  ...version,
  multi_class: 'auto',
  solver: 'lbfgs',
  coef_: floats([1, 2], 3, -4),
  intercept_: floats([1], 0.5),
  classes_: integers(0n, 1n),
  n_features_in_: 2n,
};

function classifier(change: Attributes = {}): PyObject {
  return object('sklearn.linear_model._logistic.LogisticRegression', { ...logistic, ...change });
}

function scaler(change: Attributes = {}): PyObject {
  return object('sklearn.preprocessing._data.StandardScaler', {
    ...version,
    with_mean: true,
    with_std: true,
    mean_: floats([2], 1, 2),
    scale_: floats([2], 1, 2),
    ...change,
  });
}

function pipeline(...steps: readonly (readonly [string, PyValue])[]): PyObject {
  return object('sklearn.pipeline.Pipeline', { ...version, steps: steps.map(step => new PyTuple(step)) });
}

suite('what is served', () => {
  test('a classifier has its methods as outputs, the default first', async () => {
    const { outputs, inputs, results } = (await openObjects(file(classifier()))).plan();
    assert.deepEqual(
      outputs.map(({ name, datatype, shape }) => [name, datatype, shape]),
      [
        ['predict', 'INT64', [-1]],
        ['predict_proba', 'FP64', [-1, 2]],
        ['predict_log_proba', 'FP64', [-1, 2]],
        ['decision_function', 'FP64', [-1]],
      ],
    );
    assert.deepEqual(inputs, [{ name: 'input-0', datatype: 'FP64', shape: [-1, 2] }]);
    assert.equal(results[0]?.labels?.datatype, 'INT64');
  });

  const classes: readonly (readonly [string, NdArray, string])[] = [
    ['text', objects('no', 'yes'), 'BYTES'],
    ['Python integers', objects(3n, 4n), 'INT64'],
    ['Python floats', objects(0.5, 1.5), 'FP64'],
    ['Python booleans', objects(false, true), 'BOOL'],
    ['float64', floats([2], 1, 2), 'FP64'],
    ['booleans', new NdArray(DType.spelled('|b1') as DType, [2], false, Uint8Array.of(0, 1)), 'BOOL'],
    ['bytes', new NdArray(DType.spelled('|S1') as DType, [2], false, Uint8Array.of(97, 98)), 'BYTES'],
  ];
  for (const [name, classes_, datatype] of classes) {
    test(`classes that are ${name} are ${datatype}`, async () =>
      assert.equal(
        (await openObjects(file(classifier({ classes_ })))).plan().outputs[0]?.datatype,
        datatype,
      ));
  }

  test('names of columns come from the estimator, or from the first step of a pipeline', async () => {
    const named = { feature_names_in_: objects('age', 'size') };
    assert.deepEqual((await openObjects(file(classifier(named)))).plan().featureNames, ['age', 'size']);
    const steps = pipeline(['none', null], ['scale', scaler(named)], ['clf', classifier()]);
    assert.deepEqual((await openObjects(file(steps))).plan().featureNames, ['age', 'size']);
  });

  test('a pipeline that ends in a transformer transforms', async () => {
    const names = async (last: PyValue): Promise<string[]> =>
      (await openObjects(file(pipeline(['a', scaler()], ['b', last]))))
        .plan()
        .outputs.map(output => output.name);
    assert.deepEqual(await names(scaler()), ['transform']);
    assert.deepEqual(await names('passthrough'), ['transform']);
    assert.deepEqual(await names(null), ['transform']);
  });

  test('moved modules are the same classes', async () => {
    for (const path of [
      'sklearn.linear_model.logistic.LogisticRegression',
      'sklearn.linear_model.LogisticRegression',
    ])
      assert.equal((await openObjects(file(object(path, logistic)))).plan().outputs.length, 4);
  });

  test('the estimators translate to operators that others share', async () => {
    const used = new Set((await openObjects(file(classifier()))).plan().nodes.map(node => node.op));
    assert.ok([...used].every(name => Object.hasOwn(operators, name)));
    const classes = families.flatMap(family => family.classes);
    assert.deepEqual(
      classes.filter((name, index) => classes.indexOf(name) !== index),
      [],
    );
  });
});

/** A stump of two classes with counts in its leaves, as a file has it. */
function stump(written: string): PyObject {
  const words = new DataView(new ArrayBuffer(3 * 40));
  for (const [at, [left, right, feature, threshold]] of [
    [1, 2, 0, 0.5],
    [-1, -1, -2, -2],
    [-1, -1, -2, -2],
  ].entries()) {
    words.setBigInt64(at * 40, BigInt(left as number), true);
    words.setBigInt64(at * 40 + 8, BigInt(right as number), true);
    words.setBigInt64(at * 40 + 16, BigInt(feature as number), true);
    words.setFloat64(at * 40 + 24, threshold as number, true);
    words.setBigInt64(at * 40 + 32, 4n, true);
  }
  const record = DType.spelled('|V40') as DType;
  record.fields = ['left_child', 'right_child', 'feature', 'threshold', 'n_node_samples'].map((name, at) => ({
    name,
    dtype: DType.spelled(name === 'threshold' ? '<f8' : '<i8') as DType,
    offset: 8 * at,
  }));
  const tree_ = object('sklearn.tree._tree.Tree', {
    nodes: new NdArray(record, [3], false, new Uint8Array(words.buffer)),
    values: floats([3, 1, 2], 3, 5, 3, 1, 0, 4),
  });
  const attributes = { _sklearn_version: written, tree_, classes_: integers(0n, 1n), n_features_: 1n };
  return object('sklearn.tree._classes.DecisionTreeClassifier', attributes);
}

suite('leaves', () => {
  const normalized = async (written: string): Promise<boolean> =>
    (await openObjects(file(stump(written)))).plan().nodes.some(node => node.op === 'normalizeRows');

  test('hold counts up to scikit-learn 1.3, fractions from 1.4 on', async () => {
    assert.ok(await normalized('1.2.2'));
    assert.ok(await normalized('1.3.2'));
    assert.ok(!(await normalized('1.4.0')));
  });
});

suite('where it comes from', () => {
  test('is told with container, library and version', async () => {
    assert.deepEqual((await openObjects(file(classifier()))).source, {
      format: 'sklearn',
      container: 'joblib (zlib), pickle protocol 4',
      library: 'scikit-learn',
      libraryVersion: '1.6.1',
      notes: [],
    });
  });

  test('a version newer than any known is tried, with a note', async () => {
    const opened = await openObjects(file(classifier({ _sklearn_version: '1.10.0' })));
    assert.match(opened.source.notes.join(), /written by scikit-learn 1\.10\.0, newer than 1\.9/);
    assert.equal(opened.plan().outputs.length, 4);
    assert.deepEqual((await openObjects(file(classifier({ _sklearn_version: '1.9.7' })))).source.notes, []);
    assert.match(
      (await openObjects(file(classifier({ _sklearn_version: '2.0' })))).source.notes.join(),
      /newer/,
    );
  });

  test('a file that does not say its version is one from before 0.18', async () => {
    const old = { ...logistic, multi_class: 'multinomial' } as Record<string, PyValue>;
    delete old['_sklearn_version'];
    const opened = await openObjects(file(object('sklearn.linear_model.logistic.LogisticRegression', old)));
    assert.match(opened.source.notes.join(), /does not say which version/);
    // Two classes were one sigmoid then, whatever the parameter said.
    assert.ok(
      opened.plan().nodes.some(node => node.op === 'map' && node.attributes['function'] === 'sigmoid'),
    );
  });

  test('bytes that follow the model are mentioned', async () => {
    assert.match(
      (await openObjects({ ...file(classifier()), trailingBytes: 12 })).source.notes.join(),
      /12 bytes after/,
    );
  });

  test('the description has parameters as the file has them, facts and steps', async () => {
    const steps = pipeline(
      ['scale', scaler()],
      ['clf', classifier({ penalty: 'l2', C: 0.5, class_weight: dict({ a: 1n }) })],
    );
    const { description } = await openObjects(file(steps));
    assert.equal(description.class, 'sklearn.pipeline.Pipeline');
    assert.deepEqual(description.facts, { steps: 2 });
    assert.deepEqual(
      description.parts.map(part => [part.name, part.class]),
      [
        ['scale', 'sklearn.preprocessing._data.StandardScaler'],
        ['clf', 'sklearn.linear_model._logistic.LogisticRegression'],
      ],
    );
    assert.deepEqual(description.parts[1]?.parameters, {
      multi_class: 'auto',
      solver: 'lbfgs',
      penalty: 'l2',
      C: 0.5,
      class_weight: 'a dict of 1',
    });
    assert.deepEqual(description.parts[1]?.facts, { classes: 2 });
  });
});

/** Refused with a code, and a message that has these words. */
const refused: readonly (readonly [string, () => PickleFile, string, RegExp])[] = [
  [
    'a class that is not translated',
    () => file(object('sklearn.cluster._dbscan.DBSCAN', version)),
    'sklearn-class-unsupported',
    /^model: sklearn\.cluster\._dbscan\.DBSCAN cannot be served: it labels the rows it was fitted on/,
  ],
  [
    'a step that is not translated',
    () => file(pipeline(['scale', scaler()], ['clf', object('catboost.core.CatBoostClassifier', {})])),
    'sklearn-class-unsupported',
    /^pipeline\.steps\[1\] 'clf': catboost\.core\.CatBoostClassifier \(a class of catboost\)/,
  ],
  [
    'a step inside a step',
    () =>
      file(
        pipeline(
          ['pre', pipeline(['odd', object('sklearn.decomposition._odd.Odd', {})])],
          ['clf', classifier()],
        ),
      ),
    'sklearn-class-unsupported',
    /^pipeline\.steps\[0\] 'pre'\.steps\[0\] 'odd': sklearn\.decomposition\._odd\.Odd/,
  ],
  [
    'a class of the author’s own',
    () => file(object('__main__.Model', {})),
    'sklearn-class-unsupported',
    /__main__\.Model \(a class of the author's own script\)/,
  ],
  [
    'a class of the same name elsewhere',
    () => file(object('cuml.svm.SVC', {})),
    'sklearn-class-unsupported',
    /cuml\.svm\.SVC/,
  ],
  [
    'an estimator before fit',
    () => file(object('sklearn.svm._classes.SVC', { ...version, kernel: 'rbf', gamma: 'scale', C: 1 })),
    'sklearn-not-fitted',
    /^model: this SVC is not fitted/,
  ],
  [
    'a step before fit',
    () =>
      file(
        pipeline(
          ['scale', scaler()],
          ['clf', object('sklearn.linear_model._logistic.LogisticRegression', { ...version, C: 1 })],
        ),
      ),
    'sklearn-not-fitted',
    /^pipeline\.steps\[1\] 'clf': this LogisticRegression is not fitted \(it has no coef_\)/,
  ],
  [
    'an attribute that is missing',
    () => file(classifier({ classes_: null })),
    'sklearn-malformed',
    /attribute classes_ of LogisticRegression is None, expected the fitted attribute/,
  ],
  [
    'an attribute of another kind',
    () => file(classifier({ coef_: 'two' })),
    'sklearn-malformed',
    /attribute coef_ of LogisticRegression is "two", expected numbers/,
  ],
  [
    'shapes that contradict each other',
    () => file(classifier({ coef_: floats([1, 3], 1, 2, 3) })),
    'sklearn-malformed',
    /weights has shape \[1, 3\], expected \[1, 2\]/,
  ],
  [
    'too many classes',
    () => file(classifier({ classes_: integers(0n, 1n, 2n) })),
    'sklearn-malformed',
    /classes_ .* expected 2 classes/,
  ],
  [
    'classes of several kinds',
    () => file(classifier({ classes_: objects(1n, 'b') })),
    'sklearn-malformed',
    /all strings, all integers, all floats or all booleans/,
  ],
  [
    'a kernel of the author’s own',
    () => file(svc({ kernel: object('__main__.kernel', {}) })),
    'sklearn-parameter-unsupported',
    /SVC with kernel=__main__\.kernel is not supported: .*supported are linear, poly, rbf, sigmoid/,
  ],
  [
    'a precomputed kernel without its places among the rows of training',
    () => file(svc({ kernel: 'precomputed' })),
    'sklearn-malformed',
    /support_ of SVC is nothing/,
  ],
  [
    'ties broken between pairs',
    () => file(svc({ break_ties: true, decision_function_shape: 'ovo' })),
    'sklearn-parameter-unsupported',
    /break_ties=True/,
  ],
  [
    'a step in the middle that cannot transform',
    () => file(pipeline(['clf', classifier()], ['clf2', classifier()])),
    'sklearn-malformed',
    /steps\[0\] 'clf': a step before the last must have transform, this one has predict/,
  ],
  ['a pipeline without steps', () => file(pipeline()), 'sklearn-malformed', /at least one step/],
  [
    'steps that are no pairs',
    () => file(object('sklearn.pipeline.Pipeline', { ...version, steps: [1n] })),
    'sklearn-malformed',
    /pairs of name and estimator/,
  ],
  [
    'a step that is no estimator',
    () => file(pipeline(['x', 5n], ['clf', classifier()])),
    'sklearn-class-unsupported',
    /5 is no estimator/,
  ],
  [
    'a pipeline of nothing',
    () => file(pipeline(['a', null], ['b', 'passthrough'])),
    'sklearn-features-unknown',
    /does not say how many features/,
  ],
  [
    'a tuple',
    () => file(new PyTuple([scaler(), classifier()])),
    'sklearn-no-model',
    /a tuple of 2, expected a single estimator; inside: \[0\] sklearn\.preprocessing\._data\.StandardScaler; \[1\] sklearn\.linear_model.*; 0 probably prepares what the others were trained on: save them as one Pipeline, or pick one with --object: 0, 1$/,
  ],
  [
    'a dict',
    () => file(dict({ model: classifier(), other: classifier(), columns: ['a'] })),
    'sklearn-no-model',
    /a dict of 3, .*\["model"\] sklearn\.linear_model\._logistic\.LogisticRegression; .*\["columns"\] a list of 1; pick one with --object: model, other$/,
  ],
  [
    'several pickles',
    () => file(scaler(), classifier()),
    'sklearn-no-model',
    /2 pickles one after another.*object 1 sklearn/,
  ],
  ['plain data', () => file('hello'), 'sklearn-no-model', /holds "hello", .*nothing that could be served/],
  [
    'an array',
    () => file(floats([2, 2], 1, 2, 3, 4)),
    'sklearn-no-model',
    /an array of <f8 with shape \(2, 2\)/,
  ],
];

function svc(change: Attributes): PyObject {
  return object('sklearn.svm._classes.SVC', {
    ...version,
    kernel: 'rbf',
    _gamma: 0.5,
    decision_function_shape: 'ovr',
    support_vectors_: floats([2, 1], 0, 1),
    _dual_coef_: floats([1, 2], 1, -1),
    _intercept_: floats([1], 0),
    _n_support: integers(1n, 1n),
    classes_: integers(0n, 1n),
    n_features_in_: 1n,
    ...change,
  });
}

suite('what is refused', () => {
  for (const [name, make, code, message] of refused) {
    test(name, async () => {
      const opened = await openObjects(make());
      assert.ok(opened.source.container !== '' && opened.description.class !== '');
      assert.throws(() => opened.plan(), { code, message, fault: 'user' });
    });
  }
});

suite('files that nest or repeat without end', () => {
  test('a pipeline that contains itself', async () => {
    const steps: PyValue[] = [];
    const endless = object('sklearn.pipeline.Pipeline', { ...version, steps });
    steps.push(new PyTuple(['self', endless]), new PyTuple(['clf', classifier()]));
    const opened = await openObjects(file(endless));
    assert.throws(() => opened.plan(), {
      code: 'sklearn-malformed',
      message: /more than 32 estimators inside each other/,
    });
  });

  test('a pipeline of pipelines that are all the same two', async () => {
    let inner: PyObject = scaler();
    for (let level = 0; level < 30; level++) inner = pipeline(['a', inner], ['b', inner]);
    const opened = await openObjects(file(inner));
    assert.throws(() => opened.plan(), { fault: 'user' });
  });
});
