import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Grants, type HttpRoute, OwnHosts, type Owners } from './routes/index.ts';
import { parentsOf } from './taking.ts';

const parent = { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'g', namespace: 'kserve' };

function routeWith(generation: number, status: HttpRoute['status']): HttpRoute {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'r', namespace: 'ns', generation },
    spec: { parentRefs: [parent] },
    ...(status !== undefined && { status }),
  };
}

test('a route is accepted once for each generation, and other gateways’ words stay', () => {
  const other = { controllerName: 'example.dev/other', parentRef: parent, conditions: [] };
  const first = parentsOf(routeWith(1, { parents: [other] }), 0);
  assert.deepEqual(first?.[0], other);
  assert.deepEqual(
    first?.[1]?.conditions?.map(({ type, status, observedGeneration }) => [type, status, observedGeneration]),
    [
      ['Accepted', 'True', 1],
      ['ResolvedRefs', 'True', 1],
    ],
  );
  assert.equal(parentsOf(routeWith(1, { parents: first ?? [] }), 1000), undefined);
  const second = parentsOf(routeWith(2, { parents: first ?? [] }), 1000);
  assert.equal(second?.length, 2);
  assert.equal(second?.[1]?.conditions?.[0]?.lastTransitionTime, '1970-01-01T00:00:00Z');
});

test('a parent that a server writes in another order is the same', () => {
  const first = parentsOf(routeWith(1, undefined), 0) ?? [];
  const turned = first.map(one => ({
    ...one,
    parentRef: { namespace: 'kserve', name: 'g', kind: 'Gateway', group: 'gateway.networking.k8s.io' },
  }));
  assert.equal(parentsOf(routeWith(1, { parents: turned }), 0), undefined);
});

test('a route that leads to another namespace without a grant says so, and no longer once there is one', () => {
  const backendRefs = [{ name: 'iris', namespace: 'yours' }];
  const said = (route: HttpRoute, grants: Grants): unknown => {
    const parents = parentsOf(route, 0, { own: new OwnHosts(), ownerOf: () => undefined }, grants);
    return parents?.[0]?.conditions?.map(({ type, status, reason }) => [type, status, reason]);
  };
  const route = { ...routeWith(1, undefined), spec: { parentRefs: [parent], rules: [{ backendRefs }] } };
  const none = new Grants([]);
  assert.deepEqual(said(route, none), [
    ['Accepted', 'True', 'Accepted'],
    ['ResolvedRefs', 'False', 'RefNotPermitted'],
  ]);
  const from = [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'ns' }];
  const spec = { from, to: [{ group: '', kind: 'Service' }] };
  const metadata = { name: 'g', namespace: 'yours' };
  const grant = { apiVersion: 'gateway.networking.k8s.io/v1beta1', kind: 'ReferenceGrant', metadata, spec };
  const parents = parentsOf(route, 0) ?? [];
  const told = { ...route, status: { parents } };
  assert.equal(said(told, none), undefined);
  assert.deepEqual(said(told, new Grants([grant])), [
    ['Accepted', 'True', 'Accepted'],
    ['ResolvedRefs', 'True', 'ResolvedRefs'],
  ]);
});

test('a route says which of its hosts another namespace has, and is not accepted where all are kept from it', () => {
  const owners: Owners = {
    own: new OwnHosts(['ml.test']),
    ownerOf: host => (host === 'iris.yours.test' ? 'yours' : host === 'iris.ns.test' ? 'ns' : undefined),
  };
  const accepted = (...hostnames: readonly string[]): readonly (string | undefined)[] => {
    const route = { ...routeWith(1, undefined), spec: { parentRefs: [parent], hostnames, rules: [{}] } };
    const conditions = parentsOf(route, 0, owners)?.[0]?.conditions ?? [];
    const { status, reason, message } = conditions.find(({ type }) => type === 'Accepted') ?? {};
    return [status, reason, message];
  };
  const theirs = 'iris.yours.test is a host that another namespace has to itself';
  const [status, reason, message = ''] = accepted('IRIS.yours.test', 'ml.test');
  assert.deepEqual([status, reason], ['False', 'NoMatchingListenerHostname']);
  assert.ok(message.startsWith(theirs) && message.includes(' ml.test: '), message);
  const [partly, why, text = ''] = accepted('iris.yours.test', 'iris.ns.test');
  assert.deepEqual([partly, why], ['True', 'Accepted']);
  assert.ok(text.startsWith(theirs) && !text.includes('iris.ns.test'), text);
  assert.deepEqual(accepted('iris.ns.test', 'else.test'), ['True', 'Accepted', '']);
});
