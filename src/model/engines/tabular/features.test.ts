import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Datatype, NamedTensor, TensorData } from '../../../tensor/index.ts';
import { PlanBuilder, type Plan } from '../../plan/index.ts';
import { tabular } from './index.ts';

interface Options {
  readonly names?: readonly string[];
  readonly nan?: 'allow' | 'refuse';
  readonly range?: 'f64' | 'f32';
  readonly width?: number;
}

/** Hands the features on, checked as an estimator called SVC would. */
function echo({ names, nan = 'refuse', range = 'f64', width = 3 }: Options = {}): Plan {
  const builder = new PlanBuilder();
  const x = builder.add('input', [], { width, owner: 'SVC' });
  const rounded = range === 'f32' ? builder.add('cast32', [x]) : x;
  const node = builder.add('finite', [rounded], { owner: 'SVC', nan, range });
  return builder.finish(
    {
      source: { format: 'test', container: 'none', library: 'none', notes: [] },
      description: { name: 'model', class: 'Test', parameters: {}, facts: {}, parts: [] },
      inputs: [{ name: 'input-0', datatype: 'FP64', shape: [-1, width] }],
      outputs: [{ name: 'y', datatype: 'FP64', shape: [-1, width] }],
      features: width,
      featureNames: names,
    },
    [{ node }],
  );
}

async function send(plan: Plan, inputs: readonly NamedTensor[]): Promise<number[]> {
  const [answer] = (await (await tabular.compile(plan)).run(inputs, ['y'])) as [NamedTensor];
  return Array.from(answer.data as Float64Array);
}

function tensor(name: string, datatype: Datatype, shape: number[], data: TensorData): NamedTensor {
  return { name, datatype, shape, data };
}

function column(name: string, ...values: number[]): NamedTensor {
  return tensor(name, 'FP64', [values.length], Float64Array.from(values));
}

const numeric: readonly (readonly [Datatype, TensorData, readonly number[]])[] = [
  ['FP64', Float64Array.of(0.1, 2, -3), [0.1, 2, -3]],
  ['FP32', Float32Array.of(0.1, 2, -3), [Math.fround(0.1), 2, -3]],
  ['FP16', Float16Array.of(0.5, 2, -3), [0.5, 2, -3]],
  ['BF16', Uint16Array.of(0x3f80, 0xc000, 0x4049), [1, -2, 3.140625]],
  ['INT64', BigInt64Array.of(2n ** 60n, -1n, 2n ** 53n + 1n), [2 ** 60, -1, 2 ** 53]],
  ['UINT64', BigUint64Array.of(2n ** 63n, 1n, 0n), [2 ** 63, 1, 0]],
  ['INT32', Int32Array.of(-7, 0, 7), [-7, 0, 7]],
  ['UINT32', Uint32Array.of(2 ** 32 - 1, 0, 7), [2 ** 32 - 1, 0, 7]],
  ['INT16', Int16Array.of(-7, 0, 7), [-7, 0, 7]],
  ['UINT16', Uint16Array.of(0x3f80, 0, 7), [0x3f80, 0, 7]],
  ['INT8', Int8Array.of(-7, 0, 7), [-7, 0, 7]],
  ['UINT8', Uint8Array.of(255, 0, 7), [255, 0, 7]],
  ['BOOL', Uint8Array.of(1, 0, 1), [1, 0, 1]],
];

suite('one tensor of rows', () => {
  for (const [datatype, data, expected] of numeric) {
    test(`of ${datatype}`, async () => {
      assert.deepEqual(await send(echo(), [tensor('anything', datatype, [1, 3], data)]), expected);
    });
  }

  test('or a vector, for a model of one feature', async () => {
    assert.deepEqual(await send(echo({ width: 1 }), [column('x', 4, 5)]), [4, 5]);
  });
});

suite('one tensor a column', () => {
  const names = ['age', 'size', 'weight'];

  test('is put in the order of training, whatever datatypes and shapes', async () => {
    const inputs = [
      tensor('weight', 'INT64', [2, 1], BigInt64Array.of(5n, 6n)),
      tensor('age', 'FP32', [2], Float32Array.of(1, 2)),
      column('size', 3, 4),
    ];
    assert.deepEqual(await send(echo({ names }), inputs), [1, 3, 5, 2, 4, 6]);
  });

  test('is taken in order by a model that knows no names', async () => {
    assert.deepEqual(await send(echo(), [column('c', 1), column('a', 2), column('b', 3)]), [1, 2, 3]);
  });

  test('works over many blocks', async () => {
    const rows = 1000;
    const columns = names.map((name, at) =>
      column(name, ...Array.from({ length: rows }, (_, row) => row * 10 + at)),
    );
    const answer = await send(echo({ names }), columns);
    assert.deepEqual(
      answer,
      Array.from({ length: rows * 3 }, (_, at) => Math.floor(at / 3) * 10 + (at % 3)),
    );
  });
});

