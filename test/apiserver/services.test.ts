import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Cluster } from './serving.ts';

let cluster: Cluster;
before(async () => {
  cluster = await Cluster.open();
});
after(() => cluster.close());

const services = '/api/v1/namespaces/default/services';

function service(name: string, spec: object = {}, metadata: object = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, ...metadata },
    spec: { ports: [{ port: 80 }], ...spec },
  };
}

const nodePort = (port: number): object => ({ type: 'NodePort', ports: [{ port: 80, nodePort: port }] });

test('addresses come back with every write that was refused, and with every service that goes', async () => {
  // The block has 14 addresses; each round would use one up if a refusal kept it.
  assert.equal((await cluster.ask('POST', services, { body: service('taken') })).status, 201);
  for (let round = 0; round < 20; round++) {
    assert.equal((await cluster.ask('POST', services, { body: service('taken') })).status, 409);
    assert.equal((await cluster.ask('POST', services, { body: service('bad', { ports: [] }) })).status, 422);
    const made = await cluster.ask('POST', services, { body: service('made') });
    assert.equal(made.status, 201, made.text);
    assert.equal((await cluster.ask('DELETE', `${services}/made`)).status, 200);
  }
  const made = await Promise.all(
    Array.from({ length: 20 }, (_, index) => cluster.ask('POST', services, { body: service(`s${index}`) })),
  );
  const addresses = made.filter(one => one.status === 201).map(one => one.body.spec.clusterIP);
  assert.equal(new Set(addresses).size, addresses.length);
  assert.equal(addresses.length, 13);
  await cluster.ask('DELETE', services);
});

test('writers of one service at once leave the ports that it has, and no others, taken', async () => {
  await cluster.ask('POST', services, { body: service('one', nodePort(30_001)) });
  const ports = [30_002, 30_003, 30_004, 30_005];
  const answers = await Promise.all(
    ports.map(port =>
      cluster.ask('PATCH', `${services}/one`, {
        type: 'application/merge-patch+json',
        body: { spec: nodePort(port) },
      }),
    ),
  );
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200, 200],
  );
  const { body } = await cluster.ask('GET', `${services}/one`);
  const held = body.spec.ports[0].nodePort;
  for (const port of [30_001, ...ports]) {
    const name = `probe-${port}`;
    const { status, text } = await cluster.ask('POST', services, { body: service(name, nodePort(port)) });
    assert.equal(status, port === held ? 422 : 201, `${port} while ${held} is held: ${text}`);
  }
});

test('a service with a finalizer keeps its address until it is gone', async () => {
  await cluster.ask('DELETE', services);
  const fixed = { clusterIP: '10.96.0.9' };
  const held = service('held', fixed, { finalizers: ['x.io/a'] });
  assert.equal((await cluster.ask('POST', services, { body: held })).status, 201);
  await cluster.ask('DELETE', `${services}/held`);
  assert.equal((await cluster.ask('POST', services, { body: service('next', fixed) })).status, 422);
  const last = await cluster.ask('PATCH', `${services}/held`, {
    type: 'application/merge-patch+json',
    body: { metadata: { finalizers: null } },
  });
  assert.equal(last.status, 200, last.text);
  assert.equal((await cluster.ask('POST', services, { body: service('next', fixed) })).status, 201);
});
