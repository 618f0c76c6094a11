import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import {
  connect as connectHttp2,
  constants,
  createServer as createHttp2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { test, type TestContext } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createOutgoing } from '../../src/base/net/outgoing/index.ts';
import { backend, posted, raw, relaying } from './relaying.ts';

const url = (port: number, path = '/'): string => `http://127.0.0.1:${port}${path}`;

test('an exchange passes with method, target, fields and body, over one connection for many', async context => {
  let connections = 0;
  const { port, server } = await backend(context, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.setHeader('x-seen', request.headers['x-asked'] ?? '-');
      response.setHeader('connection-of', request.headers['keep-me'] ?? 'dropped');
      response.end(
        `${request.method} ${request.url} ${request.headers.host} ${Buffer.concat(chunks).toString()}`,
      );
    });
  });
  server.on('connection', () => connections++);
  const relay = await relaying(context, port, { now: () => 0 });
  for (let i = 0; i < 50; i++) {
    const answer = await fetch(url(relay.port, `/a?b=${i}`), {
      method: 'POST',
      body: `body ${i}`,
      headers: { 'x-asked': String(i) },
    });
    assert.equal(answer.headers.get('x-seen'), String(i));
    assert.equal(await answer.text(), `POST /a?b=${i} 127.0.0.1:${relay.port} body ${i}`);
  }
  assert.equal(connections, 1);
  assert.equal(relay.outgoing.waiting, 1);
  assert.deepEqual(relay.failures, []);
});

test('fields of the connection are not passed on, in either direction', async context => {
  const port = await raw(context, socket => {
    socket.on('data', (bytes: Buffer) => {
      const asked = bytes.toString().toLowerCase();
      const seen = ['x-private', 'proxy-connection', 'connection:', 'te:'].filter(name =>
        asked.includes(`\n${name}`),
      );
      const fields = 'Connection: x-hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=9\r\nX-End: 1\r\n';
      socket.write(`HTTP/1.1 200 OK\r\n${fields}Content-Length: ${seen.join().length}\r\n\r\n${seen.join()}`);
    });
  });
  const relay = await relaying(context, port);
  const client = httpRequest({
    port: relay.port,
    headers: { connection: 'x-private', 'x-private': '1', te: 'trailers', 'proxy-connection': 'close' },
  });
  client.end();
  const [answer] = (await once(client, 'response')) as [IncomingMessage];
  answer.setEncoding('utf8');
  assert.deepEqual((await answer.toArray()).join(''), '');
  assert.equal(answer.headers['x-hop'], undefined);
  assert.equal(answer.headers['x-end'], '1');
});

const answers = [
  ['a length', 'Content-Length: 5\r\n\r\nhello', 'hello'],
  ['chunks', 'Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nX-T: 1\r\n\r\n', 'hello'],
  ['nothing', 'Content-Length: 0\r\n\r\n', ''],
] as const;

for (const [name, rest, body] of answers) {
  test(`an answer framed by ${name} is read wherever it is cut`, async context => {
    const bytes = Buffer.from(`HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nX-A: b\r\n${rest}`);
    let cut = 0;
    const port = await raw(context, socket => {
      socket.setNoDelay(true);
      socket.on('data', () => {
        const at = ++cut;
        socket.write(bytes.subarray(0, at));
        setImmediate(() => socket.write(bytes.subarray(at)));
      });
    });
    const relay = await relaying(context, port);
    while (cut < bytes.length) {
      const answer = await fetch(url(relay.port));
      assert.equal(answer.headers.get('x-a'), 'b');
      assert.equal(await answer.text(), body, `cut after ${cut} bytes`);
    }
    assert.deepEqual(relay.failures, []);
  });
}

