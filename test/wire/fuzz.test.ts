import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CodedError } from '../../src/base/errors/index.ts';
import { decodeInferRequest, decodePredictRequest, parseJson, wireErrors } from '../../src/wire/index.ts';
import { thorough } from '../thorough.ts';
import { parsed, referenceInputs } from './reference.ts';

const limits = { maxRows: 100 };
const rounds = thorough ? 40_000 : 5000;
const tokens = /NaN|Infinity/;

const inferences = [
  '{"inputs":[{"name":"input-0","shape":[2,4],"datatype":"FP32","data":[[6.8,2.8,4.8,1.4],[6.0,3.4,4.5,1.6]]}]}',
  '{"id":"7","inputs":[{"data":[1,-2,9007199254740993,0],"name":"a","datatype":"INT64","shape":[2,2]}],"outputs":[{"name":"p"}]}',
  '{"parameters":{"a":1},"inputs":[{"name":"é","shape":[2],"datatype":"BYTES","data":["x\\n","\\ud83d\\ude00"]},{"name":"b","shape":[2],"datatype":"BOOL","data":[true,false]}]}',
  '{ "inputs" : [ { "name": "a", "shape": [1, 2, 2], "datatype": "INT8", "data": [[[1, -128], [0, 127]]] } ] }',
  '{"inputs":[{"name":"a","shape":[4],"datatype":"FP64","data":[0.30331271607892745,1e-7,null,-12345678901234567890]}]}',
];
const predictions = [
  '{"instances":[[6.8,2.8],[6.0,3.4]]}',
  '{"instances":[{"a":1,"b":"x"},{"a":[2,3],"b":["y","z"]}]}',
  '{"inputs":["a","b"],"instances":[[true,null],[9007199254740993,1.5]]}',
];
const pieces = [
  '[',
  ']',
  '{',
  '}',
  ',',
  ':',
  '"',
  '\\',
  '0',
  '-',
  '.',
  'e',
  '9',
  ' ',
  '\n',
  'null',
  'true',
  '1e999',
  'é',
  '\u0000',
  '"a":1,',
  '[]',
  '[[',
  ']]',
  '18446744073709551616',
];

/** A repeatable generator, Marsaglia's xorshift; gives integers from 0 to `below` - 1. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

function mutated(text: string, random: (below: number) => number): Buffer {
  let bytes = Buffer.from(text);
  for (let count = random(3) + 1; count > 0; count--) {
    const at = random(bytes.length + 1);
    const end = Math.min(bytes.length, at + random(4));
    const piece = Buffer.from(pieces[random(pieces.length)] as string);
    const kind = random(5);
    if (kind === 0) bytes = Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
    else if (kind === 1) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]);
    else if (kind === 2) bytes = Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(end)]);
    else if (kind === 3) bytes = Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]);
    else if (at < bytes.length) bytes[at] = random(256);
  }
  return bytes;
}

function isJson(body: Uint8Array): boolean {
  try {
    parsed(body);
    return true;
  } catch {
    return false;
  }
}

/** What the reading gives, or undefined for a refusal, which has to be coded, the caller's fault, and true. */
function reading<Result>(body: Uint8Array, read: () => Result): Result | undefined {
  try {
    return read();
  } catch (error) {
    assert.ok(error instanceof CodedError, `${String(error)} for ${body.toString()}`);
    assert.ok(Object.hasOwn(wireErrors.rows, error.code), error.code);
    assert.ok(error.status >= 400 && error.status < 500);
    if (error.code === 'wire-json-syntax')
      assert.equal(isJson(body), false, `${error.message}, but this is JSON: ${body.toString()}`);
    return undefined;
  }
}

test('a mutated V2 request is refused with a code or read as the obvious way reads it', () => {
  const random = randomOf(20261125);
  let read = 0;
  for (let round = 0; round < rounds; round++) {
    const body = mutated(inferences[random(inferences.length)] as string, random);
    const request = reading(body, () => decodeInferRequest(body, limits));
    const text = body.toString();
    if (request === undefined || tokens.test(text)) continue;
    read++;
    const found = request.inputs.map(({ name, datatype, shape, data }) => ({ name, datatype, shape, data }));
    assert.deepEqual(found, referenceInputs(body), text);
  }
  assert.ok(read > rounds / 20, `only ${read} of ${rounds} were readable`);
});

test('a mutated V1 request is refused with a code or is a table whose data fill its shape', () => {
  const random = randomOf(7);
  let read = 0;
  for (let round = 0; round < rounds; round++) {
    const body = mutated(predictions[random(predictions.length)] as string, random);
    const request = reading(body, () => decodePredictRequest(body, limits));
    if (request === undefined) continue;
    read++;
    for (const { shape, data } of request.inputs) {
      const count = shape.reduce((product, dimension) => product * dimension, 1);
      assert.equal((data as ArrayLike<unknown>).length, count, body.toString());
    }
    if (!tokens.test(body.toString())) assert.ok(isJson(body), body.toString());
  }
  assert.ok(read > rounds / 20, `only ${read} of ${rounds} were readable`);
});

test('a mutated body is JSON for parseJson exactly when it is for JSON.parse', () => {
  const random = randomOf(3);
  const bodies = [...inferences, ...predictions];
  for (let round = 0; round < rounds; round++) {
    const body = mutated(bodies[random(bodies.length)] as string, random);
    const value = reading(body, () => ({ value: parseJson(body) }));
    if (value !== undefined) assert.ok(isJson(body), body.toString());
  }
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
