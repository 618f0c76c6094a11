import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Schema } from '../schema.ts';
import { knownCase } from './case.ts';

const model: Schema = {
  type: 'object',
  properties: {
    protocolVersion: { type: 'string' },
    storageUri: { type: 'string' },
    url: { type: 'string' },
    URL: { type: 'string' },
  },
};
const schema: Schema = {
  type: 'object',
  properties: {
    spec: { type: 'object', properties: { model, models: { type: 'array', items: model } } },
    metadata: { type: 'object' },
  },
};

function renamed(value: unknown): ReturnType<typeof knownCase> {
  return knownCase(value, { schema, definitions: new Map() });
}

test('a field in another letter case is taken for the known one, with a warning', () => {
  const { value, warnings } = renamed({
    spec: { Model: { ProtocolVersion: 'v2' }, models: [{ storageURI: 's' }] },
  });
  assert.deepEqual(value, { spec: { model: { protocolVersion: 'v2' }, models: [{ storageUri: 's' }] } });
  assert.deepEqual(warnings, [
    'unknown field "spec.Model" is taken for "spec.model"',
    'unknown field "spec.model.ProtocolVersion" is taken for "spec.model.protocolVersion"',
    'unknown field "spec.models[0].storageURI" is taken for "spec.models[0].storageUri"',
  ]);
});

test('nothing is taken for a field that is there, nor for one of two', () => {
  for (const spec of [
    { model: { protocolVersion: 'v1', ProtocolVersion: 'v2' } },
    { model: { ProtocolVersion: 'v1', protocolversion: 'v2' } },
    { model: { Url: 'x' } },
    { model: { other: 'x' } },
  ]) {
    const { value, warnings } = renamed({ spec });
    assert.deepEqual(value, { spec });
    assert.deepEqual(warnings, []);
  }
});

test('a value without such fields is returned itself', () => {
  const value = { metadata: { Labels: {} }, spec: { model: { protocolVersion: 'v1' } } };
  assert.equal(renamed(value).value, value);
});
