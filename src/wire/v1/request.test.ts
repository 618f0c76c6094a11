import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CodedError } from '../../base/errors/index.ts';
import type { NamedTensor } from '../../tensor/index.ts';
import { decodePredictRequest } from './request.ts';

function decode(text: string, maxRows = 100): readonly NamedTensor[] {
  return decodePredictRequest(Buffer.from(text), { maxRows }).inputs;
}

function matrix(shape: readonly number[], values: readonly number[]): readonly NamedTensor[] {
  return [{ name: 'input-0', datatype: 'FP64', shape, data: Float64Array.from(values) }];
}

test('rows of numbers are one FP64 tensor', () => {
  assert.deepEqual(decode('{"instances":[[1,2.5],[3,-4e0]]}'), matrix([2, 2], [1, 2.5, 3, -4]));
  assert.deepEqual(decode(' { "instances" : [ [ 1 , 2 ] ] , "x" : {} } '), matrix([1, 2], [1, 2]));
  assert.deepEqual(
    decode('{"instances":[[1,null],[NaN,-Infinity]]}'),
    matrix([2, 2], [1, NaN, NaN, -Infinity]),
  );
  assert.deepEqual(decode('{"instances":[1,2,3]}'), matrix([3], [1, 2, 3]));
  assert.deepEqual(decode('{"instances":[[[1,2]],[[3,4]]]}'), matrix([2, 1, 2], [1, 2, 3, 4]));
  assert.deepEqual(decode('{"instances":[[true,2]]}'), matrix([1, 2], [1, 2]));
  assert.deepEqual(decode('{"instances":[]}'), matrix([0], []));
  assert.deepEqual(decode('{"instances":[[],[]]}'), matrix([2, 0], []));
});

test('rows that are longer than the first one promises are all read', () => {
  const rows = Array.from({ length: 50 }, (_, row) => [row, row * 100000]);
  assert.deepEqual(
    decode(JSON.stringify({ instances: [...rows, [0.1, 0.2]] })),
    matrix([51, 2], [...rows.flat(), 0.1, 0.2]),
  );
  const first = `{"instances":[[${' '.repeat(500)}1],[2],[3]]}`;
  assert.deepEqual(decode(first), matrix([3, 1], [1, 2, 3]));
});

test('`inputs` beats `instances`, in either order', () => {
  assert.deepEqual(decode('{"instances":[[1]],"inputs":[[2]]}'), matrix([1, 1], [2]));
  assert.deepEqual(decode('{"inputs":[[2]],"instances":[[1]]}'), matrix([1, 1], [2]));
});

test('integers beyond float64 keep every digit', () => {
  const [long] = decode('{"instances":[[9007199254740993,-1]]}');
  assert.deepEqual(long, {
    name: 'input-0',
    datatype: 'INT64',
    shape: [1, 2],
    data: BigInt64Array.of(9007199254740993n, -1n),
  });
  assert.deepEqual(
    decode('{"instances":[18446744073709551615]}')[0]?.data,
    BigUint64Array.of(2n ** 64n - 1n),
  );
  assert.deepEqual(
    decode('{"instances":[9007199254740993,0.5]}')[0]?.data,
    Float64Array.of(9007199254740992, 0.5),
  );
  assert.deepEqual(decode('{"instances":[18446744073709551616]}')[0]?.data, Float64Array.of(2 ** 64));
});

test('texts are BYTES, booleans BOOL', () => {
  assert.deepEqual(decode('{"instances":["a","é"]}'), [
    { name: 'input-0', datatype: 'BYTES', shape: [2], data: ['a', 'é'] },
  ]);
  assert.deepEqual(decode('{"instances":[["a","b"]]}')[0]?.shape, [1, 2]);
  assert.deepEqual(decode('{"instances":[null,"a"]}')[0]?.data, [null, 'a']);
  assert.deepEqual(decode('{"instances":[[true],[false]]}')[0]?.data, Uint8Array.of(1, 0));
});

test('rows of texts and numbers are a tensor without a name for each column', () => {
  assert.deepEqual(decode('{"instances":[["a",1,null],[null,2.5,true]]}'), [
    { name: 'instances[*][0]', unnamed: true, datatype: 'BYTES', shape: [2], data: ['a', null] },
    { name: 'instances[*][1]', unnamed: true, datatype: 'FP64', shape: [2], data: Float64Array.of(1, 2.5) },
    { name: 'instances[*][2]', unnamed: true, datatype: 'FP64', shape: [2], data: Float64Array.of(NaN, 1) },
  ]);
});

