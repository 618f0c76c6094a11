import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PlanBuilder, operators, typesOf, type Attribute, type NewResult, type PlanHead } from './index.ts';

const head: PlanHead = {
  source: { format: 'test', container: 'none', library: 'none', notes: [] },
  description: { name: 'model', class: 'Test', parameters: {}, facts: {}, parts: [] },
  inputs: [{ name: 'input-0', datatype: 'FP64', shape: [-1, 2] }],
  outputs: [{ name: 'predict', datatype: 'FP64', shape: [-1, 1] }],
  features: 2,
};

function started(width = 2): { builder: PlanBuilder; x: number } {
  const builder = new PlanBuilder();
  return { builder, x: builder.add('input', [], { width, owner: 'Test' }) };
}

function affineInto(builder: PlanBuilder, x: number, outputs = 1): number {
  const weights = { values: new Float64Array(outputs * 2), shape: [outputs, 2] };
  return builder.add('affine', [x], {}, { weights, bias: new Float64Array(outputs) });
}

test('an array given to several nodes is stored once', () => {
  const { builder, x } = started();
  const operand = Float64Array.of(3, 4);
  const times = (values: Float64Array): number =>
    builder.add('columnwise', [x], { operation: 'multiply', operandToo: false }, { operand: values });
  const nodes = [times(operand), times(operand), times(operand.slice())];
  const plan = builder.finish({ ...head, outputs: [{ ...head.outputs[0]!, shape: [-1, 2] }] }, [
    { node: nodes[0] as number },
  ]);
  const [first, second, third] = nodes.map(node => plan.nodes[node]?.arrays['operand']?.offset);
  assert.equal(second, first);
  assert.notEqual(third, first);
});

test('a plan keeps its arrays in one shared buffer, aligned, with what was given', () => {
  const { builder, x } = started();
  const bias = Float64Array.of(7);
  const weights = { values: Float64Array.of(3, 4), shape: [1, 2] };
  const node = builder.add('affine', [x], {}, { weights, bias });
  const codes = builder.add('argmax', [node]);
  const labels = { datatype: 'INT64', values: BigInt64Array.of(2n ** 60n) } as const;
  const outputs = [{ name: 'predict', datatype: 'INT64', shape: [-1] }] as const;
  const plan = builder.finish({ ...head, outputs }, [{ node: codes, labels }]);
  assert.ok(plan.buffer instanceof SharedArrayBuffer);
  const refs = Object.values(plan.nodes[node]?.arrays ?? {});
  assert.deepEqual(
    refs.map(ref => [ref.offset % 8, ref.dtype]),
    [
      [0, 'f64'],
      [0, 'f64'],
    ],
  );
  assert.deepEqual([...new Float64Array(plan.buffer, 0, 3)], [3, 4, 7]);
  assert.deepEqual(typesOf(plan).at(-1), { kind: 'codes', width: 1, cardinality: 1, single: false });
});

test('arrays survive the growth of the buffer', () => {
  const { builder, x } = started();
  let node = x;
  for (let round = 0; round < 2000; round++)
    node = builder.add(
      'columnwise',
      [node],
      { operation: 'add', operandToo: false },
      { operand: Float64Array.of(round) },
    );
  const plan = builder.finish({ ...head, outputs: [{ name: 'y', datatype: 'FP64', shape: [-1, 2] }] }, [
    { node },
  ]);
  for (const [index, one] of plan.nodes.slice(1).entries())
    assert.equal(new Float64Array(plan.buffer, one.arrays['operand']?.offset, 1)[0], index);
});

const wrongNodes: readonly (readonly [string, (builder: PlanBuilder, x: number) => unknown, RegExp])[] = [
  ['an input that is not there', builder => builder.add('argmax', [5]), /input 5 is not an earlier node/],
  ['too few inputs', builder => builder.add('argmax', []), /0 inputs, expected 1/],
  ['no input to concatenate', builder => builder.add('concatenate', []), /0 inputs, expected many/],
  [
    'an attribute of another kind',
    (builder, x) => builder.add('above', [x], { threshold: 'high' }),
    /threshold is "high", expected a finite number/,
  ],
  [
    'an attribute out of range',
    builder => builder.add('input', [], { width: 0, owner: '' }),
    /width is 0, expected an integer from 1/,
  ],
  [
    'an unknown choice',
    (builder, x) => builder.add('map', [x], { function: 'versine' }),
    /function is "versine", expected one of negate/,
  ],
  [
    'an attribute too many',
    (builder, x) => builder.add('argmax', [x], { axis: 1 }),
    /unknown attribute axis/,
  ],
  ['a missing array', (builder, x) => builder.add('columns', [x]), /indices is missing/],
  [
    'an array too many',
    (builder, x) => builder.add('argmax', [x], {}, { extra: new Float64Array(1) }),
    /unknown array extra/,
  ],
  [
    'an array of another type',
    (builder, x) => builder.add('columns', [x], {}, { indices: new Float64Array(1) }),
    /indices is f64 \[1\], expected i32/,
  ],
  [
    'a column that is not there',
    (builder, x) => builder.add('columns', [x], {}, { indices: Int32Array.of(2) }),
    /indices has 2, expected 0 to 1/,
  ],
  [
    'weights of another width',
    (builder, x) =>
      builder.add(
        'affine',
        [x],
        {},
        { weights: { values: new Float64Array(3), shape: [1, 3] }, bias: new Float64Array(1) },
      ),
    /weights has shape \[1, 3\], expected \[1, 2\]/,
  ],
  [
    'codes where a matrix is due',
    (builder, x) => builder.add('softmax', [builder.add('argmax', [x])]),
    /input 0 must be a matrix/,
  ],
  ['columns that are no pairs', (builder, x) => builder.add('pairVotes', [x]), /2 columns are not the pairs/],
  [
    'float32 after float64',
    (builder, x) => builder.add('softmax', [affineInto(builder, x)], {}, {}, { single: true }),
    /computed in float32, but an input is not/,
  ],
];

