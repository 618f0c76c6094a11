import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, createServer, request as ask, type IncomingMessage, type RequestListener } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, test, type TestContext } from 'node:test';
import { createLog } from '../../src/base/log/index.ts';
import { ResourceClient } from '../../src/cluster/client/index.ts';
import type { KubeObject } from '../../src/cluster/meta/index.ts';
import { resourceOf, type Plural } from '../../src/cluster/view/index.ts';
import { startGateway, type Gateway } from '../../src/edge/gateway/index.ts';
import { Cluster } from '../apiserver/serving.ts';

const user = { name: 'admin', groups: ['system:masters'] };
const log = createLog({ level: 'error', format: 'json', colour: false, now: Date.now, write: () => {} });
const complaints: string[] = [];
/** Keeps connections, as most clients do. */
const agent = new Agent({ keepAlive: true });
let cluster: Cluster;
let gateway: Gateway;

before(async () => {
  cluster = await Cluster.open('10.96.0.0/24');
  gateway = await startGateway({
    transport: cluster.api.transport(user, 'gateway/1'),
    node: { name: 'here', address: '127.0.0.1' },
    listen: { host: '127.0.0.1', port: 0 },
    version: '0.0.0',
    now: Date.now,
    log,
    onError: (what, error) => complaints.push(`${what}: ${String(error)}`),
  });
});

after(async () => {
  agent.destroy();
  await gateway.stop();
  await cluster.close();
  assert.deepEqual(complaints, []);
});

function client(plural: Plural): ResourceClient {
  return new ResourceClient(cluster.api.transport(user, 'tests/1'), resourceOf(plural));
}

