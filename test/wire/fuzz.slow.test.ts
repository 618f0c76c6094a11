import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeInferRequest, decodePredictRequest, parseJson } from '../../src/wire/index.ts';
import {
  checkInference,
  checkJson,
  checkOrder,
  checkPrediction,
  fuzzBodies,
  inferences,
  limits,
  reading,
} from '../fuzz/bodies.ts';
import { thorough } from '../thorough.ts';

const rounds = thorough ? 40_000 : 5000;

test('a mutated V2 request is refused with a code or read as the obvious way reads it', () => {
  const { read } = fuzzBodies(checkInference, 20261125, runs => runs < rounds);
  assert.ok(read > rounds / 20, `only ${read} of ${rounds} were readable`);
});

test('a mutated V1 request is refused with a code or is a table whose data fill its shape', () => {
  const { read } = fuzzBodies(checkPrediction, 7, runs => runs < rounds);
  assert.ok(read > rounds / 20, `only ${read} of ${rounds} were readable`);
});

test('a mutated request to the repository is refused with a code or says what JSON.parse finds', () => {
  const { read } = fuzzBodies(checkOrder, 20261126, runs => runs < rounds);
  assert.ok(read > rounds / 20, `only ${read} of ${rounds} were readable`);
});

test('a mutated body is JSON for parseJson exactly when it is for JSON.parse', () => {
  fuzzBodies(checkJson, 3, runs => runs < rounds);
});

test('every beginning of a request is refused', () => {
  for (const text of inferences) {
    const body = Buffer.from(text);
    for (let length = 0; length < body.length; length++) {
      const part = body.subarray(0, length);
      assert.equal(
        reading(part, () => decodeInferRequest(part, limits)),
        undefined,
      );
    }
  }
});

test('bodies made to be slow or large end soon', () => {
  const many = 200000;
  const hostile = [
    `{"inputs":${'['.repeat(many)}`,
    `{"inputs":[${'{'.repeat(many)}`,
    `{"inputs":[{"name":"a","shape":[100,1000000000],"datatype":"FP64","data":[${'1,'.repeat(many)}1]}]}`,
    `{"inputs":[{"name":"a","shape":[1],"datatype":"FP64","data":[${'1'.repeat(many)}]}]}`,
    `{"inputs":[{"name":"a","shape":[1],"datatype":"INT64","data":[${'1'.repeat(many)}]}]}`,
    `{"inputs":[{"name":"a","shape":[${'0,'.repeat(many)}0],"datatype":"FP64","data":[]}]}`,
    `{"inputs":[{"name":"a","shape":[${'9'.repeat(many)}],"datatype":"FP64","data":[]}]}`,
    `{"inputs":[${'{},'.repeat(many)}{}]}`,
    `{"inputs":[{"a":1},${'['.repeat(90)}${'0,'.repeat(many)}1e999`,
    `{"inputs":[{"a":1},${'['.repeat(90)}1e999${',0'.repeat(many)}`,
    `{"x":"${'\\u0041'.repeat(many)}`,
    `{${Array.from({ length: many }, (_, key) => `"k${key}":0`).join(',')}}`,
    `{"parameters":{${Array.from({ length: many }, (_, key) => `"${key}":0`).join(',')}}}`,
  ];
  for (const text of hostile) {
    const body = Buffer.from(text);
    assert.equal(
      reading(body, () => decodeInferRequest(body, limits)),
      undefined,
    );
    const other = Buffer.from(text.replace('"inputs"', '"instances"'));
    reading(other, () => decodePredictRequest(other, limits));
    reading(body, () => parseJson(body));
  }
  const digits = Buffer.from(`{"instances":[[${'1'.repeat(many)}]]}`);
  assert.equal(
    reading(digits, () => decodePredictRequest(digits, limits)),
    undefined,
  );
});
