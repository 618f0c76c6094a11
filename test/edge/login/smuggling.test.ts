import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { after, before, beforeEach, test } from 'node:test';
import { fetched, loggedIn } from './client.ts';
import { House, password, people } from './house.ts';

const [user = '', , stranger = ''] = people;
const model = '/v2/models/iris';
const openPath = '/v1/models/open';
let house: House;
let cookie: string;

before(async () => {
  house = await House.open();
  await house.serve('mine', 'iris');
  await house.serve('mine', 'open', { 'davit.dev/public-paths': openPath });
  cookie = await loggedIn(house.port, { user, password });
});

beforeEach(() => void house.received.splice(0));

after(() => house.close());

/** A whole number as HPACK writes it behind a prefix of seven bits (RFC 7541 section 5.1). */
function lengthOf(count: number): Buffer {
  if (count < 127) return Buffer.from([count]);
  const bytes = [127];
  for (let rest = count - 127; ; rest >>= 7) {
    bytes.push(rest < 128 ? rest : (rest & 127) | 128);
    if (rest < 128) return Buffer.from(bytes);
  }
}

type Pairs = readonly (readonly [name: string, value: string])[];

/** Fields as they are, letter by letter, which no library of HTTP/2 would write. */
function fieldBlock(pairs: Pairs): Buffer {
  const texts = pairs.flatMap(([name, value]) => {
    const [one, two] = [Buffer.from(name, 'latin1'), Buffer.from(value, 'latin1')];
    return [Buffer.from([0x10]), lengthOf(one.length), one, lengthOf(two.length), two];
  });
  return Buffer.concat(texts);
}

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

const [data, headers, reset, settings, goaway] = [0, 1, 3, 4, 7];
const [endStream, endHeaders] = [1, 4];

/** Sends a request over HTTP/2 and waits until it is answered, refused or cut. */
async function sendHttp2(pairs: Pairs, body: string): Promise<void> {
  const socket = connect(house.port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  const parts = [
    Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    frame(settings, 0, 0, Buffer.alloc(0)),
    frame(headers, endHeaders | (body === '' ? endStream : 0), 1, fieldBlock(pairs)),
    ...(body === '' ? [] : [frame(data, endStream, 1, Buffer.from(body))]),
  ];
  socket.write(Buffer.concat(parts));
  let bytes = Buffer.alloc(0);
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.on('close', () => resolve());
  socket.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    if (isOver(bytes)) resolve();
  });
  await promise;
  socket.destroy();
}

function isOver(bytes: Buffer): boolean {
  for (let at = 0; at + 9 <= bytes.length; at += 9 + bytes.readUIntBE(at, 3)) {
    const [type, flags] = [bytes[at + 3], bytes[at + 4] ?? 0];
    if (type === reset || type === goaway) return true;
    if ((type === data || type === headers) && (flags & endStream) !== 0) return true;
  }
  return false;
}

const inner = `GET ${model} HTTP/1.1\r\nHost: localhost\r\nKubeflow-Userid: root\r\n\r\n`;
const plain: Pairs = [
  [':method', 'POST'],
  [':scheme', 'http'],
  [':path', openPath],
  [':authority', 'localhost'],
];
const changed = (name: string, value: string): Pairs =>
  plain.map(pair => (pair[0] === name ? [name, value] : pair));

const attempts: Readonly<Record<string, readonly [Pairs, string]>> = {
  'a line within a value': [[...plain, ['x', 'a\r\nKubeflow-Userid: root']], ''],
  'a line within a name': [[...plain, ['x: a\r\nkubeflow-userid', 'root']], ''],
  'a name in capitals': [[...plain, ['Kubeflow-Userid', 'root']], ''],
  'a request within the path': [changed(':path', `${openPath} HTTP/1.1\r\nHost: x\r\n\r\n${inner}`), ''],
  'a request within the method': [changed(':method', `GET ${openPath} HTTP/1.1\r\nX: y`), ''],
  'a request within the host': [changed(':authority', `localhost\r\n\r\n${inner}`), ''],
  'a coding that HTTP/2 has not': [[...plain, ['transfer-encoding', 'chunked']], `0\r\n\r\n${inner}`],
  'a length of nothing': [[...plain, ['content-length', '0']], inner],
  'a length that is too small': [[...plain, ['content-length', '5']], `12345${inner}`],
  'fields of the connection': [[...plain, ['connection', 'kubeflow-userid']], ''],
  'two paths': [[...plain, [':path', model]], ''],
  'a host beside the authority': [[...plain, ['host', 'iris.mine.example.com']], ''],
  'a field named like ours': [[...plain, ['kubeflow_userid', 'root'], ['kubeflow-userid', 'root']], ''],
};