const broken = [
  ['no HTTP', 'SSH-2.0-x\r\n\r\n'],
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
  [
    'a length and chunks',
    'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  ['an unknown coding', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n'],
  ['a space in a name', 'HTTP/1.1 200 OK\r\nX Y: 1\r\nContent-Length: 0\r\n\r\n'],
  ['a folded field', 'HTTP/1.1 200 OK\r\nX: 1\r\n 2\r\nContent-Length: 0\r\n\r\n'],
  ['a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n'],
  ['another protocol unasked', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
  ['its end', ''],
] as const;

for (const [name, bytes] of broken) {
  test(`an answer with ${name} is no answer`, async context => {
    const port = await raw(context, socket => socket.on('data', () => socket.end(bytes)));
    const relay = await relaying(context, port);
    const answer = await fetch(url(relay.port), { method: 'POST', body: 'x' });
    assert.equal(answer.status, 502);
    assert.equal(await answer.text(), 'upstream-broken');
    assert.equal(relay.failures[0]?.sent, true);
  });
}

test('bytes that nobody asked for end the connection, and are nobody’s answer', async context => {
  const port = await raw(context, socket => {
    socket.on('data', () => {
      const one = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
      socket.write(`${one}${one.replace('ok', 'no')}`);
    });
  });
  const relay = await relaying(context, port);
  for (let i = 0; i < 5; i++) assert.equal(await (await fetch(url(relay.port))).text(), 'ok');
});

test('bodies stream both ways, whole and no faster than they are taken', async context => {
  const bytes = randomBytes(24 * 1024 * 1024);
  const { port } = await backend(context, (request, response) => request.pipe(response));
  const relay = await relaying(context, port);
  for (const headers of [{}, { 'content-length': String(bytes.length) }]) {
    const client = httpRequest({ port: relay.port, method: 'POST', headers });
    Readable.from(pieces(bytes)).pipe(client);
    const [answer] = (await once(client, 'response')) as [IncomingMessage];
    const hash = createHash('sha256');
    for await (const chunk of answer) hash.update(chunk as Buffer);
    assert.equal(hash.digest('hex'), createHash('sha256').update(bytes).digest('hex'));
  }
});

function* pieces(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 100_000) yield bytes.subarray(at, at + 100_000);
}

test('a client that reads nothing holds the server behind back', async context => {
  const seen = { written: 0 };
  const { port } = await backend(context, (_request, response) => {
    const chunk = Buffer.alloc(256 * 1024);
    const more = (): void => {
      do seen.written += chunk.length;
      while (response.write(chunk));
    };
    response.on('drain', more);
    more();
  });
  const relay = await relaying(context, port);
  const socket = connect(relay.port, '127.0.0.1');
  context.after(() => socket.destroy());
  socket.pause();
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  let before = -1;
  while (seen.written !== before || before === 0) {
    before = seen.written;
    await new Promise(resolve => setTimeout(resolve, 150));
  }
  assert.ok(seen.written < 64 * 1024 * 1024, `${seen.written} bytes were taken`);
});

test('an answer that comes before the body has arrived is given at once, and the rest is thrown away', async context => {
  const { port } = await backend(context, (_request, response) => {
    response.statusCode = 413;
    response.end('too much');
  });
  const relay = await relaying(context, port);
  const client = httpRequest({ port: relay.port, method: 'POST' });
  client.on('error', () => {});
  client.write(Buffer.alloc(1024 * 1024));
  const [answer] = (await once(client, 'response')) as [IncomingMessage];
  assert.equal(answer.statusCode, 413);
  client.end(Buffer.alloc(4 * 1024 * 1024));
  assert.equal((await answer.setEncoding('utf8').toArray()).join(''), 'too much');
  assert.deepEqual(relay.over, [413]);
});

test('a client cannot have the host of its request dropped', async context => {
  const { port } = await backend(context, (request, response) => response.end(String(request.headers.host)));
  const relay = await relaying(context, port);
  const client = httpRequest({
    port: relay.port,
    headers: { host: 'models.example', connection: 'host, close' },
  });
  client.end();
  const [answer] = (await once(client, 'response')) as [IncomingMessage];
  assert.equal((await answer.setEncoding('utf8').toArray()).join(''), 'models.example');
});

test('a server that dies within its answer cuts it short', async context => {
  const { port } = await backend(context, (_request, response) => {
    response.write('half');
    setTimeout(() => response.destroy(), 20);
  });
  const relay = await relaying(context, port);
  const answer = await fetch(url(relay.port));
  await assert.rejects(answer.text());
  assert.deepEqual(relay.over, [200]);
});

test('nobody listens: the request was not sent, and may go elsewhere', async context => {
  const relay = await relaying(context, 1);
  const answer = await fetch(url(relay.port), { method: 'POST', body: 'x' });
  assert.equal(await answer.text(), 'upstream-unreachable');
  assert.equal(relay.failures[0]?.sent, false);
});

test('a kept connection that was closed is no failure of a request that reads', async context => {
  let answered = 0;
  const port = await raw(context, socket => {
    let first = true;
    socket.on('data', () => {
      // The second request on a connection finds it closed, as if both had crossed on the way.
      if (!first) return socket.destroy();
      first = false;
      answered++;
      return socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    });
  });
  let time = 0;
  const relay = await relaying(context, port, { now: () => time });
  for (let i = 0; i < 4; i++) assert.equal(await (await fetch(url(relay.port))).text(), 'ok');
  assert.equal(answered, 4);
  const post = await fetch(url(relay.port), { method: 'POST', body: 'x' });
  assert.equal(post.status, 502);
  assert.equal(relay.failures[0]?.reused, true);

  // One that has rested for longer than servers are sure to keep it is not even tried.
  for (let i = 0; i < 4; i++) {
    const later = await fetch(url(relay.port), { method: 'POST', body: 'x' });
    assert.equal(await later.text(), 'ok');
    assert.equal(relay.outgoing.waiting, 1);
    time += 300;
  }
  assert.equal(relay.failures.length, 1);
});

