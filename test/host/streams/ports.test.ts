import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { after, before, test } from 'node:test';
import type { Duplex } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import { Session, type Stream } from '../../../src/base/spdy/index.ts';
import { issue } from '../../../src/cluster/access/index.ts';
import { Tunnel, WebSocket } from '../../../src/base/websocket/index.ts';
import { get, Remote, upgrade, type Upgraded, websocketHeaders } from './clients.ts';
import { Platform, script } from './platform.ts';

let platform: Platform;
let address = '';
let echo = 0;
let web = 0;
const servers: Server[] = [];

async function listening(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, address);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

before(async () => {
  platform = await Platform.open();
  const container = script('sleep 1000', { ports: [{ containerPort: 1 }] });
  const pod = await platform.pod('server', { containers: [container] });
  address = pod.status.podIP ?? '';
  echo = await listening(createServer({ allowHalfOpen: true }, socket => socket.pipe(socket)));
  web = await listening(
    createHttpServer((request, response) => {
      const seen = { method: request.method, url: request.url, token: request.headers.authorization };
      response.setHeader('X-Own', 'yes');
      response.statusCode = request.url?.startsWith('/missing') === true ? 404 : 200;
      response.end(JSON.stringify({ ...seen, own: request.headers['x-test'] }));
    }),
  );
});
after(async () => {
  for (const server of servers) server.close();
  await platform.close();
});

const pods = '/api/v1/namespaces/default/pods';

async function switched(headers: Record<string, string>, method = 'GET', query = ''): Promise<Upgraded> {
  const upgraded = await upgrade(platform, `${pods}/server/portforward${query}`, headers, { method });
  assert.ok('connection' in upgraded, JSON.stringify(upgraded));
  return upgraded;
}

/** Both ways that sessions reach a kubelet: on the connection itself, and in the messages of a WebSocket. */
const carriers: Readonly<Record<string, () => Promise<Session>>> = {
  'over SPDY': async () => {
    const headers = { Upgrade: 'SPDY/3.1', 'X-Stream-Protocol-Version': 'portforward.k8s.io' };
    const { connection } = await switched(headers, 'POST');
    return new Session(connection, { side: 'client', onStream: () => {} });
  },
  'over SPDY in a WebSocket': async () => {
    const { connection } = await switched(websocketHeaders('SPDY/3.1+portforward.k8s.io'));
    const tunnel = new Tunnel(new WebSocket(connection, 'client'));
    return new Session(tunnel, { side: 'client', onStream: () => {} });
  },
};

function pair(session: Session, port: number, id: number): { errors: Stream; data: Stream } {
  const headers = (kind: string): Map<string, string> =>
    new Map([
      ['streamType', kind],
      ['port', `${port}`],
      ['requestID', `${id}`],
    ]);
  return { errors: session.open(headers('error')), data: session.open(headers('data')) };
}

for (const [carrier, opened] of Object.entries(carriers)) {
  test(`${carrier}: connections side by side, each whole`, async () => {
    const session = await opened();
    void session.run();
    const texts = await Promise.all(
      [1, 2, 3, 4].map(async id => {
        const { errors, data } = pair(session, echo, id);
        const sent = `${id}`.repeat(500_000);
        data.end(sent);
        return [(await textOf(data)) === sent, await textOf(errors)];
      }),
    );
    assert.deepEqual(
      texts,
      texts.map(() => [true, '']),
    );
    session.destroy();
  });

  test(`${carrier}: a port that nobody has is told`, async () => {
    const session = await opened();
    void session.run();
    const { errors, data } = pair(session, 1, 1);
    assert.equal(
      await textOf(errors),
      `error forwarding port 1 to pod server_default, uid : dial tcp ${address}:1: connect: connection refused`,
    );
    data.destroy();
    session.destroy();
  });
}

