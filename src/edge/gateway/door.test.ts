import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request as ask, type IncomingMessage, type RequestListener } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { createLog } from '../../base/log/index.ts';
import { openDoor } from './door.ts';
import { type Routes, routesOf, type Snapshot, type Table } from './routes/index.ts';

const log = createLog({ level: 'error', format: 'json', colour: false, now: Date.now, write: () => {} });

const nothing: Snapshot = {
  inferenceServices: [],
  virtualServices: [],
  knativeIngresses: [],
  ingresses: [],
  slices: [],
  services: [],
  referenceGrants: [],
  httpRoutes: [],
};

/** Replicas of one service behind an HTTPRoute for `m.test` that allows a time. */
async function routed(
  context: TestContext,
  request: string,
  handlers: readonly RequestListener[],
): Promise<Table> {
  const slices = await Promise.all(handlers.map(async handler => sliceOf(await serve(context, handler))));
  const snapshot: Snapshot = {
    ...nothing,
    slices,
    services: [
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'm', namespace: 'ns' },
        spec: { ports: [{ port: 80 }] },
      },
    ],
    httpRoutes: [
      {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'HTTPRoute',
        metadata: { name: 'm', namespace: 'ns' },
        spec: {
          hostnames: ['m.test'],
          rules: [{ backendRefs: [{ name: 'm', port: 80 }], timeouts: { request } }],
        },
      },
    ],
  };
  return routesOf(snapshot);
}

/** A gateway before such replicas: its port, and that of its pages. */
async function opened(
  context: TestContext,
  request: string,
  ...handlers: RequestListener[]
): Promise<{ port: number; statusPort: number }> {
  const table = await routed(context, request, handlers);
  return openedFor(context, () => table);
}

async function openedFor(
  context: TestContext,
  routes: Routes,
): Promise<{ port: number; statusPort: number }> {
  const door = await openDoor({ listen: { host: '127.0.0.1', port: 0 }, log }, routes);
  context.after(() => door.close());
  return { port: door.listen.port, statusPort: door.statusPort };
}