test('objects are rows by column: scalars, lists, both, and lists of objects', () => {
  const expected = [
    { name: 'a', datatype: 'FP64', shape: [3], data: Float64Array.of(1, 2, 3) },
    { name: 'b', datatype: 'BYTES', shape: [3], data: ['x', 'y', 'y'] },
  ];
  assert.deepEqual(decode('{"instances":[{"a":1,"b":"x"},{"b":"y","a":2},{"a":3,"b":"y"}]}'), expected);
  assert.deepEqual(decode('{"instances":[{"a":[1],"b":["x"]},{"a":[2,3],"b":["y","y"]}]}'), expected);
  assert.deepEqual(decode('{"instances":[{"a":1,"b":"x"},{"a":[2,3],"b":"y"}]}'), expected);
  assert.deepEqual(decode('{"instances":[[{"a":1,"b":"x"}],[{"a":2,"b":"y"},{"a":3,"b":"y"}]]}'), expected);
});

test('a column that an instance lacks is NaN there', () => {
  const [a, b] = decode('{"instances":[{"a":1},{"a":2,"b":5},{"a":3}]}');
  assert.deepEqual(a?.data, Float64Array.of(1, 2, 3));
  assert.deepEqual(b?.data, Float64Array.of(NaN, 5, NaN));
});

test('columns that nearly every instance lacks do not multiply the memory', () => {
  const instances = Array.from({ length: 20000 }, (_, index) => ({ [`k${index}`]: 0 }));
  assert.throws(() => decode(JSON.stringify({ instances }), 20000), { code: 'wire-rows-uneven' });
  const scalars = Array.from({ length: 20000 }, (_, index) => [`k${index}`, 0]);
  const repeated = { ...Object.fromEntries(scalars), list: Array.from({ length: 20000 }, () => 0) };
  assert.throws(() => decode(JSON.stringify({ instances: [repeated] }), 20000), { code: 'wire-rows-uneven' });
  const late = [...Array.from({ length: 20000 }, () => ({ a: 1 })), { a: 1, b: 2 }];
  assert.equal(decode(JSON.stringify({ instances: late }), 30000).length, 2);
});

test('a column may have the name of anything', () => {
  assert.deepEqual(
    decode('{"instances":[{"__proto__":1,"constructor":2}]}').map(tensor => tensor.name),
    ['__proto__', 'constructor'],
  );
});

const refused: readonly (readonly [body: string, code: string, message: RegExp])[] = [
  ['{}', 'wire-field-missing', /instances/],
  ['[[1]]', 'wire-field-type', /the body/],
  ['{"instances":5}', 'wire-field-type', /^instances: found 5, expected a list/],
  ['{"inputs":{"a":[1]}}', 'wire-field-type', /^inputs: found an object, expected a list/],
  ['{"instances":[[1,2],[3]]}', 'wire-rows-uneven', /^instances\[1\]: found 1 values, expected 2/],
  ['{"instances":[[1,2],3]}', 'wire-rows-uneven', /^instances\[1\]: found 3, expected an array/],
  ['{"instances":[1,[2]]}', 'wire-rows-uneven', /^instances\[1\]: found an array, expected a value/],
  ['{"instances":[[1,2],[3,"x"]]}', 'wire-rows-mixed', /^instances\[1\]\[1\]: found "x"/],
  ['{"instances":["a",1]}', 'wire-rows-mixed', /^instances\[1\]: found 1/],
  ['{"instances":[{"a":1},[2]]}', 'wire-rows-mixed', /^instances\[1\]\[0\]: found 2/],
  ['{"instances":[{"a":1},2]}', 'wire-rows-mixed', /^instances\[1\]: found 2/],
  ['{"instances":[[1],{"a":2}]}', 'wire-rows-mixed', /^instances\[1\]: found an object/],
  ['{"instances":[{"a":1},{"a":"x"}]}', 'wire-rows-mixed', /^instances\[1\]\.a: found "x"/],
  [
    '{"instances":[{"a":[1,2],"b":[3]}]}',
    'wire-rows-uneven',
    /^instances\[0\]\.b: found a list of 1 values, expected 2/,
  ],
  ['{"instances":[{"a":{"b":1}}]}', 'wire-field-type', /^instances\[0\]\.a: found an object/],
  ['{"instances":[{"a":[[1]]}]}', 'wire-field-type', /^instances\[0\]\.a\[0\]: found an array/],
  ['{"instances":[{"a":1,"a":2}]}', 'wire-json-duplicate-key', /"a" twice/],
  [
    '{"instances":[[1],[1e999]]}',
    'wire-element-range',
    /^instances\[1\]\[0\]: found 1e999, expected a number/,
  ],
  ['{"instances":[{"a":1,"b":-1e999}]}', 'wire-element-range', /^instances\[0\]\.b: found -1e999/],
  [
    '{"instances":[{"a":1},{"a":1,"a":2}]}',
    'wire-json-duplicate-key',
    /^instances\[1\] has the key "a" twice/,
  ],
  ['{"instances":[[1],[2],]}', 'wire-json-syntax', /found '\]'/],
  ['{"instances":[[1],[2,]]}', 'wire-json-syntax', /found '\]'/],
  ['{"instances":[[1],[2]', 'wire-json-syntax', /end of the body/],
  ['{"instances":[[1]],"instances":[[1]]}', 'wire-json-duplicate-key', /"instances" twice/],
  [`{"instances":${'['.repeat(101)}1${']'.repeat(101)}}`, 'wire-json-depth', /deeper than 100/],
];

