import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { KubeObject } from '../../../src/cluster/meta/index.ts';
import { fetched } from './client.ts';
import { House, until } from './house.ts';

let house: House;

before(async () => {
  house = await House.open({ publicUrl: 'https://ml.example.org' });
  await house.serve('mine', 'trap', { 'davit.dev/public-paths': '/' });
});

after(() => house.close());

const backend = { service: { name: 'trap-predictor', port: { number: 80 } } };

function ingress(name: string, host: string): KubeObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace: 'mine' },
    spec: { rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }] },
  };
}

async function eventsOf(name: string): Promise<string[]> {
  const { items } = await house.client('events').list({ namespace: 'mine' });
  return items.flatMap(event => {
    const { involvedObject, reason, message, type } = event as KubeObject & {
      involvedObject: { name: string; kind: string };
      reason: string;
      message: string;
      type: string;
    };
    return involvedObject.name === name ? [`${involvedObject.kind} ${type} ${reason}: ${message}`] : [];
  });
}

test('an Ingress for the host of the gateway, or of its issuer, is not served, and an Event says so', async () => {
  for (const [name, host] of [
    ['gateway', 'ml.example.org'],
    ['issuer', 'localhost'],
  ] as const) {
    await house.create('ingresses', ingress(name, host));
    await until(async () => (await eventsOf(name)).length > 0, `no Event about ${name}`);
    assert.deepEqual(await eventsOf(name), [
      `Ingress Warning HostRefused: People reach the gateway itself by ${host}: of that host this object is given paths below /WORD/mine/ alone.`,
    ]);
    const answer = await fetched(house.port, '/steal', { headers: { host } });
    assert.equal(answer.status, 302, answer.text);
  }
  assert.deepEqual(house.received, []);
});

test('an Ingress for another host is served', async () => {
  await house.create('ingresses', ingress('shop', 'shop.example.org'));
  await until(() => house.gateway.table.hosts.has('shop.example.org'), 'the gateway does not learn it');
  const { status } = await fetched(house.port, '/', { headers: { host: 'shop.example.org' } });
  assert.equal(status, 200);
  house.received.length = 0;
});

const httpRoutes = 'httproutes.gateway.networking.k8s.io';

function httpRoute(name: string, ...hostnames: readonly string[]): Promise<unknown> {
  return house.create(httpRoutes, {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name, namespace: 'mine' },
    spec: {
      hostnames,
      parentRefs: [{ name: 'kserve-ingress-gateway', namespace: 'kserve' }],
      rules: [{ backendRefs: [{ name: 'trap-predictor', port: 80 }] }],
    },
  });
}

/** Waits until it is said of a route whether it is accepted, and why. */
async function accepted(name: string, wanted: string): Promise<string | undefined> {
  let message: string | undefined;
  await until(async () => {
    const { status } = (await house.client(httpRoutes).get('mine', name)) as {
      status?: {
        parents?: { conditions: { type: string; status: string; reason: string; message: string }[] }[];
      };
    };
    const told = status?.parents?.[0]?.conditions.find(({ type }) => type === 'Accepted');
    message = told?.message;
    return `${told?.status} ${told?.reason}` === wanted;
  }, `of ${name} is not said ${wanted}`);
  return message;
}

test('an HTTPRoute for the host of the gateway is not accepted, and accepted once it asks for another', async () => {
  await httpRoute('route', 'ml.example.org');
  await accepted('route', 'False NoMatchingListenerHostname');
  const spec = { hostnames: ['ml.example.org', 'else.example.org'] };
  await house.client(httpRoutes).patch('mine', 'route', 'merge', { spec });
  await accepted('route', 'True Accepted');
  assert.equal((await fetched(house.port, '/x', { headers: { host: 'ml.example.org' } })).status, 302);
  assert.equal((await fetched(house.port, '/x', { headers: { host: 'else.example.org' } })).status, 200);
});

test('a host that an InferenceService has in another domain of KServe’s is its namespace’s once that domain is there', async () => {
  await house.serve('other', 'iris');
  const host = 'iris.other.second.test';
  await httpRoute('early', host);
  assert.equal(await accepted('early', 'True Accepted'), '');
  const asked = { headers: { host } };
  await until(async () => (await fetched(house.port, '/x', asked)).status === 200, 'it is not routed');
  await house.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kserve' } });
  const ingress = JSON.stringify({
    ingressGateway: 'knative-serving/knative-ingress-gateway',
    ingressDomain: 'example.com',
    additionalIngressDomains: ['second.test'],
  });
  await house.create('configmaps', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'inferenceservice-config', namespace: 'kserve' },
    data: { ingress },
  });
  const message = await accepted('early', 'False NoMatchingListenerHostname');
  assert.match(message ?? '', /^iris\.other\.second\.test is a host that another namespace has to itself/);
  assert.equal((await fetched(house.port, '/x', asked)).status, 302);
});