for (const [name, add, message] of wrongNodes) {
  test(`a builder refuses ${name}`, () => {
    const { builder, x } = started();
    assert.throws(() => add(builder, x), { code: 'plan-invalid', message });
  });
}

interface Stump {
  readonly nodes: Int32Array;
  readonly features: Int32Array;
  readonly policies: Int32Array;
  readonly sets: Int32Array;
  readonly thresholdStarts: Int32Array;
  readonly thresholds: Float64Array;
  readonly attributes: Record<string, Attribute>;
}

/** A tree of one split on column 0 with two leaves, another on a set of categories, and what to spoil in them. */
function twoStumps(keys: 'float32' | 'rank', spoil: (stump: Stump) => void): () => unknown {
  const { builder, x } = started();
  const stump: Stump = {
    nodes: Int32Array.of(0, 1 << 3, 0, 2, 1, 2, 0, (1 << 3) | 1, 0, 2, 1, 2),
    features: Int32Array.of(0, 1),
    policies: Int32Array.of(1, 0),
    sets: Int32Array.of(40, 0, 0),
    thresholdStarts: Int32Array.of(0, 1),
    thresholds: Float64Array.of(0.5),
    attributes: { keys, absent: 'zero', numeric: 1, bits: 3, width: 1, sum: 'f64' },
  };
  spoil(stump);
  const { features, policies, sets, thresholdStarts, thresholds, attributes } = stump;
  return () =>
    builder.add('trees', [x], attributes, {
      roots: Int32Array.of(0, 3),
      nodes: { values: stump.nodes, shape: [6, 2] },
      leaves: { values: new Float64Array(2), shape: [2, 1] },
      features,
      policies,
      sets,
      ...(keys === 'rank' ? { thresholds, thresholdStarts } : {}),
    });
}

test('trees are accepted when every walk ends in a leaf', () => {
  assert.doesNotThrow(twoStumps('float32', () => {}));
  assert.doesNotThrow(twoStumps('rank', () => {}));
});

const wrongTrees: readonly (readonly [string, (stump: Stump) => void, RegExp])[] = [
  ['a child before its parent', ({ nodes }) => (nodes[1] = -1 << 3), /children at -1/],
  ['a child outside the tree', ({ nodes }) => (nodes[1] = 2 << 3), /children at 2/],
  ['a column that is not there', ({ nodes }) => (nodes[1] = (1 << 3) | 5), /asks for column 5 of 2/],
  ['a leaf that is not there', ({ nodes }) => (nodes[2] = 2), /is no leaf of 2/],
  ['a leaf before the first', ({ nodes }) => (nodes[2] = -1), /is no leaf of 2/],
  ['a leaf that asks for a real column', ({ nodes }) => (nodes[3] = 0), /is no leaf of 2/],
  ['a feature that is not there', ({ features }) => (features[0] = 2), /features has 2/],
  ['a negative feature', ({ features }) => (features[1] = -1), /features has -1/],
  ['a policy that is none', ({ policies }) => (policies[0] = 3), /column 0 has the policy 3/],
  ['a policy of numbers for categories', ({ policies }) => (policies[1] = 1), /column 1 has the policy 1/],
  ['a set that starts too late', ({ nodes }) => (nodes[6] = 1), /node 3 has a set of 0 bits at 1 of 3/],
  ['a set that starts too early', ({ nodes }) => (nodes[6] = -1), /node 3 has a set of 0 bits at -1/],
  ['a set that is too long', ({ sets }) => (sets[0] = 65), /node 3 has a set of 65 bits/],
  [
    'more columns of numbers than columns',
    ({ attributes }) => (attributes['numeric'] = 3),
    /3 columns of numbers/,
  ],
  [
    'bits too few for its columns',
    ({ attributes }) => (attributes['bits'] = 1),
    /1 bits are too few for 2 columns/,
  ],
];