test('a kept connection is given up as soon as its end has come', async context => {
  for (let turns = 2; turns < 8; turns++) {
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const port = await raw(context, socket => {
      socket.on('finish', resolve);
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'));
    });
    const outgoing = createOutgoing({ now: () => 0 });
    context.after(() => outgoing.close());
    assert.equal(await posted(outgoing, port), 'ok');
    await ended;
    // The end is there in the first turn, and read in the second.
    for (let turn = 0; turn < turns; turn++) await nextTurn();
    assert.equal(await posted(outgoing, port), 'ok', `after ${turns} turns`);
  }
});

test('idle connections are given up before the other end says it does', async context => {
  let time = 0;
  const { port, server } = await backend(context, (_request, response) => response.end('ok'));
  server.keepAliveTimeout = 5000;
  const relay = await relaying(context, port, { now: () => time });
  await (await fetch(url(relay.port))).text();
  assert.equal(relay.outgoing.waiting, 1);
  time = 4100;
  while (relay.outgoing.waiting > 0) await new Promise(resolve => setTimeout(resolve, 20));
});

test('an answer that does not come in time is given up', async context => {
  const { port } = await backend(context, () => {});
  const relay = await relaying(context, port, { answerTimeout: 50 });
  const answer = await fetch(url(relay.port));
  assert.equal(answer.status, 504);
  assert.equal(await answer.text(), 'upstream-slow');
});

test('a client that goes is told to the server behind', async context => {
  const gone = Promise.withResolvers<void>();
  const { port } = await backend(context, (_request, response) => void response.on('close', gone.resolve));
  const relay = await relaying(context, port);
  const client = httpRequest({ port: relay.port });
  client.on('error', () => {});
  client.end();
  while (relay.listener.counters.lane === 0) await new Promise(resolve => setTimeout(resolve, 5));
  client.destroy();
  await gone.promise;
  assert.deepEqual(relay.over, [0]);
});

test('HEAD, 204 and 304 have no body, and the connection serves on', async context => {
  const { port } = await backend(context, (request, response) => {
    response.statusCode = Number(request.url?.slice(1));
    response.end(response.statusCode === 200 ? 'body' : undefined);
  });
  const relay = await relaying(context, port);
  for (const [method, status] of [
    ['HEAD', 200],
    ['GET', 204],
    ['GET', 304],
    ['GET', 200],
  ] as const) {
    const answer = await fetch(url(relay.port, `/${status}`), { method });
    assert.equal(answer.status, status);
    assert.equal(await answer.text(), method === 'GET' && status === 200 ? 'body' : '');
  }
});