const names = ['age', 'size', 'weight'];
const refused: readonly (readonly [string, Options, readonly NamedTensor[], string, RegExp])[] = [
  ['no input', {}, [], 'features-shape', /no input, expected one tensor of shape \[rows, 3\]/],
  [
    'too few features',
    {},
    [tensor('input-0', 'FP64', [1, 2], new Float64Array(2))],
    'features-count',
    /input 'input-0': X has 2 features, but SVC is expecting 3 features as input/,
  ],
  [
    'a vector',
    {},
    [column('x', 1, 2, 3)],
    'features-shape',
    /input 'x' has shape \[3\], expected one tensor of shape \[rows, 3\]/,
  ],
  [
    'three dimensions',
    {},
    [tensor('x', 'FP64', [1, 1, 3], new Float64Array(3))],
    'features-shape',
    /has shape \[1, 1, 3\]/,
  ],
  ['a scalar', {}, [tensor('x', 'FP64', [], new Float64Array(1))], 'features-shape', /has shape \[\]/],
  [
    'no rows',
    {},
    [tensor('x', 'FP64', [0, 3], new Float64Array(0))],
    'features-shape',
    /found array with 0 sample\(s\) \(shape=\[0, 3\]\) while a minimum of 1 is required by SVC/,
  ],
  [
    'data that do not fill the shape',
    {},
    [tensor('x', 'FP64', [2, 3], new Float64Array(5))],
    'features-shape',
    /has 5 elements, its shape \[2, 3\] has 6/,
  ],
  [
    'text',
    {},
    [tensor('x', 'BYTES', [1, 3], ['a', 'b', 'c'])],
    'features-datatype',
    /input 'x' is BYTES: this model takes numbers/,
  ],
  [
    'text in a column',
    { names },
    [column('age', 1), column('size', 1), tensor('weight', 'BYTES', [1], ['heavy'])],
    'features-datatype',
    /input 'weight' is BYTES/,
  ],
  [
    'columns that are missing or unknown',
    { names },
    [column('age', 1), column('height', 1)],
    'features-columns',
    /missing: 'size', 'weight'; not seen in training: 'height'/,
  ],
  ['one column of several', { names }, [column('size', 1)], 'features-columns', /missing: 'age', 'weight'/],
  [
    'a column twice',
    { names },
    [column('age', 1), column('age', 1), column('size', 1), column('weight', 1)],
    'features-columns',
    /a name comes twice/,
  ],
  [
    'too many columns without names',
    {},
    [column('a', 1), column('b', 1)],
    'features-count',
    /2 columns \('a', 'b'\): X has 2 features, but SVC is expecting 3/,
  ],
  [
    'columns of different lengths',
    { names },
    [column('age', 1, 2), column('size', 1), column('weight', 1, 2)],
    'features-shape',
    /input 'size' has 1 rows, but 'age' has 2/,
  ],
  [
    'empty columns',
    { names },
    [column('age'), column('size'), column('weight')],
    'features-shape',
    /0 sample/,
  ],
  [
    'several matrices',
    {},
    [tensor('a', 'FP64', [1, 3], new Float64Array(3)), tensor('b', 'FP64', [1, 3], new Float64Array(3))],
    'features-shape',
    /input 'a' of 2 inputs has shape \[1, 3\]/,
  ],
  [
    'NaN',
    {},
    [tensor('input-0', 'FP64', [2, 3], Float64Array.of(1, 2, 3, 4, NaN, 6))],
    'features-not-finite',
    /input 'input-0', row 1, column 1 is NaN: SVC does not accept missing values \(Input X contains NaN\)/,
  ],
  [
    'NaN in a named column',
    { names },
    [column('age', 1, 2), column('size', 1, NaN), column('weight', 1, 2)],
    'features-not-finite',
    /input 'size', row 1 is NaN/,
  ],
  [
    'NaN in a matrix with names',
    { names },
    [tensor('x', 'FP64', [1, 3], Float64Array.of(1, NaN, 1))],
    'features-not-finite',
    /input 'x', row 0, column 1 'size' is NaN/,
  ],
  [
    'an infinity',
    { nan: 'allow' },
    [tensor('x', 'FP64', [1, 3], Float64Array.of(1, NaN, -Infinity))],
    'features-not-finite',
    /row 0, column 2 is too large: SVC takes finite values only \(Input X contains infinity\)/,
  ],
  [
    'more than float32 holds',
    { range: 'f32' },
    [tensor('x', 'FP64', [1, 3], Float64Array.of(1, 1e39, 1))],
    'features-not-finite',
    /infinity or a value too large for dtype\('float32'\)/,
  ],
];