test('in the channels of a WebSocket, as older clients have it', async () => {
  const remote = await Remote.open(
    platform,
    `${pods}/server/portforward?ports=${echo}&ports=1`,
    'v4.channel.k8s.io',
  );
  const told = Buffer.from([echo & 0xff, echo >> 8]).toString();
  remote.write('hello');
  while (remote.said.get(0) !== `${told}hello` || (remote.said.get(3)?.length ?? 0) < 10) {
    await new Promise(resolve => setTimeout(resolve, 5));
  }
  assert.match(remote.said.get(3) ?? '', /error forwarding port 1 to pod server_default/);
  remote.connection.destroy();
});

test('a proxy passes requests on to a port of a pod, without what proves who asks', async () => {
  const { status, text } = await get(platform, `${pods}/server:${web}/proxy/a/b%20c/?q=1&q=2`, {
    method: 'POST',
    body: 'x',
    headers: { 'X-Test': 'own' },
  });
  assert.equal(status, 200);
  assert.deepEqual(JSON.parse(text), { method: 'POST', url: '/a/b%20c/?q=1&q=2', own: 'own' });
  const missing = await get(platform, `${pods}/server:${web}/proxy/missing`);
  assert.equal(missing.status, 404);
  assert.equal((await get(platform, `${pods}/server:${web}/proxy`)).status, 301);
  const nobody = await get(platform, `${pods}/server:1/proxy/`);
  assert.equal(nobody.status, 503);
  assert.match(JSON.parse(nobody.text).message, /error trying to reach service: .*connection refused/);
});

test('a proxy speaks TLS when it is told to, and passes WebSockets on', async () => {
  const span = { from: Date.now() - 1000, until: Date.now() + 60_000 };
  const { certificate: cert, key } = issue({ commonName: 'somebody', use: 'server', ...span });
  const server = createSecureServer({ cert, key }, (_, response) => void response.end('secret'));
  server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    socket.write(
      `HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n${request.url} `,
    );
    socket.pipe(socket);
  });
  const port = await listening(server);
  assert.equal((await get(platform, `${pods}/https:server:${port}/proxy/`)).text, 'secret');
  const upgraded = await upgrade(
    platform,
    `${pods}/https:server:${port}/proxy/ws?x=1`,
    websocketHeaders('any'),
  );
  assert.ok('connection' in upgraded, JSON.stringify(upgraded));
  const { connection } = upgraded;
  connection.write('echoed');
  let text = '';
  for await (const chunk of connection) if ((text += String(chunk)).endsWith('echoed')) break;
  assert.equal(text, '/ws?x=1 echoed');
});

test('a proxy of a service takes one of its pods', async () => {
  const services = '/api/v1/namespaces/default/services';
  const body = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { ports: [{ name: 'http', port: 80, targetPort: web }] },
  };
  assert.equal((await platform.cluster.ask('POST', services, { body })).status, 201);
  const none = await get(platform, `${services}/web:http/proxy/`);
  assert.deepEqual(
    [none.status, JSON.parse(none.text).message],
    [503, 'no endpoints available for service "web:http"'],
  );
  const endpoints = {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'web' },
    subsets: [{ addresses: [{ ip: address }], ports: [{ name: 'http', port: web }] }],
  };
  await platform.cluster.ask('POST', '/api/v1/namespaces/default/endpoints', { body: endpoints });
  for (const name of ['web', 'web:http', 'web:80', 'http:web:http']) {
    const { status, text } = await get(platform, `${services}/${name}/proxy/x`);
    assert.deepEqual([status, status === 200 && JSON.parse(text).url], [200, '/x'], `${name} ${text}`);
  }
  assert.equal((await get(platform, `${services}/web:other/proxy/x`)).status, 503);
});

test('a proxy of a node asks its kubelet', async () => {
  const { status, text } = await get(platform, '/api/v1/nodes/here/proxy/pods');
  assert.equal(status, 200);
  assert.deepEqual(
    JSON.parse(text).items.map((pod: { metadata: { name: string } }) => pod.metadata.name),
    ['server'],
  );
  assert.equal((await get(platform, '/api/v1/nodes/there/proxy/pods')).status, 404);
});
