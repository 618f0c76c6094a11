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

test('an HTTPRoute for the host of the gateway is not accepted, and accepted once it asks for another', async () => {
  const plural = 'httproutes.gateway.networking.k8s.io';
  const parentRefs = [{ name: 'kserve-ingress-gateway', namespace: 'kserve' }];
  const rules = [{ backendRefs: [{ name: 'trap-predictor', port: 80 }] }];
  await house.create(plural, {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'route', namespace: 'mine' },
    spec: { hostnames: ['ml.example.org'], parentRefs, rules },
  });
  const accepted = async (): Promise<string> => {
    const { status } = (await house.client(plural).get('mine', 'route')) as {
      status?: { parents?: { conditions: { type: string; status: string; reason: string }[] }[] };
    };
    const told = status?.parents?.[0]?.conditions.find(({ type }) => type === 'Accepted');
    return `${told?.status} ${told?.reason}`;
  };
  await until(async () => (await accepted()) === 'False NoMatchingListenerHostname', 'it is not refused');
  const spec = { hostnames: ['ml.example.org', 'else.example.org'] };
  await house.client(plural).patch('mine', 'route', 'merge', { spec });
  await until(async () => (await accepted()) === 'True Accepted', 'it is not accepted');
  assert.equal((await fetched(house.port, '/x', { headers: { host: 'ml.example.org' } })).status, 302);
  assert.equal((await fetched(house.port, '/x', { headers: { host: 'else.example.org' } })).status, 200);
});
