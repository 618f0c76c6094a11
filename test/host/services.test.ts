import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { after, before, suite, test } from 'node:test';
import { createLog } from '../../src/base/log/index.ts';
import { listensOn, reachedAt } from '../../src/cluster/allocation/index.ts';
import { ResourceClient } from '../../src/cluster/client/index.ts';
import type { KubeObject } from '../../src/cluster/meta/index.ts';
import { resourceOf } from '../../src/cluster/view/index.ts';
import { startServices, type Services } from '../../src/host/services/index.ts';
import { Cluster, fresh } from '../apiserver/serving.ts';

const user = { name: 'system:node', groups: ['system:masters'] };
const lines: string[] = [];
const log = createLog({
  level: 'info',
  format: 'json',
  colour: false,
  now: Date.now,
  write: line => lines.push(line),
});
/** A block that no cluster of this machine is likely to use. */
const block = `127.${200 + (process.pid % 50)}.${process.pid % 200}.0/24`;
/** A number that belongs to nobody: root takes it for a while and may then do what an ordinary user may. */
const ordinary = 61_000;
let cluster: Cluster;
let running: Services;

before(async () => {
  cluster = await Cluster.open(block);
  const transport = cluster.api.transport(user, 'services/1');
  running = await startServices({ transport, node: '127.0.0.1', now: Date.now, log });
});

after(async () => {
  await running.stop();
  await cluster.close();
});

interface Service extends KubeObject {
  readonly spec: { readonly clusterIP: string; readonly ports: readonly { readonly nodePort: number }[] };
}

async function createService(name: string, spec: object): Promise<Service> {
  const client = new ResourceClient<Service>(cluster.api.transport(user, 'tests/1'), resourceOf('services'));
  const metadata = { name, namespace: 'default' };
  return client.create({ apiVersion: 'v1', kind: 'Service', metadata, spec } as never);
}

function slices(): ResourceClient {
  return new ResourceClient(cluster.api.transport(user, 'tests/1'), resourceOf('endpointslices'));
}

