import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeRepositoryRequest, type RepositoryRequest } from './request.ts';

function decode(text: string): RepositoryRequest {
  return decodeRepositoryRequest(Buffer.from(text));
}

test('an empty body, and one without a word of ours, asks for nothing in particular', () => {
  for (const text of ['', '{}', ' { "more" : [ { } ] } ', '{"ready":null,"parameters":null}'])
    assert.deepEqual(decode(text), {}, text);
});

test('what is asked for is read, in any order', () => {
  assert.deepEqual(decode('{"ready":true}'), { ready: true });
  assert.deepEqual(decode('{"ready":false,"x":1}'), { ready: false });
  const { ready, parameters } = decode(
    '{"parameters":{"unload_dependents":true,"config":null},"ready":true}',
  );
  assert.deepEqual([ready, Object.entries(parameters ?? {})], [true, [['unload_dependents', true]]]);
});

const refused: readonly (readonly [body: string, code: string, message: RegExp])[] = [
  [' ', 'wire-json-syntax', /end of the body/],
  ['ready=true', 'wire-json-syntax', /found 'r'/],
  ['[]', 'wire-field-type', /^the body: found an array, expected an object$/],
  ['5', 'wire-field-type', /^the body: found 5, expected an object$/],
  ['{"ready":"yes"}', 'wire-field-type', /^ready: found "yes", expected true or false$/],
  ['{"ready":1}', 'wire-field-type', /^ready: found 1, expected true or false$/],
  ['{"ready":truth}', 'wire-json-syntax', /found/],
  ['{"ready":true,"ready":true}', 'wire-json-duplicate-key', /"ready" twice/],
  ['{"parameters":[]}', 'wire-field-type', /^parameters: found an array, expected an object$/],
  ['{"parameters":{"config":{}}}', 'wire-field-type', /^parameters\.config: found an object/],
  ['{"parameters":{"a":1,"a":1}}', 'wire-json-duplicate-key', /"a" twice/],
  ['{} {}', 'wire-json-syntax', /found '\{'/],
  [`{"x":${'['.repeat(101)}`, 'wire-json-depth', /deeper than 100/],
];

for (const [body, code, message] of refused)
  test(`refused: ${body.slice(0, 60)}`, () => {
    assert.throws(() => decode(body), { code, message });
  });