test('a malformed request is refused with the place, what was found and what was expected', async t => {
  for (const [body, code, message] of refused) {
    await t.test(body.slice(0, 80), () => {
      assert.throws(
        () => decode(body),
        (error: unknown) => {
          assert.ok(error instanceof CodedError, String(error));
          assert.equal(error.code, code, error.message);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }
});

test('rows are counted in every form of request', () => {
  for (const body of [
    '[1,2,3]',
    '[[1],[2],[3]]',
    '["a","b","c"]',
    '[{"a":1},{"a":2},{"a":3}]',
    '[{"a":[1,2,3]}]',
  ]) {
    assert.throws(() => decode(`{"instances":${body}}`, 2), { code: 'wire-rows-limit', status: 413 });
    decode(`{"instances":${body}}`, 3);
  }
});

function decodeAny(text: string): readonly NamedTensor[] {
  return decodePredictRequest(Buffer.from(text), { maxRows: 1 << 22 }, 'any').inputs;
}

test('rows of any length end in null where a model takes such', () => {
  const [texts] = decodeAny('{"instances":[["a"],[],["b","c"]]}');
  assert.deepEqual(texts, {
    name: 'input-0',
    datatype: 'BYTES',
    shape: [3, 2],
    data: ['a', null, null, null, 'b', 'c'],
  });
  assert.deepEqual(decodeAny('{"instances":[[1,2],[3]]}'), matrix([2, 2], [1, 2, 3, NaN]));
  assert.deepEqual(decodeAny('{"inputs":[[],[]]}'), matrix([2, 0], []));
  assert.deepEqual(decodeAny('{"instances":[[1,2],[3,4]]}'), matrix([2, 2], [1, 2, 3, 4]));
  assert.deepEqual(decodeAny('{"instances":[1,2]}'), matrix([2], [1, 2]));
});

test('rows of any length with integers that float64 cannot hold, as others are NaN', () => {
  for (const row of ['9007199254740993', '1,-18446744073709551617'])
    assert.throws(() => decodeAny(`{"instances":[[${row}],[1,2,3]]}`), {
      code: 'wire-element-range',
      message: /instances\[0\]\[[01]\]: found -?\d+, expected an integer that float64 can hold/,
    });
  assert.deepEqual(
    decodeAny('{"instances":[[9007199254740992],[1,2]]}'),
    matrix([2, 2], [9007199254740992, NaN, 1, 2]),
  );
  assert.equal(decodeAny('{"instances":[[9007199254740993],[9007199254740993]]}')[0]?.datatype, 'INT64');
});

test('many rows of one value beside a long one are taken', () => {
  const rows = Array.from({ length: 1000 }, (_, at) =>
    at === 7 ? Array.from({ length: 100 }, () => 'a') : ['b'],
  );
  assert.deepEqual(decodeAny(JSON.stringify({ instances: rows }))[0]?.shape, [1000, 100]);
});

test('rows of any length are refused by others, and where they would take too many places', () => {
  assert.throws(() => decode('{"instances":[["a"],["b","c"]]}'), {
    code: 'wire-rows-uneven',
    message: /instances\[1\]: found 2 values, expected 1/,
  });
  const one = Array.from({ length: 5000 }, () => 1);
  const long = JSON.stringify({ instances: [one, ...one.map(() => [])] });
  assert.throws(() => decodeAny(long), {
    code: 'wire-rows-limit',
    message: /5001 rows of up to 5000 values/,
  });
  const short = JSON.stringify({ instances: [one.slice(2960), ...one.slice(2960).map(() => [])] });
  assert.throws(() => decodeAny(short), {
    code: 'wire-rows-limit',
    message: /2041 rows of up to 2040 values, expected 196368 places at most for 2040 values/,
  });
  assert.throws(() => decodeAny('{"instances":[["a"],["b",["c"]]]}'), { code: 'wire-rows-uneven' });
  assert.throws(() => decodeAny('{"instances":[["a"],2]}'), { code: 'wire-rows-uneven' });
});