const wrongRanks: readonly (readonly [string, (stump: Stump) => void, RegExp])[] = [
  ['starts beyond the thresholds', stump => (stump.thresholdStarts[1] = 2), /thresholdStarts must rise/],
  ['starts before the thresholds', stump => (stump.thresholdStarts[0] = -1), /thresholdStarts must rise/],
  [
    'thresholds that do not rise',
    stump =>
      Object.assign(stump, { thresholds: Float64Array.of(1, 1), thresholdStarts: Int32Array.of(0, 2) }),
    /thresholds of column 0 do not rise/,
  ],
];

for (const [name, spoil, message] of wrongRanks) {
  test(`ranks are refused for ${name}`, () =>
    assert.throws(twoStumps('rank', spoil), { code: 'plan-invalid', message }));
}

for (const [name, spoil, message] of wrongTrees) {
  test(`trees are refused for ${name}`, () =>
    assert.throws(twoStumps('float32', spoil), { code: 'plan-invalid', message }));
}

const wrongResults: readonly (readonly [string, Partial<PlanHead>, (node: number) => NewResult[], RegExp])[] =
  [
    ['no outputs', { outputs: [] }, () => [], /0 results for 0 outputs/],
    [
      'another width',
      { outputs: [{ name: 'y', datatype: 'FP64', shape: [-1, 3] }] },
      node => [{ node }],
      /shape \[-1, 3\] for 1 columns/,
    ],
    [
      'another datatype',
      { outputs: [{ name: 'y', datatype: 'BYTES', shape: [-1, 1] }] },
      node => [{ node }],
      /is BYTES, but the node gives FP64 or FP32 or INT32 or INT64/,
    ],
    ['a node that is not there', {}, () => [{ node: 9 }], /there is no node 9/],
    [
      'labels for a matrix',
      {},
      node => [{ node, labels: { datatype: 'BYTES', strings: ['a'] } }],
      /labels for matrix/,
    ],
    [
      'names of other features',
      { featureNames: ['a'] },
      node => [{ node }],
      /1 feature names for 2 features/,
    ],
  ];

for (const [name, change, results, message] of wrongResults) {
  test(`a plan is refused for ${name}`, () => {
    const { builder, x } = started();
    const node = affineInto(builder, x);
    assert.throws(() => builder.finish({ ...head, ...change }, results(node)), {
      code: 'plan-invalid',
      message,
    });
  });
}

test('codes need as many labels as there are codes', () => {
  const { builder, x } = started();
  const node = builder.add('argmax', [x]);
  const outputs = [{ name: 'predict', datatype: 'BYTES', shape: [-1] }] as const;
  assert.throws(() => builder.finish({ ...head, outputs }, [{ node }]), /codes without labels/);
  const few = { datatype: 'BYTES', strings: ['one'] } as const;
  assert.throws(() => builder.finish({ ...head, outputs }, [{ node, labels: few }]), /1 labels for 2 codes/);
});

/** Two inputs side by side. */
function twoInputs(
  first: (builder: PlanBuilder) => number,
  second: (builder: PlanBuilder) => number,
  width: number,
): () => unknown {
  const builder = new PlanBuilder();
  const inputs = [first(builder), second(builder)];
  const node = builder.add('concatenate', inputs);
  const outputs = [{ name: 'y', datatype: 'FP64', shape: [-1, width] }] as const;
  return () => builder.finish({ ...head, outputs }, [{ node }]);
}

function numbersOf(...columns: readonly number[]): (builder: PlanBuilder) => number {
  return builder =>
    builder.add('input', [], { width: columns.length, owner: '' }, { columns: Int32Array.from(columns) });
}

test('a plan may read its columns in several inputs, each as what it is and within the features', () => {
  assert.doesNotThrow(twoInputs(numbersOf(1), numbersOf(0, 1), 3));
  assert.throws(twoInputs(numbersOf(1), numbersOf(2), 2), /column 2 of 2 features/);
  const all = (builder: PlanBuilder): number => builder.add('input', [], { width: 1, owner: '' });
  assert.throws(twoInputs(numbersOf(1), all, 2), /1 columns, expected all 2/);
  const both = (builder: PlanBuilder): number => {
    builder.add('inputTexts', [], { owner: '' }, { columns: Int32Array.of(1) });
    return builder.add('input', [], { width: 2, owner: '' });
  };
  assert.throws(twoInputs(numbersOf(0), both, 3), /column 1 is read as/);
});

test('every operator says in a sentence what it computes', () => {
  for (const [name, { meaning }] of Object.entries(operators)) assert.match(meaning, /^.{20,}\.$/, name);
});
