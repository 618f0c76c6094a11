import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NamedTensor } from '../../tensor/index.ts';
import { encodePredictions } from './response.ts';

const labels: NamedTensor = {
  name: 'predict',
  datatype: 'INT64',
  shape: [2],
  data: { codes: Int32Array.of(1, 0), values: BigInt64Array.of(0n, 9007199254740993n) },
};
const proba: NamedTensor = {
  name: 'predict_proba',
  datatype: 'FP64',
  shape: [2, 2],
  data: Float64Array.of(0.25, 0.75, 1, 0),
};

test('one output is nested like its shape; integers stay integers and floats floats', () => {
  assert.equal(encodePredictions([labels]), '{"predictions":[9007199254740993,0]}');
  assert.equal(encodePredictions([proba]), '{"predictions":[[0.25,0.75],[1.0,0.0]]}');
  const cube: NamedTensor = { name: 'c', datatype: 'INT8', shape: [2, 1, 2], data: Int8Array.of(1, 2, 3, 4) };
  assert.equal(encodePredictions([cube]), '{"predictions":[[[1,2]],[[3,4]]]}');
  const empty: NamedTensor = { name: 'e', datatype: 'FP64', shape: [2, 0], data: new Float64Array(0) };
  assert.equal(encodePredictions([empty]), '{"predictions":[[],[]]}');
});

test('several outputs are an object for each row', () => {
  assert.equal(
    encodePredictions([labels, proba]),
    '{"predictions":[{"predict":9007199254740993,"predict_proba":[0.25,0.75]},{"predict":0,"predict_proba":[1.0,0.0]}]}',
  );
});

test('texts beyond ASCII make bytes', () => {
  const answer = encodePredictions([{ name: 'a', datatype: 'BYTES', shape: [1], data: ['é'] }]);
  assert.ok(answer instanceof Uint8Array);
  assert.equal(Buffer.from(answer).toString(), '{"predictions":["é"]}');
});