test('over HTTP/2, a good request that is written letter by letter arrives', async () => {
  await sendHttp2(plain, 'x');
  assert.deepEqual(
    house.received.map(({ service, url, body }) => [service, url, body]),
    [['mine/open', openPath, 'x']],
  );
});

for (const [what, [pairs, body]] of Object.entries(attempts)) {
  test(`over HTTP/2, ${what} is no second request, and says nothing of who asks`, async () => {
    await sendHttp2(pairs, body);
    assert.ok(house.received.length <= 1, `${house.received.length} requests`);
    for (const { service, url, rawHeaders } of house.received) {
      assert.deepEqual([service, url], ['mine/open', openPath]);
      assert.ok(!rawHeaders.includes('root'), rawHeaders.join());
    }
  });
}

test('over HTTP/2 a good request is passed on, told of by the gateway alone', async () => {
  const session = connectHttp2(`http://127.0.0.1:${house.port}`);
  const stream = session.request({
    ':path': model,
    cookie,
    kubeflow_userid: 'root',
    'kubeflow-userid': 'root',
  });
  stream.resume();
  const [answer] = (await once(stream, 'response')) as [Record<string, unknown>];
  assert.equal(answer[':status'], 200);
  session.close();
  const { rawHeaders, headers: seen } = house.received.at(-1) ?? assert.fail();
  assert.equal(seen['kubeflow-userid'], user);
  assert.ok(!rawHeaders.includes('root'), rawHeaders.join());
});

test('no field opens a way that the path does not: what proxies write, and what probes call themselves', async () => {
  const fields: readonly Readonly<Record<string, string>>[] = [
    { 'x-forwarded-uri': openPath },
    { 'x-forwarded-uri': '/dex/healthz' },
    { 'x-forwarded-prefix': '/dex' },
    { 'x-forwarded-path': openPath },
    { 'x-original-url': openPath },
    { 'x-original-uri': '/dex/healthz' },
    { 'x-rewrite-url': openPath },
    { 'x-envoy-original-path': openPath },
    { 'x-forwarded-for': '127.0.0.1' },
    { 'x-real-ip': '127.0.0.1' },
    { forwarded: 'for=127.0.0.1;host=open.mine.example.com' },
    { 'user-agent': 'kube-probe/1.35' },
    { 'user-agent': 'GoogleHC/1.0' },
    { 'k-network-probe': 'queue' },
    { 'k-network-probe': 'probe', 'k-network-hash': 'x' },
    { 'k-kubelet-probe': 'queue' },
    { 'x-http-method-override': 'OPTIONS' },
    { 'x-forwarded-host': 'open.mine.example.com' },
  ];
  for (const headers of fields) {
    const { status } = await fetched(house.port, model, { headers });
    assert.equal(status, 302, JSON.stringify(headers));
  }
  assert.deepEqual(house.received, []);
});

test('a name counts whole: one that begins or ends like another’s is somebody else', async () => {
  for (const name of [`${user}@evil.test`, `evil@${user}`, `x${user}`, user.toUpperCase(), stranger]) {
    const opened = await house.keeper.open({
      user: { name, groups: [] },
      grant: undefined,
      expires: Date.now() + 60_000,
    });
    const headers = { cookie: `authservice_session=${opened.handle}` };
    assert.equal((await fetched(house.port, model, { headers })).status, 404, name);
  }
  assert.deepEqual(house.received, []);
});
