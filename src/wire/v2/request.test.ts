import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CodedError } from '../../base/errors/index.ts';
import type { NamedTensor } from '../../tensor/index.ts';
import { decodeInferRequest, type InferRequest } from './request.ts';

const limits = { maxRows: 1000 };

function decode(text: string): InferRequest {
  return decodeInferRequest(Buffer.from(text), limits);
}

function tensorOf(fields: string): NamedTensor {
  const request = decode(`{"inputs":[{${fields}}]}`);
  assert.equal(request.inputs.length, 1);
  return request.inputs[0] as NamedTensor;
}

const iris = {
  inputs: [
    {
      name: 'input-0',
      datatype: 'FP32',
      shape: [2, 4],
      data: Float32Array.of(6.8, 2.8, 4.8, 1.4, 6.0, 3.4, 4.5, 1.6),
    },
  ],
};

test('flat, nested and partly nested data give the same tensor, with white space anywhere', () => {
  const head = '"name":"input-0","shape":[2,4],"datatype":"FP32"';
  for (const data of [
    '[6.8,2.8,4.8,1.4,6.0,3.4,4.5,1.6]',
    '[[6.8,2.8,4.8,1.4],[6.0,3.4,4.5,1.6]]',
    ' [ [\n6.8\t,\r 2.8 , 4.80,1.4e0 ] , [60e-1,3.4,45.0E-1,16E-1 ]\n] ',
  ])
    assert.deepEqual(decode(`{"inputs":[{${head},"data":${data}}]}`), iris);
  const cube = tensorOf('"name":"a","shape":[2,2,2],"datatype":"INT8","data":[[1,2,3,4],[5,6,7,8]]');
  assert.deepEqual(cube.data, Int8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
});

test('keys come in any order, unknown ones are passed over', () => {
  const data = '"data":[[6.8,2.8,4.8,1.4],[6.0,3.4,4.5,1.6]]';
  for (const fields of [
    `${data},"datatype":"FP32","shape":[2,4],"name":"input-0"`,
    `"shape":[2,4],${data},"x":[{"y":[NaN]}],"name":"input-0","datatype":"FP32"`,
    `"datatype":"FP32",${data},"name":"input-0","shape":[2,4]`,
  ])
    assert.deepEqual(decode(`{"trace":{"a":null},"inputs":[{${fields}}]}`), iris);
});

test('every datatype is the typed array of its width', () => {
  const cases: readonly (readonly [string, string, NamedTensor['data']])[] = [
    ['BOOL', '[true,false]', Uint8Array.of(1, 0)],
    ['UINT8', '[0,255]', Uint8Array.of(0, 255)],
    ['UINT16', '[0,65535]', Uint16Array.of(0, 65535)],
    ['UINT32', '[0,4294967295]', Uint32Array.of(0, 4294967295)],
    ['UINT64', '[0,18446744073709551615]', BigUint64Array.of(0n, 18446744073709551615n)],
    ['INT8', '[-128,127]', Int8Array.of(-128, 127)],
    ['INT16', '[-32768,32767]', Int16Array.of(-32768, 32767)],
    ['INT32', '[-2147483648,2147483647]', Int32Array.of(-2147483648, 2147483647)],
    [
      'INT64',
      '[-9223372036854775808,9223372036854775807]',
      BigInt64Array.of(-9223372036854775808n, 9223372036854775807n),
    ],
    ['INT64', '[-9007199254740993,-4294967296]', BigInt64Array.of(-9007199254740993n, -4294967296n)],
    ['INT64', '[-0,-1]', BigInt64Array.of(0n, -1n)],
    ['FP32', '[NaN,-Infinity]', Float32Array.of(NaN, -Infinity)],
    [
      'FP32',
      '[3.4028234663852886e38,-3.4028235677973362e38]',
      Float32Array.of(3.4028234663852886e38, -3.4028234663852886e38),
    ],
    ['FP64', '[null,Infinity]', Float64Array.of(NaN, Infinity)],
    ['FP64', '[-0.0,1.7976931348623157e308]', Float64Array.of(-0, Number.MAX_VALUE)],
    ['BYTES', '["a\\u00e9\\ud83d\\ude00\\n","é😀"]', ['aé😀\n', 'é😀']],
    ['BYTES', '["a",null]', ['a', null]],
  ];
  for (const [datatype, data, expected] of cases) {
    const tensor = tensorOf(`"name":"a","shape":[2],"datatype":"${datatype}","data":${data}`);
    assert.deepEqual(tensor.data, expected, `${datatype} ${data}`);
  }
});

test('dimensions of zero take empty data', () => {
  for (const [shape, data] of [
    ['[0]', '[]'],
    ['[0,4]', '[]'],
    ['[2,0]', '[[],[]]'],
    ['[2,0]', '[ ]'],
    ['[1,0,3]', '[[]]'],
  ])
    assert.equal(
      (tensorOf(`"name":"a","shape":${shape},"datatype":"FP64","data":${data}`).data as Float64Array).length,
      0,
    );
});

test('id, parameters and outputs are kept; null, and outputs without a member, count as absent', () => {
  const request = decode(
    '{"id":"7","parameters":{"a":1,"b":"x","c":true,"d":1.5,"e":9007199254740993,"f":null,"__proto__":2},"inputs":[],"outputs":[{"name":"p","parameters":{"binary_data":false}},{"name":"q"}]}',
  );
  assert.equal(request.id, '7');
  assert.deepEqual(Object.entries(request.parameters ?? {}), [
    ['a', 1],
    ['b', 'x'],
    ['c', true],
    ['d', 1.5],
    ['e', 9007199254740993n],
    ['__proto__', 2],
  ]);
  assert.deepEqual(
    request.outputs?.map(output => output.name),
    ['p', 'q'],
  );
  assert.deepEqual(decode('{"id":null,"parameters":null,"inputs":[],"outputs":[]}'), { inputs: [] });
});

const shape4 = '"name":"a","shape":[2,2]';
const refused: readonly (readonly [body: string, code: string, message: RegExp])[] = [
  ['', 'wire-json-syntax', /end of the body/],
  ['{', 'wire-json-syntax', /end of the body/],
  ['[]', 'wire-field-type', /the body: found an array, expected an object/],
  ['{"inputs":[]} x', 'wire-json-syntax', /found 'x' at line 1, column 15/],
  ['{"inputs":[],}', 'wire-json-syntax', /expected a key/],
  ['{"inputs":[],"inputs":[]}', 'wire-json-duplicate-key', /"inputs" twice/],
  ['{}', 'wire-field-missing', /^inputs:/],
  ['{"inputs":{}}', 'wire-field-type', /^inputs: found an object, expected an array/],
  ['{"inputs":[1]}', 'wire-field-type', /^inputs\[0\]: found 1, expected an object/],
  ['{"id":1,"inputs":[]}', 'wire-field-type', /^id: found 1, expected a string/],
  ['{"parameters":{"a":{}},"inputs":[]}', 'wire-field-type', /^parameters\.a: found an object/],
  ['{"inputs":[],"outputs":[{}]}', 'wire-field-missing', /^outputs\[0\]\.name/],
  [
    '{"inputs":[],"outputs":[{"name":"a"},{"name":"a"}]}',
    'wire-name-duplicate',
    /^outputs\[1\]\.name: found "a"/,
  ],
  [`{"inputs":[],"x":${'['.repeat(101)}${']'.repeat(101)}}`, 'wire-json-depth', /deeper than 100/],
  ['{"inputs":[],"x":"\u0001"}', 'wire-json-syntax', /control character/],
  ['{"inputs":[],"x":"\\ud800"}', 'wire-json-encoding', /surrogate/],
  ['{"inputs":[],"outputs":[{"name":"a","parameters":{"binary_data":true}}]}', 'wire-binary', /outputs\[0\]/],
  ['{"inputs":[],"parameters":{"binary_data_output":true}}', 'wire-binary', /parameters\.binary_data_output/],
];
const refusedInputs: readonly (readonly [fields: string, code: string, message: RegExp])[] = [
  ['"shape":[1],"datatype":"FP32","data":[1]', 'wire-field-missing', /^inputs\[0\]\.name/],
  ['"name":"a","datatype":"FP32","data":[1]', 'wire-field-missing', /^inputs\[0\]\.shape/],
  ['"name":"a","shape":[1],"data":[1]', 'wire-field-missing', /^inputs\[0\]\.datatype/],
  ['"name":"a","shape":[1],"datatype":"FP32"', 'wire-field-missing', /^inputs\[0\]\.data/],
  ['"name":1', 'wire-field-type', /^inputs\[0\]\.name: found 1, expected a string/],
  ['"name":"a","name":"a"', 'wire-json-duplicate-key', /inputs\[0\] has the key "name" twice/],
  ['"name":"a","shape":[-1]', 'wire-shape-invalid', /shape\[0\]: found -1/],
  ['"name":"a","shape":[1.0]', 'wire-shape-invalid', /shape\[0\]: found 1\.0/],
  ['"name":"a","shape":4', 'wire-shape-invalid', /shape: found 4, expected an array/],
  ['"name":"a","shape":[9,9007199254740991]', 'wire-shape-invalid', /product/],
  ['"name":"a","shape":[1001,1]', 'wire-rows-limit', /found 1001 rows, expected at most 1000/],
  ['"name":"a","shape":[1,1000000000000],"datatype":"FP32","data":[1]', 'wire-shape-mismatch', /no room/],
  [`${shape4},"datatype":"fp32"`, 'wire-datatype-unknown', /found "fp32", expected one of BOOL/],
  [`${shape4},"datatype":"constructor"`, 'wire-datatype-unknown', /constructor/],
  [`${shape4},"datatype":"FP16","data":[1,2,3,4]`, 'wire-datatype-binary', /FP16/],
  [`${shape4},"datatype":"FP32","data":5,"z":[1,1]`, 'wire-field-type', /data: found 5, expected an array/],
  [`${shape4},"datatype":"FP32","data":[1,2,3]`, 'wire-shape-mismatch', /data: found 3 elements, expected 4/],
  [`${shape4},"datatype":"FP32","data":[1,2,3,4,5]`, 'wire-shape-mismatch', /data: found more than 4/],
  [`${shape4},"datatype":"FP32","data":[[1,2],[3]]`, 'wire-shape-mismatch', /data\[1\]: found 1 elements/],
  [
    `${shape4},"datatype":"FP32","data":[[1,2]]   `,
    'wire-shape-mismatch',
    /data: found 1 arrays, expected 2/,
  ],
  [`${shape4},"datatype":"FP32","data":[[1,2],[3,4],[]]`, 'wire-shape-mismatch', /data: found more than 2/],
  [
    `${shape4},"datatype":"FP32","data":[[1,2],3,4]`,
    'wire-shape-mismatch',
    /data\[1\]: found 3, expected an array/,
  ],
  [`${shape4},"datatype":"FP32","data":[[[1,2],[3,4]]]`, 'wire-shape-mismatch', /more than 2 deep/],
  ['"name":"a","shape":[0],"datatype":"FP32","data":[1]', 'wire-shape-mismatch', /data: found more than 0/],
  [`${shape4},"datatype":"FP32","data":[1,2,[3,4]]`, 'wire-shape-mismatch', /data\[2\]: found an array/],
  [`${shape4},"datatype":"FP32","data":[[1,2],[3,"4"]]`, 'wire-element-type', /data\[1\]\[1\]: found "4"/],
  [`${shape4},"datatype":"FP32","data":[1,2,true,4]`, 'wire-element-type', /data\[2\]: found true/],
  [`${shape4},"datatype":"FP32","data":[1,2,1e39,4]`, 'wire-element-range', /data\[2\]: found 1e39/],
  [`${shape4},"datatype":"FP64","data":[1,2,-1e309,4]`, 'wire-element-range', /data\[2\]: found -1e309/],
  [`${shape4},"datatype":"FP32","data":[1,2,03,4]`, 'wire-json-syntax', /found '3'/],
  [`${shape4},"datatype":"FP32","data":[1,2,.5,4]`, 'wire-json-syntax', /found '\.'/],
  [`${shape4},"datatype":"FP32","data":[1,2,5.,4]`, 'wire-json-syntax', /expected a digit/],
  [`${shape4},"datatype":"FP32","data":[1,2,5e,4]`, 'wire-json-syntax', /expected a digit/],
  [`${shape4},"datatype":"FP32","data":[1,2,+5,4]`, 'wire-json-syntax', /found '\+'/],
  [`${shape4},"datatype":"FP32","data":[1 2,3,4]`, 'wire-json-syntax', /found '2'/],
  [`${shape4},"datatype":"FP32","data":[1,2,nul,4]`, 'wire-json-syntax', /found 'n'/],
  [
    `${shape4},"datatype":"INT8","data":[1,2,128,4]`,
    'wire-element-range',
    /found 128, expected an integer from -128 to 127 for INT8/,
  ],
  [`${shape4},"datatype":"UINT32","data":[1,2,-1,4]`, 'wire-element-range', /found -1/],
  [`${shape4},"datatype":"INT32","data":[1,2,1.0,4]`, 'wire-element-type', /found 1\.0/],
  [`${shape4},"datatype":"INT32","data":[1,2,1e2,4]`, 'wire-element-type', /found 1e2/],
  [`${shape4},"datatype":"INT32","data":[1,2,01,4]`, 'wire-json-syntax', /found '1'/],
  [`${shape4},"datatype":"INT32","data":[1,2,null,4]`, 'wire-element-type', /found null/],
  [
    `${shape4},"datatype":"INT64","data":[1,2,9223372036854775808,4]`,
    'wire-element-range',
    /9223372036854775808/,
  ],
  [`${shape4},"datatype":"INT64","data":[1,2,-9223372036854775809,4]`, 'wire-element-range', /data\[2\]/],
  [`${shape4},"datatype":"UINT64","data":[1,2,18446744073709551616,4]`, 'wire-element-range', /data\[2\]/],
  [`${shape4},"datatype":"UINT64","data":[1,2,184467440737095516160,4]`, 'wire-element-range', /data\[2\]/],
  [`${shape4},"datatype":"UINT64","data":[1,2,-1,4]`, 'wire-element-range', /data\[2\]/],
  [
    `${shape4},"datatype":"BOOL","data":[true,false,1,true]`,
    'wire-element-type',
    /found 1, expected true or false/,
  ],
  [`${shape4},"datatype":"BYTES","data":["a","b",1,"c"]`, 'wire-element-type', /found 1, expected a text/],
  [
    '"name":"a","shape":[1],"datatype":"FP32","parameters":{"binary_data_size":4}',
    'wire-binary',
    /inputs\[0\]\.parameters/,
  ],
  [
    '"name":"a","shape":[1],"datatype":"FP32","parameters":{"shared_memory_region":"r"}',
    'wire-binary',
    /shared_memory_region/,
  ],
];

test('a malformed request is refused with the place, what was found and what was expected', async t => {
  const inputs = refusedInputs.map(
    ([fields, code, message]) => [`{"inputs":[{${fields}}]}`, code, message] as const,
  );
  for (const [body, code, message] of [...refused, ...inputs]) {
    await t.test(body.slice(0, 90), () => {
      assert.throws(
        () => decode(body),
        (error: unknown) => {
          assert.ok(error instanceof CodedError, String(error));
          assert.equal(error.code, code, error.message);
          assert.match(error.message, message);
          assert.ok(error.status >= 400 && error.status < 500);
          return true;
        },
      );
    });
  }
});

test('invalid UTF-8 is refused, also in a text that nobody reads', () => {
  for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80]]) {
    const body = Buffer.concat([Buffer.from('{"inputs":[],"x":"'), Buffer.from(bytes), Buffer.from('"}')]);
    assert.throws(() => decodeInferRequest(body, limits), { code: 'wire-json-encoding' });
  }
});

test('a body that is a view into a larger buffer is read from its own start', () => {
  const text = '{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[0.1234567890123456789]}]}';
  const whole = new TextEncoder().encode(`garbage${text}garbage`);
  const request = decodeInferRequest(whole.subarray(7, 7 + text.length), limits);
  assert.deepEqual(request.inputs[0]?.data, Float64Array.of(Number('0.1234567890123456789')));
});
