import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttp, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { text } from 'node:stream/consumers';
import { createLog } from '../../src/base/log/index.ts';
import { ResourceClient } from '../../src/cluster/client/index.ts';
import type { KubeObject } from '../../src/cluster/meta/index.ts';
import { type Plural, resourceOf } from '../../src/cluster/view/index.ts';
import { startServices, type Services } from '../../src/host/services/index.ts';
import { Cluster, fresh } from '../apiserver/serving.ts';
import { keptPort } from '../e2e/platform.ts';

const user = { name: 'system:node', groups: ['system:masters'] };
const log = createLog({ level: 'error', format: 'json', colour: false, now: Date.now, write: () => {} });
/** A block that no cluster of this machine is likely to use. */
const block = `127.${190 + (process.pid % 10)}.${process.pid % 250}.0/24`;
/** Only a bound on hanging, milliseconds. */
const patience = 60_000;
let cluster: Cluster;
let running: Services;

const start = (namesPort?: number): Promise<Services> =>
  startServices({
    transport: cluster.api.transport(user, 'services/1'),
    node: '127.0.0.1',
    now: Date.now,
    log,
    namesPort,
  });

before(async () => {
  cluster = await Cluster.open(block);
  running = await start();
});

after(async () => {
  await running.stop();
  await cluster.close();
});

async function create(plural: Plural, object: object): Promise<void> {
  const client = new ResourceClient(cluster.api.transport(user, 'tests/1'), resourceOf(plural));
  await client.create(object as KubeObject);
}

/** A Service of the namespace `default` before one server of this process. */
async function service(name: string, port: number): Promise<void> {
  const metadata = { name, namespace: 'default' };
  await create('services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { ports: [{ port: 18_080 }] },
  });
  await create('endpointslices', {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { ...metadata, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    ports: [{ name: '', port, protocol: 'TCP' }],
    endpoints: [{ addresses: ['127.0.0.1'], conditions: { ready: true } }],
  });
}

interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly body: string;
}

/** Asks the proxy as a client does that was told of it by a variable. */
async function ask(url: string, body = '', home?: string): Promise<Answer> {
  const { host } = new URL(url);
  const authorization = home === undefined ? {} : { 'Proxy-Authorization': `Basic ${btoa(`${home}:`)}` };
  const sent = request({
    host: '127.0.0.1',
    port: running.namesPort,
    method: 'POST',
    path: url,
    headers: { Host: host, ...authorization },
  });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const code = answer.headers['davit-error-code'] as string | undefined;
  return { status: answer.statusCode ?? 0, code, body: await text(answer) };
}

async function eventually(status: number, work: () => Promise<Answer>): Promise<Answer> {
  const until = performance.now() + patience;
  for (;;) {
    const answer = await work();
    if (answer.status === status || performance.now() > until) return answer;
    await new Promise(resolve => setImmediate(resolve));
  }
}

test('names of Services are answered by them, with the request as it was sent', async () => {
  const name = fresh('web');
  const server = createHttp((asked, answer) => {
    const { host, 'proxy-authorization': shown = 'nothing' } = asked.headers;
    void text(asked).then(body => answer.end(`${asked.method} ${asked.url} ${host} ${shown} ${body}`));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  await service(name, (server.address() as { port: number }).port);
  const host = `${name}.default.svc.cluster.local:18080`;
  const answer = await eventually(200, () => ask(`http://${host}/v1/models?x=1`, 'rows'));
  assert.equal(answer.body, `POST /v1/models?x=1 ${host} nothing rows`);
  const short = await ask(`http://${name}:18080/`, '', 'default');
  assert.equal(short.body, `POST / ${name}:18080 nothing `);
  const large = 'x'.repeat(2 ** 20);
  assert.ok((await ask(`http://${name}.default:18080/`, large)).body.endsWith(large));
  server.close();
  server.closeAllConnections();
});

test('what is no Service is refused, whoever else listens there', async () => {
  const server = createHttp((_, answer) => answer.end('secret'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as { port: number };
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, 'example.com', `169.254.169.254:${port}`]) {
    const answer = await ask(`http://${host}/`);
    assert.deepEqual([answer.status, answer.code], [403, 'name-not-in-cluster'], host);
  }
  const missing = await ask('http://nope.default.svc.cluster.local/');
  assert.deepEqual([missing.status, missing.code], [404, 'name-unknown']);
  const tunnel = connect(running.namesPort, '127.0.0.1');
  tunnel.write(`CONNECT 127.0.0.1:${port} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
  assert.doesNotMatch(await text(tunnel), /^HTTP\/1\.1 2|secret/);
  server.close();
});

test('a Service that leads to the proxy itself is asked once', async () => {
  const name = fresh('loop');
  await service(name, running.namesPort);
  const answer = await eventually(508, () => ask(`http://${name}.default:18080/`));
  assert.deepEqual([answer.status, answer.code], [508, 'name-goes-round']);
});

test('a Service without a ready pod does not answer, and the answer says so', async () => {
  const name = fresh('web');
  await service(name, await keptPort());
  const answer = await eventually(502, () => ask(`http://${name}.default:18080/`));
  assert.deepEqual([answer.status, answer.code], [502, 'name-unreachable']);
});

test('it listens where it did before, or elsewhere where that is taken', async () => {
  const port = await keptPort();
  const first = await start(port);
  assert.equal(first.namesPort, port);
  const other = await start(port);
  assert.notEqual(other.namesPort, port);
  await Promise.all([first.stop(), other.stop()]);
  const again = await start(port);
  assert.equal(again.namesPort, port);
  await again.stop();
});
