import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2';
import { get as getHttps } from 'node:https';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { ByteStream, Handler } from '../../src/base/net/index.ts';
import { until } from './client.ts';
import { authority, serverIdentity, serveSecurely } from './secure.ts';
import { ok, request, serve } from './serving.ts';

const forLong = 600_000;

/** Streams without an end, as watches are. */
function endless(streams: ByteStream[]): Handler {
  return (_method, _target, _head, _body, sink) => {
    const stream = sink.stream(ok, 'endless');
    if (stream !== undefined) streams.push(stream);
  };
}

function session(context: TestContext, port: number): ClientHttp2Session {
  const client = connectHttp2(`https://127.0.0.1:${port}`, { ca: authority.certificate });
  client.on('error', () => {});
  context.after(() => client.destroy());
  return client;
}

function tls(context: TestContext, port: number, alpn = 'http/1.1'): TLSSocket {
  const ca = authority.certificate;
  const socket = connectTls({ port, host: '127.0.0.1', ca, ALPNProtocols: [alpn] });
  socket.on('error', () => {});
  context.after(() => socket.destroy());
  return socket;
}

/** However it came. */
function closed(socket: Socket): Promise<void> {
  return new Promise(resolve => socket.once('close', () => resolve()));
}

/** Everything a stream brings, and whether it ended in good order. */
async function collected(client: ClientHttp2Session, path: string): Promise<string> {
  const stream = client.request({ ':path': path }).setEncoding('utf8');
  let text = '';
  for await (const chunk of stream) text += chunk as string;
  return text;
}

test('a thousand watches stand on one connection', async context => {
  const streams: ByteStream[] = [];
  const { port } = await serveSecurely(context, endless(streams), { streams: 1000 });
  const client = session(context, port);
  await once(client, 'remoteSettings');
  const texts = Array.from({ length: 1000 }, (_, index) => collected(client, `/${index}`));
  await until(() => streams.length === 1000);
  for (const event of ['one ', 'two']) for (const stream of streams) stream.write(event);
  for (const stream of streams) stream.end();
  const all = await Promise.all(texts);
  assert.equal(all.length, 1000);
  assert.deepEqual(new Set(all), new Set(['one two']));
});

test('a connection has as many open requests as it may, and the next one waits its turn', async context => {
  const streams: ByteStream[] = [];
  const { port } = await serveSecurely(context, endless(streams), { streams: 2 });
  const client = session(context, port);
  await once(client, 'remoteSettings');
  const texts = ['/1', '/2', '/3'].map(path => collected(client, path));
  await until(() => streams.length === 2);
  streams[0]?.end();
  await until(() => streams.length === 3);
  for (const stream of streams) stream.end();
  assert.deepEqual(await Promise.all(texts), ['', '', '']);
});

test('draining ends what has no end, in good order, and tells who writes it', async context => {
  const streams: ByteStream[] = [];
  let told = 0;
  const handler: Handler = (method, target, head, body, sink) => {
    void endless(streams)(method, target, head, body, sink);
    streams.at(-1)?.onAbort(() => told++);
  };
  const plain = await serve(context, handler);
  const secure = await serveSecurely(context, handler);
  const lane = plain.client();
  await lane.write(request('/watch'));
  const node = plain.client();
  await node.write('GET /watch HTTP/1.1\r\nHost: a\r\nTE: trailers\r\n\r\n');
  const overTls = collected(session(context, secure.port), '/watch');
  await until(() => streams.length === 3);
  await Promise.all([plain.listener.drain(forLong), secure.listener.drain(forLong)]);
  await Promise.all([lane.closed, node.closed]);
  // The body ended with its last chunk: an answer that was cut would not be one.
  for (const { replies } of [lane, node]) assert.equal(replies[0]?.status, 200);
  assert.equal(await overTls, '');
  assert.equal(told, 3);
});

test('a stream with an end is left to end by itself while the listener drains', async context => {
  const streams: ByteStream[] = [];
  const { client, listener } = await serve(context, (_method, _target, _head, _body, sink) => {
    streams.push(sink.stream(ok) as ByteStream);
  });
  const one = client();
  await one.write(request('/tokens'));
  await until(() => streams.length === 1);
  const drained = listener.drain(forLong);
  assert.equal(streams[0]?.aborted, false);
  streams[0]?.end();
  await drained;
  assert.equal((await one.answer()).status, 200);
});

