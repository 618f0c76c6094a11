import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Schema } from '../schema.ts';
import { applyDefaults } from './defaults.ts';
import { prune } from './prune.ts';
import { customShape } from './shape.ts';

const schema: Schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: {
        known: { type: 'integer', default: 3 },
        free: {
          type: 'object',
          'x-kubernetes-preserve-unknown-fields': true,
          properties: { inner: { type: 'object' } },
        },
        list: {
          type: 'array',
          items: { type: 'object', properties: { a: { type: 'string', default: 'x' } } },
        },
        maybe: { type: 'string', nullable: true },
        deep: { type: 'object', default: {}, properties: { n: { type: 'integer', default: 1 } } },
      },
    },
  },
};
const shape = customShape(schema, new Map());

function pruned(spec: object): { spec: unknown; unknown: readonly string[] } {
  const { value, unknown } = prune({ apiVersion: 'v', kind: 'k', spec }, shape);
  return { spec: (value as { spec: unknown }).spec, unknown };
}

test('unknown fields are dropped and told in alphabetical order; what keeps them keeps them', () => {
  const { spec, unknown } = pruned({
    z: 1,
    known: 1,
    free: { any: { x: 1 }, inner: { y: 1 } },
    list: [{ a: 'b', c: 1 }],
    a: 1,
  });
  assert.deepEqual(spec, { known: 1, free: { any: { x: 1 }, inner: {} }, list: [{ a: 'b' }] });
  assert.deepEqual(unknown, [
    'unknown field "spec.a"',
    'unknown field "spec.free.inner.y"',
    'unknown field "spec.list[0].c"',
    'unknown field "spec.z"',
  ]);
});

test('a null goes where it can neither stay nor become a default', () => {
  const { spec } = pruned({ known: null, list: null, maybe: null });
  assert.deepEqual(spec, { known: null, maybe: null });
  const filled = applyDefaults({ spec }, shape);
  assert.deepEqual(filled, { spec: { known: 3, maybe: null, deep: { n: 1 } } });
});

test('values without anything to do are returned themselves', () => {
  const value = { apiVersion: 'v', kind: 'k', spec: { known: 1, deep: { n: 2 }, list: [{ a: 'b' }] } };
  assert.equal(prune(value, shape).value, value);
  assert.equal(applyDefaults(value, shape), value);
});