test('a connection that is upgraded is joined both ways', async context => {
  const { port, server } = await backend(context, () => {});
  server.on('upgrade', (request, socket) => {
    const accept = `x${request.headers['sec-websocket-key'] ?? ''}`;
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\nhello`,
    );
    socket.pipe(socket);
  });
  const relay = await relaying(context, port);
  const client = httpRequest({
    port: relay.port,
    headers: { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-key': 'key' },
  });
  client.end();
  const [answer, socket, head] = (await once(client, 'upgrade')) as [IncomingMessage, Socket, Buffer];
  assert.equal(answer.headers['sec-websocket-accept'], 'xkey');
  const texts = [head.toString()];
  socket.setEncoding('utf8').on('data', (chunk: string) => texts.push(chunk));
  socket.write('ping');
  while (texts.join('') !== 'helloping') await once(socket, 'data');
  socket.end();
  while (relay.over.length === 0) await new Promise(resolve => setTimeout(resolve, 5));
  assert.deepEqual(relay.over, [101]);
});

test('HTTP/2 passes as HTTP/2: both sides stream at once, and trailers arrive', async context => {
  const server = createHttp2Server();
  server.on('stream', (stream, headers) => {
    if (headers[':path'] === '/only')
      return stream.respond({ ':status': 200, 'grpc-status': '5' }, { endStream: true });
    stream.respond(
      { ':status': 200, 'content-type': 'application/grpc', 'x-te': headers['te'] ?? '-' },
      { waitForTrailers: true },
    );
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    return stream.pipe(stream);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  context.after(() => void server.close());
  const relay = await relaying(context, (server.address() as AddressInfo).port);
  const session = connectHttp2(url(relay.port));
  context.after(() => session.destroy());
  const stream = session.request({
    ':method': 'POST',
    ':path': '/x',
    te: 'trailers',
    'content-type': 'application/grpc',
  });
  let trailers: Record<string, unknown> = {};
  stream.on('trailers', found => (trailers = found));
  const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
  assert.equal(headers['x-te'], 'trailers');
  for (const word of ['one', 'two']) {
    stream.write(word);
    const [chunk] = (await once(stream, 'data')) as [Buffer];
    assert.equal(chunk.toString(), word);
  }
  stream.end();
  await once(stream, 'end');
  assert.equal(trailers['grpc-status'], '0');
  const only = session.request({ ':method': 'POST', ':path': '/only' });
  only.end();
  const [first] = (await once(only, 'response')) as [Record<string, unknown>];
  assert.equal(first['grpc-status'], '5');
  assert.equal(
    await only
      .resume()
      .toArray()
      .then(chunks => chunks.length),
    0,
  );
});

/** A server of HTTP/2 alone. */
async function http2Backend(
  context: TestContext,
  onStream: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void,
): Promise<number> {
  const server = createHttp2Server();
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', session => sessions.add(session));
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    onStream(stream, headers);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  context.after(() => {
    server.close();
    sessions.forEach(session => session.destroy());
  });
  return (server.address() as AddressInfo).port;
}

test('over HTTP/2 nobody who listens is told as not sent, and a stream that is reset is cut', async context => {
  const nobody = await relaying(context, 1);
  const lost = connectHttp2(url(nobody.port));
  context.after(() => lost.destroy());
  const unanswered = lost.request({ ':method': 'POST', ':path': '/' });
  unanswered.end('x');
  const [headers] = (await once(unanswered, 'response')) as [Record<string, unknown>];
  assert.equal(headers[':status'], 502);
  assert.equal(nobody.failures[0]?.sent, false);
  assert.equal(nobody.failures[0]?.error.code, 'upstream-unreachable');

  const port = await http2Backend(context, stream => {
    // Without trailers to wait for, node would end the stream before it resets it.
    stream.respond({ ':status': 200 }, { waitForTrailers: true });
    stream.write('half');
    setTimeout(() => stream.close(constants.NGHTTP2_INTERNAL_ERROR), 20);
  });
  const relay = await relaying(context, port);
  const session = connectHttp2(url(relay.port));
  context.after(() => session.destroy());
  const call = session.request({ ':path': '/' });
  let text = '';
  call.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  await assert.rejects(once(call, 'end'), /NGHTTP2_INTERNAL_ERROR/);
  assert.equal(text, 'half');
  assert.deepEqual(relay.over, [200]);
});

test('over HTTP/2 a client that cancels is told to the server behind, whose connection serves on', async context => {
  const gone = Promise.withResolvers<number>();
  const port = await http2Backend(context, (stream, { ':path': path }) => {
    if (path === '/waits') stream.on('close', () => gone.resolve(stream.rstCode));
    else {
      stream.respond({ ':status': 200 });
      stream.end('ok');
    }
  });
  const relay = await relaying(context, port);
  const session = connectHttp2(url(relay.port));
  context.after(() => session.destroy());
  const waits = session.request({ ':path': '/waits' });
  waits.on('error', () => {});
  const first = session.request({ ':path': '/' });
  assert.equal((await first.setEncoding('utf8').toArray()).join(''), 'ok');
  waits.close(constants.NGHTTP2_CANCEL);
  assert.equal(await gone.promise, constants.NGHTTP2_CANCEL);
  const next = session.request({ ':path': '/' });
  assert.equal((await next.setEncoding('utf8').toArray()).join(''), 'ok');
});

test('over HTTP/2 a body that breaks off is never taken for a whole one', async context => {
  const ends: string[] = [];
  const told = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const port = await http2Backend(context, stream => {
    stream.on('data', () => begun.resolve());
    stream.on('end', () => ends.push('end')).on('aborted', () => ends.push('aborted'));
    stream.on('close', () => told.resolve());
  });
  const relay = await relaying(context, port);
  const session = connectHttp2(url(relay.port));
  context.after(() => session.destroy());
  const call = session.request({ ':method': 'POST', ':path': '/' });
  call.on('error', () => {});
  call.write('half');
  await begun.promise;
  session.destroy();
  await told.promise;
  assert.ok(ends.includes('aborted'), ends.join());
});
