import assert from 'node:assert/strict';
import { test } from 'node:test';
import { definitions } from '../../../../src/cluster/kinds/index.ts';
import { type Schema, schemaErrors, validateSchema } from '../../../../src/cluster/schema/index.ts';

test('every schema and rule that KServe, Knative, Istio and the Gateway API publish is accepted', () => {
  const published = [...definitions].filter(([name]) => /\.(kserve|knative|istio|gateway)\./.test(name));
  assert.ok(published.length > 30);
  for (const [name, schema] of published) {
    // Metadata is published as every object has it, which no author may write.
    const written: Schema = { ...schema, properties: { ...schema.properties, metadata: { type: 'object' } } };
    assert.deepEqual(schemaErrors(written, name), []);
  }
});

const route = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'r' },
  spec: {
    hostnames: ['a.b'],
    rules: [{ timeouts: { request: '60s' }, matches: [{ path: { type: 'PathPrefix', value: '/x' } }] }],
  },
};

test('rules of the Gateway API hold for a good route and break for bad ones', () => {
  const schema = definitions.get('io.k8s.networking.gateway.v1.HTTPRoute') as Schema;
  const messages = (rule: object): string[] => {
    const object = { ...route, spec: { ...route.spec, rules: [rule] } };
    return validateSchema(object, undefined, { schema, definitions }).map(({ message }) => message);
  };
  const [good] = route.spec.rules as [object];
  assert.deepEqual(messages(good), []);
  assert.deepEqual(messages({ ...good, timeouts: { request: '1s', backendRequest: '2s' } }), [
    'spec.rules[0].timeouts: Invalid value: backendRequest timeout cannot be longer than request timeout',
  ]);
  const urlRewrite = { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' } };
  const matches = [{ path: { type: 'Exact', value: '/x' } }];
  assert.deepEqual(messages({ ...good, matches, filters: [{ type: 'URLRewrite', urlRewrite }] }), [
    'spec.rules[0]: Invalid value: When using URLRewrite filter with path.replacePrefixMatch, exactly one PathPrefix match must be specified',
  ]);
});