for (const [protocol, open, start] of [
  ['the lane', 'plain', request('/')],
  ['node’s parser', 'plain', 'GET / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\n\r\n'],
  ['TLS', 'tls', request('/')],
] as const) {
  test(`a client that closes its side ends its watch: ${protocol}`, async context => {
    const streams: ByteStream[] = [];
    const handler = endless(streams);
    const { port, listener } =
      open === 'tls' ? await serveSecurely(context, handler) : await serve(context, handler);
    const socket: Socket = open === 'tls' ? tls(context, port) : connect(port, '127.0.0.1');
    context.after(() => socket.destroy());
    socket.write(start);
    await until(() => streams.length === 1);
    const gone = new Promise<void>(resolve => streams[0]?.onAbort(resolve));
    socket.resume().end();
    await gone;
    await until(() => listener.counters.open === 0);
  });
}

const piece = Buffer.alloc(256 * 1024);

/** Writes until so much is pending that nobody can be reading. */
function fill(stream: ByteStream): void {
  while (stream.pending < 4 * 1024 * 1024) stream.write(piece);
}

test('a client that never reads is given up: by its bytes, or after a time without any taken', async context => {
  const streams: ByteStream[] = [];
  const { port, pass, listener } = await serveSecurely(context, endless(streams), { writeTimeout: 10_000 });
  const client = session(context, port);
  const [first, second] = ['/1', '/2'].map(path => client.request({ ':path': path }).pause());
  for (const stream of [first, second]) stream?.on('error', () => {});
  await until(() => streams.length === 2);
  const [cut, slow] = streams as [ByteStream, ByteStream];
  fill(cut);
  cut.cut();
  assert.equal(cut.aborted, true);
  assert.equal(cut.pending, 0);
  fill(slow);
  for (let second = 0; second < 12 && !slow.aborted; second++) {
    await new Promise(resolve => setImmediate(resolve));
    pass(1000);
  }
  await until(() => slow.aborted);
  assert.equal(listener.counters.timedOut, 1);
  // The connection and its other requests go on.
  const third = collected(client, '/3');
  await until(() => streams.length === 3);
  streams[2]?.end();
  assert.equal(await third, '');
});

test('who writes is told when there is room again', async context => {
  const streams: ByteStream[] = [];
  const plain = await serve(context, endless(streams));
  const secure = await serveSecurely(context, endless(streams));
  const lane = connect(plain.port, '127.0.0.1').pause();
  const overTls = tls(context, secure.port).pause();
  context.after(() => lane.destroy());
  const stream = session(context, secure.port).request({ ':path': '/' }).pause();
  for (const socket of [lane, overTls]) socket.write(request('/'));
  await until(() => streams.length === 3);
  const room = streams.map(one => new Promise<void>(resolve => one.onDrain(resolve)));
  for (const one of streams) while (one.write(piece));
  for (const reader of [lane, overTls, stream]) reader.resume();
  await Promise.all(room);
});

test('a client that does not shake hands is cut after a time', async context => {
  const { port, listener } = await serveSecurely(context, endless([]), { headTimeout: 50 });
  const silent = connect(port, '127.0.0.1');
  silent.on('error', () => {});
  await closed(silent);
  assert.equal(listener.counters.timedOut, 1);
});

test('one client too many is cut', async context => {
  const { port, listener } = await serveSecurely(context, endless([]), { connections: 2 });
  const held = [tls(context, port), tls(context, port)];
  await Promise.all(held.map(socket => once(socket, 'secureConnect')));
  const third = tls(context, port);
  await closed(third);
  assert.equal(listener.counters.full, 1);
});

test('what is no TLS, and TLS that offers nothing known, ends without harm', async context => {
  const { port, listener } = await serveSecurely(context, (_method, _target, _head, _body, sink) => {
    sink.send(ok, 'fine');
  });
  const plain = connect(port, '127.0.0.1');
  plain.on('error', () => {});
  plain.write(request('/'));
  await closed(plain);
  await closed(tls(context, port, 'spdy/3'));
  const [response] = await once(
    getHttps({ port, host: '127.0.0.1', ca: authority.certificate, agent: false }),
    'response',
  );
  response.resume();
  assert.equal(response.statusCode, 200);
  await until(() => listener.counters.open === 0);
});

test('a certificate is replaced while connections stand', async context => {
  const streams: ByteStream[] = [];
  const { port, listener } = await serveSecurely(context, endless(streams));
  const before = tls(context, port);
  await once(before, 'secureConnect');
  listener.renew({ ...serverIdentity('second'), authorities: [authority.certificate] });
  const after = tls(context, port);
  await once(after, 'secureConnect');
  const names = [before, after].map(socket => socket.getPeerCertificate().subject.CN);
  assert.deepEqual(names, ['first', 'second']);
  before.write(request('/'));
  await until(() => streams.length === 1);
});