async function serve(context: TestContext, handler: RequestListener): Promise<number> {
  const server = createServer(handler);
  server.on('upgrade', (_, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
    socket.pipe(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

function sliceOf(port: number): Snapshot['slices'] extends Iterable<infer Slice> ? Slice : never {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `m-${port}`, namespace: 'ns', labels: { 'kubernetes.io/service-name': 'm' } },
    ports: [{ port }],
    endpoints: [{ addresses: ['127.0.0.1'], conditions: { ready: true } }],
  };
}

async function get(port: number, path: string): Promise<{ status: number | undefined; text: string }> {
  const sent = ask({ host: '127.0.0.1', port, path, headers: { host: 'm.test' }, agent: false });
  sent.end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: answer.statusCode, text: await text(answer) };
}

test('an answer that takes longer than its route allows is 504, and counted', async context => {
  const { port, statusPort } = await opened(context, '50ms', () => {});
  const { status, text: body } = await get(port, '/');
  assert.equal(status, 504);
  assert.match(body, /ns\/m:80 did not answer within the 50 ms/);
  const metrics = await get(statusPort, '/metrics');
  assert.match(metrics.text, /davit_gateway_requests_total\{code="504"\} 1/);
});

test('what was routed a moment ago is found, and what is not routed is not', async context => {
  const latest = await routed(context, '5s', [(_, response) => void response.end('ok')]);
  const gathered = routesOf(nothing);
  const { port } = await openedFor(context, wanted => (wanted === true ? latest : gathered));
  assert.equal((await get(port, '/')).status, 200);
  assert.equal((await get((await openedFor(context, () => gathered)).port, '/')).status, 404);
});

test('an answer that has begun is cut, so that it does not look whole', async context => {
  const { port } = await opened(context, '50ms', (_, response) => void response.write('half'));
  await assert.rejects(get(port, '/'), /aborted/);
});

test('a WebSocket outlives the time for an answer', async context => {
  const { port } = await opened(context, '50ms', () => {});
  const headers = {
    host: 'm.test',
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
  };
  const key = { 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' };
  const sent = ask({ host: '127.0.0.1', port, path: '/', headers: { ...headers, ...key }, agent: false });
  sent.end();
  const [, socket] = (await once(sent, 'upgrade')) as [IncomingMessage, Socket];
  // The gateway's timer was set before this one.
  await new Promise(resolve => setTimeout(resolve, 60));
  socket.write('ping');
  const [back] = (await once(socket, 'data')) as [Buffer];
  assert.equal(back.toString(), 'ping');
  socket.destroy();
});

const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: m.test\r\n\r\n';
const doubtful = {
  'two framings': `POST / HTTP/1.1\r\nHost: m.test\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
  'two lengths': `POST / HTTP/1.1\r\nHost: m.test\r\nContent-Length: 0\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`,
  'an encoding that hides': `POST / HTTP/1.1\r\nHost: m.test\r\nTransfer-Encoding: xchunked\r\nContent-Length: 4\r\n\r\nabcd`,
  'a space before the colon': `POST / HTTP/1.1\r\nHost: m.test\r\nContent-Length : 4\r\n\r\nabcd`,
  'a folded field': `POST / HTTP/1.1\r\nHost: m.test\r\nX: a\r\n Content-Length: 4\r\n\r\nabcd`,
};

test('what two servers could read in two ways reaches none', async context => {
  const seen: (string | undefined)[] = [];
  const { port } = await opened(context, '5s', (request, response) => {
    seen.push(request.url);
    response.end('ok');
  });
  for (const [what, bytes] of Object.entries(doubtful)) {
    const socket = connect(port, '127.0.0.1');
    socket.write(bytes);
    const answer = await text(socket);
    assert.match(answer, /^HTTP\/1\.1 400 /, what);
    assert.equal(answer.match(/HTTP\/1\.1 \d{3}/g)?.length, 1, what);
  }
  assert.deepEqual(seen, []);
});

test('fields named in Connection, and what a client says of the hop, go no further', async context => {
  let seen: IncomingMessage['headers'] = {};
  const { port } = await opened(context, '5s', (request, response) => {
    seen = request.headers;
    response.end('ok');
  });
  const socket = connect(port, '127.0.0.1');
  const fields =
    'Connection: close, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: 5\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil.test\r\nX-Request-Id: a b';
  socket.write(`GET / HTTP/1.1\r\nHost: m.test\r\n${fields}\r\n\r\n`);
  assert.match(await text(socket), /^HTTP\/1\.1 200 /);
  assert.equal(seen['x-hop'], undefined);
  assert.equal(seen['keep-alive'], undefined);
  assert.equal(seen['x-forwarded-proto'], 'http');
  assert.equal(seen['x-forwarded-host'], 'm.test');
  assert.match(String(seen['x-request-id']), /^[\da-f-]{36}$/);
});

test('a further address that somebody has is done without, and where the gateway is instead is told', async context => {
  const port = await serve(context, (_, answer) => answer.end());
  const lines: string[] = [];
  const telling = createLog({
    level: 'info',
    format: 'json',
    colour: false,
    now: Date.now,
    write: line => lines.push(line),
  });
  const host = '127.0.0.1';
  const options = { listen: { host, port: 0 }, also: [{ host, port }], log: telling };
  const door = await openDoor(options, () => routesOf(nothing));
  context.after(() => door.close());
  const [told] = lines.map(line => JSON.parse(line) as Record<string, string>);
  assert.equal(told?.['event'], 'the gateway does without an address');
  assert.equal(told['without'], `${host}:${port}`);
  assert.equal(told['instead'], `${host}:${door.listen.port}`);
  assert.match(told['reason'] ?? '', new RegExp(`${port}.*(taken|in use|has)`));
});
