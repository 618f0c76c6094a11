import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Schema, TypedSchema } from '../schema.ts';
import { inGoOrder } from './order.ts';

const port: Schema = { properties: { name: {}, containerPort: {}, protocol: {} } };
const definitions = new Map<string, Schema>([
  ['a.Port', port],
  ['a.Meta', { properties: { name: {}, labels: { additionalProperties: { type: 'string' } } } }],
]);
const schema: Schema = {
  properties: {
    metadata: { allOf: [{ $ref: '#/components/schemas/a.Meta' }], default: {} },
    ports: { type: 'array', items: { $ref: '#/components/schemas/a.Port' } },
    raw: { type: 'object' },
  },
};
const typed: TypedSchema = { schema, definitions };

test('fields stand as types have them, those of maps sorted, the rest as it was', () => {
  const value = {
    raw: { z: 1, a: { y: 1, b: 2 } },
    unknown: 1,
    ports: [{ protocol: 'TCP', name: 'a' }, 'no port'],
    metadata: { labels: { z: '1', B: '2', a: '3' }, name: 'n' },
  };
  assert.equal(
    JSON.stringify(inGoOrder(value, typed)),
    '{"metadata":{"name":"n","labels":{"B":"2","a":"3","z":"1"}},"ports":[{"name":"a","protocol":"TCP"},"no port"],"raw":{"z":1,"a":{"y":1,"b":2}},"unknown":1}',
  );
});

test('what is in order is the same object, also below what is not', () => {
  const ports = [{ name: 'a', protocol: 'TCP' }];
  const good = { metadata: { name: 'n' }, ports };
  assert.equal(inGoOrder(good, typed), good);
  const turned = inGoOrder({ ports, metadata: good.metadata }, typed);
  assert.deepEqual(Object.keys(turned), ['metadata', 'ports']);
  assert.equal(turned.ports, ports);
});

test('hostile keys are keys like others', () => {
  const value = JSON.parse('{"metadata":{"labels":{"__proto__":"1","a":"2"}}}') as {
    metadata: { labels: object };
  };
  const ordered = inGoOrder({ ports: [], ...value }, typed);
  assert.equal(JSON.stringify(ordered), '{"metadata":{"labels":{"__proto__":"1","a":"2"}},"ports":[]}');
});