function slice(service: string, ports: readonly number[], ready = true): KubeObject {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${service}-${ports[0]}`,
      namespace: 'default',
      labels: { 'kubernetes.io/service-name': service },
    },
    addressType: 'IPv4',
    ports: [{ name: '', port: ports[0], protocol: 'TCP' }],
    endpoints: [{ addresses: ['127.0.0.1'], conditions: { ready } }],
  };
}

/** Answers each connection with its name and what it was sent. */
async function backend(name: string): Promise<{ server: Server; port: number }> {
  const server = createServer({ allowHalfOpen: true }, socket => {
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('end', () => socket.end(`${name}:${text}`));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { server, port: (server.address() as { port: number }).port };
}

async function ask(host: string, port: number, text: string): Promise<string> {
  const socket = connect(port, host);
  socket.end(text);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

/** Asks until a connection is taken; a service whose endpoints are just becoming known refuses. */
async function eventually<T>(work: () => Promise<T>): Promise<T> {
  const until = performance.now() + 5000;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (performance.now() > until) throw error;
      await new Promise(resolve => setImmediate(resolve));
    }
  }
}

test('a service answers at its address and its node port, and refuses without a ready endpoint', async () => {
  const name = fresh('web');
  const { server, port } = await backend('one');
  const { spec } = await createService(name, { type: 'NodePort', ports: [{ port: 18_080 }] });
  const created = await slices().create(slice(name, [port], false));
  await assert.rejects(ask(spec.clusterIP, 18_080, 'x'), { code: 'ECONNREFUSED' });
  await slices().update({ ...created, ...slice(name, [port]), metadata: created.metadata });
  assert.equal(await eventually(() => ask(spec.clusterIP, 18_080, 'hello')), 'one:hello');
  assert.equal(await ask('127.0.0.1', spec.ports[0]?.nodePort ?? 0, 'node'), 'one:node');
  await slices().delete('default', `${name}-${port}`);
  await eventually(() => assert.rejects(ask(spec.clusterIP, 18_080, 'x'), { code: 'ECONNREFUSED' }));
  server.close();
});

test('connections are spread over endpoints, and one that is dead is passed over', async () => {
  const name = fresh('web');
  const [one, two, dead] = [await backend('one'), await backend('two'), await backend('dead')];
  dead.server.close();
  const { spec } = await createService(name, { ports: [{ port: 18_080 }] });
  for (const { port } of [one, two, dead]) await slices().create(slice(name, [port]));
  await eventually(() => ask(spec.clusterIP, 18_080, 'x'));
  const answers = new Set<string>();
  for (let at = 0; at < 12; at++) answers.add(await ask(spec.clusterIP, 18_080, 'x'));
  assert.ok(answers.has('one:x') && answers.has('two:x'));
  assert.equal(answers.has(''), false);
  one.server.close();
  two.server.close();
});

test('an open connection outlives its endpoint’s leave', async () => {
  const name = fresh('web');
  const sockets: Socket[] = [];
  const server = createServer(socket => {
    sockets.push(socket);
    socket.pipe(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as { port: number };
  const { spec } = await createService(name, { ports: [{ port: 18_080 }] });
  await slices().create(slice(name, [port]));
  const client = await eventually(async () => {
    const socket = connect(18_080, spec.clusterIP);
    await once(socket, 'connect');
    return socket;
  });
  client.write('a');
  await once(client, 'data');
  await slices().delete('default', `${name}-${port}`);
  await eventually(() => assert.rejects(ask(spec.clusterIP, 18_080, 'x'), { code: 'ECONNREFUSED' }));
  client.write('b');
  const [answer] = (await once(client, 'data')) as [Buffer];
  assert.equal(answer.toString(), 'b');
  client.destroy();
  server.close();
});

test('what breaks on one side breaks on the other', async () => {
  const name = fresh('web');
  const server = createServer(socket => socket.once('data', () => socket.resetAndDestroy()));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as { port: number };
  const { spec } = await createService(name, { ports: [{ port: 18_080 }] });
  await slices().create(slice(name, [port]));
  await eventually(() => assert.rejects(ask(spec.clusterIP, 18_080, 'x'), { code: 'ECONNRESET' }));
  server.close();
});

/** Where the annotation of a Service says that a port is. */
async function standsFor(name: string, port: number): Promise<number> {
  const client = new ResourceClient(cluster.api.transport(user, 'tests/1'), resourceOf('services'));
  return eventually(async () => {
    const { metadata } = await client.get('default', name);
    const found = reachedAt(await client.get('default', name), port);
    assert.ok(metadata.annotations?.[listensOn]?.split(',').some(one => one.startsWith(`${port}=`)));
    return found?.port ?? 0;
  });
}

/** A slice of one backend behind every port of a Service. */
function named(service: string, names: readonly string[], port: number): KubeObject {
  return { ...slice(service, [port]), ports: names.map(name => ({ name, port, protocol: 'TCP' })) };
}

/** Whether the system keeps ports from ordinary users. */
function keepsPorts(): boolean {
  const file = '/proc/sys/net/ipv4/ip_unprivileged_port_start';
  return process.platform === 'linux' && Number(readFileSync(file, 'utf8')) > 443;
}

suite(
  'as a user who may not use ports below 1024',
  { skip: !keepsPorts() && 'here everybody may use every port' },
  () => {
    const isRoot = process.geteuid?.() === 0;
    before(() => isRoot && process.seteuid?.(ordinary));
    after(() => isRoot && process.seteuid?.(0));

    test('port 80 of a service is found at 8080, and elsewhere when the service has that one itself', async () => {
      const name = fresh('web');
      const { server, port } = await backend('one');
      const ports = [
        { name: 'http', port: 80 },
        { name: 'alt', port: 8080 },
        { name: 'https', port: 443 },
        { name: 'altssl', port: 8443 },
      ];
      const { spec } = await createService(name, { ports });
      await slices().create(named(name, ['http', 'alt', 'https', 'altssl'], port));
      assert.equal(await eventually(() => ask(spec.clusterIP, 8080, 'x')), 'one:x');
      assert.equal(await eventually(() => ask(spec.clusterIP, 8443, 'x')), 'one:x');
      for (const low of [80, 443]) {
        const found = await standsFor(name, low);
        assert.notEqual(found, low + 8000);
        assert.equal(await ask(spec.clusterIP, found, `${low}`), `one:${low}`);
      }
      server.close();
      const told = lines.map(line => JSON.parse(line) as Record<string, string>);
      const places = told.filter(({ event }) => event?.startsWith('ports of services are found elsewhere'));
      assert.equal(places.length, 1, 'told once');
      assert.match(places[0]?.['places'] ?? '', /\b80 → 127\.[\d.]+:\d+/);
    });

    test('what stands for port 80 makes room for a port that the service is given later', async () => {
      const name = fresh('web');
      const { server, port } = await backend('one');
      const { spec } = await createService(name, { ports: [{ name: 'http', port: 80 }] });
      const first = await slices().create(named(name, ['http'], port));
      assert.equal(await standsFor(name, 80), 8080);
      const client = new ResourceClient<Service>(
        cluster.api.transport(user, 'tests/1'),
        resourceOf('services'),
      );
      const both = [
        { name: 'http', port: 80 },
        { name: 'alt', port: 8080 },
      ];
      await slices().update({ ...first, ...named(name, ['http', 'alt'], port), metadata: first.metadata });
      await client.patch('default', name, 'merge', { spec: { ports: both } });
      const moved = await eventually(async () => {
        const found = await standsFor(name, 80);
        assert.notEqual(found, 8080);
        return found;
      });
      assert.equal(await ask(spec.clusterIP, moved, 'moved'), 'one:moved');
      assert.equal(await eventually(() => ask(spec.clusterIP, 8080, 'own')), 'one:own');
      server.close();
    });

    test('a place that another program has is done without', async () => {
      const name = fresh('web');
      const { server, port } = await backend('one');
      const { spec } = await createService(name, { ports: [{ name: 'http', port: 80 }] });
      const other = createServer();
      await once(other.listen(8080, spec.clusterIP), 'listening');
      await slices().create(named(name, ['http'], port));
      const found = await standsFor(name, 80);
      assert.notEqual(found, 8080);
      assert.equal(await ask(spec.clusterIP, found, 'x'), 'one:x');
      other.close();
      server.close();
    });
  },
);

test('where a Service was found before is taken from it only where that can have been given to it', async context => {
  const own = await Cluster.open('10.97.0.0/28');
  const transport = own.api.transport(user, 'tests/1');
  const client = new ResourceClient<Service>(transport, resourceOf('services'));
  const endpoints = new ResourceClient(transport, resourceOf('endpointslices'));
  const { server, port: free } = await backend('nobody');
  await new Promise(resolve => server.close(resolve));
  const rows: readonly (readonly [said: string, kept: boolean])[] = [
    [`127.0.0.1:${free}`, free >= 32_768],
    ['127.0.0.1:21987', false],
    ['127.0.0.1:x', false],
    ['127.0.0.1:65536', false],
    ['127.0.0.1:-1', false],
    ['127.0.0.1:', false],
    ['nothing', false],
  ];
  for (const [at, [said]] of rows.entries()) {
    const metadata = {
      name: `before-${at}`,
      namespace: 'default',
      annotations: { [listensOn]: `80=${said}` },
    };
    await client.create({
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { ports: [{ port: 80 }] },
    } as never);
    await endpoints.create(slice(`before-${at}`, [8080]));
  }
  const services = await startServices({
    transport,
    node: '127.0.0.1',
    now: Date.now,
    log,
    oneAddress: true,
  });
  context.after(async () => {
    await services.stop();
    await own.close();
  });
  for (const [at, [said, kept]] of rows.entries()) {
    const found = (await client.get('default', `before-${at}`)).metadata.annotations?.[listensOn] ?? '';
    assert.match(found, /^80=127\.0\.0\.1:\d+$/, said);
    assert.equal(found === `80=${said}`, kept, said);
  }
});