function sliceOf(name: string, ports: readonly number[]): KubeObject[] {
  return ports.map(port => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${name}-${port}`,
      namespace: 'default',
      labels: { 'kubernetes.io/service-name': name },
    },
    addressType: 'IPv4',
    ports: [{ name: '', port, protocol: 'TCP' }],
    endpoints: [{ addresses: ['127.0.0.1'], conditions: { ready: true } }],
  }));
}

/** A Service with its endpoints, and an Ingress that leads `NAME.test` there; comes back when the gateway knows. */
async function expose(name: string, ports: readonly number[], port: object = {}): Promise<string> {
  const metadata = { name, namespace: 'default' };
  const spec = { ports: [{ port: 80, ...port }] };
  await client('services').create({ apiVersion: 'v1', kind: 'Service', metadata, spec });
  for (const slice of sliceOf(name, ports)) await client('endpointslices').create(slice);
  const backend = { service: { name, port: { number: 80 } } };
  const host = `${name}.test`;
  const rules = [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }];
  const ingress = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata, spec: { rules } };
  await client('ingresses').create(ingress);
  await until(() => endpoints(host) === ports.length);
  return host;
}

function endpoints(host: string): number {
  const to = gateway.table.hosts.get(host)?.[0]?.targets[0]?.to;
  return to === undefined || typeof to === 'string' ? -1 : to.endpoints.length;
}

async function until(there: () => boolean): Promise<void> {
  const end = performance.now() + 5000;
  while (!there()) {
    assert.ok(performance.now() < end, 'the gateway does not learn it');
    await new Promise(resolve => setTimeout(resolve, 2));
  }
}

async function backend(context: TestContext, handler: RequestListener): Promise<number> {
  const server = createServer(handler);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

interface Asked {
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function begin(host: string, path: string, { method = 'GET', body, headers }: Asked = {}) {
  const { address } = gateway;
  const sent = ask({ ...address, path, method, headers: { host, ...headers }, agent });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return answer;
}

async function fetched(host: string, path: string, asked: Asked = {}) {
  const answer = await begin(host, path, asked);
  return { status: answer.statusCode, text: await text(answer) };
}

test('a request goes to the host’s service, and says who sent it', async context => {
  const port = await backend(context, (request, response) => {
    void text(request).then(body =>
      response.end(JSON.stringify({ ...request.headers, body, url: request.url })),
    );
  });
  const host = await expose('plain', [port]);
  const headers = {
    'x-forwarded-for': '192.0.2.7',
    connection: 'x-secret',
    'x-secret': 'hop',
    'x-request-id': 'a-1',
  };
  const answer = await fetched(host, '/v1/models/m:predict?q=1', { method: 'POST', body: 'abc', headers });
  const seen = JSON.parse(answer.text) as Readonly<Record<string, string>>;
  assert.equal(answer.status, 200);
  assert.equal(seen['host'], host);
  assert.equal(seen['url'], '/v1/models/m:predict?q=1');
  assert.equal(seen['body'], 'abc');
  assert.equal(seen['x-forwarded-for'], '192.0.2.7, 127.0.0.1');
  assert.equal(seen['x-forwarded-proto'], 'http');
  assert.equal(seen['x-forwarded-host'], host);
  assert.equal(seen['x-request-id'], 'a-1');
  assert.equal(seen['x-secret'], undefined);
});

test('what asks before the server of a pod whether it is ready, or how its models are, comes from inside alone', async context => {
  const port = await backend(context, (request, response) => response.end(request.rawHeaders.join('\n')));
  const host = await expose('probed', [port]);
  const headers = {
    'K-Network-Probe': 'queue',
    'k-network-hash': 'h',
    'K-KUBELET-PROBE': 'queue',
    'Davit-Pod-Uid': 'u',
    'k-network-probes': 'another',
  };
  const { text: seen } = await fetched(host, '/', { headers });
  assert.deepEqual(seen.match(/^(k-|davit-).*/gim), ['k-network-probes']);
});

test('an unknown host is 404 with hosts that exist; a service without replicas is 503', async () => {
  const host = await expose('empty', []);
  const unknown = await fetched('nobody.test', '/x');
  assert.equal(unknown.status, 404);
  assert.ok((JSON.parse(unknown.text) as { hosts: string[] }).hosts.includes(host));
  const empty = await fetched(host, '/x');
  assert.equal(empty.status, 503);
  assert.match(empty.text, /No replica behind the Service default\/empty is ready/);
});

test('an answer comes bit by bit', async context => {
  let more: () => void = () => {};
  const port = await backend(context, (_, response) => {
    response.write('one');
    more = () => response.end('two');
  });
  const answer = await begin(await expose('stream', [port]), '/');
  const [first] = (await once(answer, 'data')) as [Buffer];
  assert.equal(first.toString(), 'one');
  more();
  assert.equal(await text(answer), 'two');
});

test('a client that goes ends the request behind', async context => {
  const gone = Promise.withResolvers<void>();
  const port = await backend(context, (_, response) => {
    response.write('one');
    response.once('close', () => gone.resolve());
  });
  const answer = await begin(await expose('cancelled', [port]), '/');
  await once(answer, 'data');
  answer.destroy();
  await gone.promise;
});

test('a connection is switched to WebSocket', async context => {
  const server = createServer();
  server.on('upgrade', (_, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
    socket.pipe(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  context.after(() => void server.close());
  const host = await expose('switched', [(server.address() as AddressInfo).port]);
  const headers = {
    host,
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'sec-websocket-version': '13',
  };
  const sent = ask({ ...gateway.address, path: '/', headers, agent: false });
  sent.end();
  const [, socket] = (await once(sent, 'upgrade')) as [IncomingMessage, Socket];
  socket.write('ping');
  const [back] = (await once(socket, 'data')) as [Buffer];
  assert.equal(back.toString(), 'ping');
  socket.destroy();
});

test('HTTP/2 with prior knowledge reaches a service that speaks it, trailers too', async context => {
  const server = createHttp2Server();
  server.on('stream', stream => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end('grpc');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const host = await expose('grpc', [(server.address() as AddressInfo).port], {
    appProtocol: 'kubernetes.io/h2c',
  });
  const session = connectHttp2(`http://127.0.0.1:${gateway.address.port}`);
  context.after(() => {
    session.destroy();
    server.close();
  });
  const stream = session.request({
    ':method': 'POST',
    ':path': '/inference.GRPCInferenceService/ServerLive',
    ':authority': host,
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  stream.end('x');
  const trailers = once(stream, 'trailers');
  assert.equal(await text(stream), 'grpc');
  const [fields] = (await trailers) as [Record<string, string>];
  assert.equal(fields['grpc-status'], '0');
});

test('a POST is not sent again once a replica has taken it', async context => {
  let taken = 0;
  const dies: RequestListener = request => {
    request.once('data', () => {
      taken++;
      request.socket.destroy();
    });
  };
  const ports = [await backend(context, dies), await backend(context, dies)];
  const { status } = await fetched(await expose('dying', ports), '/', { method: 'POST', body: 'abc' });
  assert.equal(status, 502);
  assert.equal(taken, 1);
});

test('no request is lost while replicas come and go', async context => {
  const answers: RequestListener = (request, response) => void text(request).then(() => response.end('ok'));
  const [first, second] = [await backend(context, answers), await backend(context, answers)];
  // Nobody listens on the first of these, as when a replica has just died.
  const dead = createServer();
  await once(dead.listen(0, '127.0.0.1'), 'listening');
  const { port } = dead.address() as AddressInfo;
  await new Promise(resolve => dead.close(resolve));
  const host = await expose('rolling', [port, first]);
  const statuses: (number | undefined)[] = [];
  for (let at = 0; at < 60; at++) {
    if (at === 20) for (const one of sliceOf('rolling', [second])) await client('endpointslices').create(one);
    if (at === 40) await client('endpointslices').delete('default', `rolling-${first}`);
    statuses.push((await fetched(host, '/', { method: 'POST', body: 'abc' })).status);
  }
  assert.deepEqual(new Set(statuses), new Set([200]));
});

test('the gateway is a Pod and a Service, and says on Ingresses where it is', async () => {
  const pod = await client('pods').get('istio-system', 'istio-ingressgateway-here');
  assert.deepEqual(pod.metadata.labels, { app: 'istio-ingressgateway', istio: 'ingressgateway' });
  const { status } = pod as KubeObject & { status: { hostIP: string; phase: string } };
  assert.equal(status.hostIP, '127.0.0.1');
  assert.equal(status.phase, 'Running');
  interface Balanced extends KubeObject {
    readonly spec: {
      readonly ports: readonly { readonly name: string; readonly port: number; readonly nodePort: number }[];
    };
    readonly status: { readonly loadBalancer: { readonly ingress: readonly { readonly ip: string }[] } };
  }
  const service = (await client('services').get('istio-system', 'istio-ingressgateway')) as Balanced;
  assert.equal(service.status.loadBalancer.ingress[0]?.ip, '127.0.0.1');
  const http = service.spec.ports.find(({ name }) => name === 'http2');
  assert.equal(http?.port, 80);
  assert.ok((http?.nodePort ?? 0) > 0);
});
