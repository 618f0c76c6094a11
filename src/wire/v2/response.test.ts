import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Datatype, NamedTensor } from '../../tensor/index.ts';
import { decodeInferRequest } from './request.ts';
import { encodeInferResponse } from './response.ts';

function encode(outputs: readonly NamedTensor[], id?: string): string {
  const answer = encodeInferResponse({ modelName: 'iris-model', modelVersion: '1', id, outputs });
  return typeof answer === 'string' ? answer : Buffer.from(answer).toString();
}

function dataText(datatype: Datatype, data: NamedTensor['data'], count: number): string {
  return /"data":\[(.*)\]\}\]\}$/.exec(encode([{ name: 'a', datatype, shape: [count], data }]))?.[1] ?? '';
}

test('the answer for iris', () => {
  const data = { codes: Int32Array.of(1, 1), values: BigInt64Array.of(0n, 1n, 2n) };
  assert.equal(
    encodeInferResponse({
      modelName: 'iris-model',
      modelVersion: '1',
      outputs: [{ name: 'predict', datatype: 'INT64', shape: [2], data }],
    }),
    '{"model_name":"iris-model","model_version":"1","outputs":[{"name":"predict","datatype":"INT64","shape":[2],"data":[1,1]}]}',
  );
});

test('id is written unless it is empty, several outputs in their order, data flat', () => {
  const outputs: readonly NamedTensor[] = [
    { name: 'a', datatype: 'INT8', shape: [2, 2], data: Int8Array.of(-1, 2, 3, 4) },
    { name: 'b', datatype: 'BOOL', shape: [0], data: new Uint8Array(0) },
  ];
  const tail =
    '"outputs":[{"name":"a","datatype":"INT8","shape":[2,2],"data":[-1,2,3,4]},{"name":"b","datatype":"BOOL","shape":[0],"data":[]}]}';
  assert.equal(encode(outputs, ''), `{"model_name":"iris-model","model_version":"1",${tail}`);
  assert.equal(encode(outputs, 'a"7'), `{"model_name":"iris-model","model_version":"1","id":"a\\"7",${tail}`);
});

test('elements of every datatype', () => {
  assert.equal(dataText('BOOL', Uint8Array.of(1, 0), 2), 'true,false');
  assert.equal(
    dataText('INT64', BigInt64Array.of(-(2n ** 63n), 2n ** 53n + 1n), 2),
    '-9223372036854775808,9007199254740993',
  );
  assert.equal(dataText('UINT64', BigUint64Array.of(2n ** 64n - 1n), 1), '18446744073709551615');
  assert.equal(dataText('FP32', Float32Array.of(0.1, 2), 2), '0.10000000149011612,2.0');
  assert.equal(
    dataText(
      'FP64',
      Float64Array.of(0.1, -0, 1e21, 1e-7, NaN, Infinity, -Infinity, 123456789012345680000),
      8,
    ),
    '0.1,-0.0,1e+21,1e-7,NaN,Infinity,-Infinity,123456789012345680000.0',
  );
  assert.equal(dataText('BYTES', ['a"\\\n\u0001', 'b'], 2), '"a\\"\\\\\\n\\u0001","b"');
});

test('labels from a table, of every kind of table', () => {
  const codes = Int32Array.of(1, 0, 1);
  assert.equal(dataText('BYTES', { codes, values: ['x', 'y'] }, 3), '"y","x","y"');
  assert.equal(dataText('FP64', { codes, values: Float64Array.of(0.5, 1) }, 3), '1.0,0.5,1.0');
  assert.equal(dataText('BOOL', { codes, values: Uint8Array.of(0, 1) }, 3), 'true,false,true');
  // The texts of a table must not be taken for those of another with the same values in another datatype.
  assert.equal(dataText('UINT8', { codes, values: Uint8Array.of(0, 1) }, 3), '1,0,1');
});

test('one table printed as two datatypes', () => {
  const values = Uint8Array.of(0, 1);
  const codes = Int32Array.of(1, 0);
  assert.equal(dataText('BOOL', { codes, values }, 2), 'true,false');
  assert.equal(dataText('UINT8', { codes, values }, 2), '1,0');
});

test('a text beyond ASCII makes the answer UTF-8 bytes', () => {
  const outputs: readonly NamedTensor[] = [{ name: 'a', datatype: 'BYTES', shape: [2], data: ['é', '😀'] }];
  const answer = encodeInferResponse({ modelName: 'm', modelVersion: '1', outputs });
  assert.ok(answer instanceof Uint8Array);
  assert.match(Buffer.from(answer).toString(), /"data":\["é","😀"\]/);
});

test('16-bit floats are refused', () => {
  const output: NamedTensor = { name: 'a', datatype: 'BF16', shape: [1], data: Uint16Array.of(1) };
  assert.throws(() => encode([output]), { code: 'wire-datatype-binary' });
});

test('random floats come back the same bits after writing and reading', () => {
  const bits = new BigUint64Array(5000);
  for (let index = 0; index < bits.length; index++)
    bits[index] = BigInt.asUintN(64, BigInt(index + 1) * 0x9e3779b97f4a7c15n);
  const data = new Float64Array(bits.buffer).map(value => (Number.isNaN(value) ? 1 : value));
  const body = encode([{ name: 'a', datatype: 'FP64', shape: [data.length], data }]).replace(
    'outputs',
    'inputs',
  );
  const read = decodeInferRequest(Buffer.from(body), { maxRows: 5000 });
  assert.deepEqual(read.inputs[0]?.data, data);
});