suite('a request is refused', () => {
  for (const [name, options, inputs, code, message] of refused) {
    test(`for ${name}`, async () => {
      const executable = await tabular.compile(echo(options));
      assert.throws(() => executable.run(inputs, ['y']), { code, message, fault: 'user', status: 400 });
    });
  }

  test('for an output that there is not, and says which there are', async () => {
    const executable = await tabular.compile(echo());
    const inputs = [tensor('x', 'FP64', [1, 3], new Float64Array(3))];
    assert.throws(() => executable.run(inputs, ['z']), {
      code: 'output-unknown',
      message: /no output 'z', expected one of: y/,
    });
  });

  test('with the row of the request, not of the block', async () => {
    const data = new Float64Array(3000);
    data[2999] = NaN;
    const executable = await tabular.compile(echo());
    assert.throws(() => executable.run([tensor('x', 'FP64', [1000, 3], data)], ['y']), {
      message: /row 999, column 2/,
    });
  });

  test('listing no more names than can be read', async () => {
    const many = Array.from({ length: 500 }, (_, at) => `feature ${at}`);
    const executable = await tabular.compile(echo({ names: many, width: 500 }));
    assert.throws(() => executable.run([column('feature 3', 1)], ['y']), { message: /and 479 more/ });
  });
});

test('NaN passes where it is allowed', async () => {
  assert.deepEqual(
    await send(echo({ nan: 'allow' }), [tensor('x', 'FP64', [1, 3], Float64Array.of(1, NaN, 3))]),
    [1, NaN, 3],
  );
});

test('the largest float64 and float32 pass', async () => {
  const largest = 3.402_823_466_385_288_6e38;
  assert.deepEqual(
    await send(echo(), [
      tensor('x', 'FP64', [1, 3], Float64Array.of(Number.MAX_VALUE, -Number.MAX_VALUE, 0)),
    ]),
    [Number.MAX_VALUE, -Number.MAX_VALUE, 0],
  );
  assert.deepEqual(
    await send(echo({ range: 'f32' }), [tensor('x', 'FP64', [1, 3], Float64Array.of(largest, -largest, 0))]),
    [largest, -largest, 0],
  );
});

/** Reads `a` and `c` of the columns `a`, `b`, `c`, as a transformer that picks its columns does. */
function picking(further: boolean): Plan {
  const builder = new PlanBuilder();
  const node = builder.add('input', [], { width: 2, owner: 'T' }, { columns: Int32Array.of(0, 2) });
  return builder.finish(
    {
      source: { format: 'test', container: 'none', library: 'none', notes: [] },
      description: { name: 'model', class: 'Test', parameters: {}, facts: {}, parts: [] },
      inputs: ['a', 'b', 'c'].map(name => ({ name, datatype: 'FP64', shape: [-1] })),
      outputs: [{ name: 'y', datatype: 'FP64', shape: [-1, 2] }],
      features: 3,
      featureNames: ['a', 'b', 'c'],
      furtherColumns: further ? true : undefined,
    },
    [{ node }],
  );
}

suite('columns that are picked by name', () => {
  test('may be sent without the others', async () => {
    assert.deepEqual(await send(picking(false), [column('c', 3, 6), column('a', 1, 4)]), [1, 3, 4, 6]);
  });

  test('have to be there', async () => {
    await assert.rejects(send(picking(true), [column('a', 1), column('b', 2)]), {
      code: 'features-columns',
      message: /missing: 'c'$/,
    });
  });

  test('may come with columns that the model does not know, if it says so', async () => {
    const sent = [column('id', 9), column('c', 3), column('a', 1)];
    assert.deepEqual(await send(picking(true), sent), [1, 3]);
    await assert.rejects(send(picking(false), sent), {
      code: 'features-columns',
      message: /not seen in training: 'id'$/,
    });
  });
});
