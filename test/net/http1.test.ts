import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { type Handler, type Sink } from '../../src/base/net/index.ts';
import { until } from './client.ts';
import { ok, request, serve } from './serving.ts';

function codeOf(body: string): string | undefined {
  return /"code":"(.*?)"/.exec(body)?.[1];
}

test('what is unusual goes to the parser of node, and the connection with it', async context => {
  const { client, listener } = await serve(context);
  const one = client();
  const chunked =
    'POST /chunked HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n';
  await one.write(request('/lane', 'x') + chunked + request('/after', 'y'));
  const replies = await one.answers(3);
  assert.deepEqual(
    replies.map(({ body }) => body),
    ['POST\n/lane\n-\nx', 'POST\n/chunked\n-\nabcde', 'POST\n/after\n-\ny'],
  );
  assert.deepEqual([listener.counters.lane, listener.counters.http1], [1, 2]);
});

test('a handed-over request cut at every byte is read whole', async context => {
  const { client } = await serve(context);
  const text = 'PUT /cut HTTP/1.1\r\nHost: here\r\nContent-Length: 4\r\n\r\nbody';
  for (let cut = 1; cut < text.length; cut++) {
    const one = client();
    await one.write(text.slice(0, cut), text.slice(cut));
    assert.equal((await one.answer()).body, 'PUT\n/cut\n-\nbody', `cut at ${cut}`);
    one.socket.destroy();
  }
});

test('POST without a length has an empty body', async context => {
  const { client } = await serve(context);
  const one = client();
  await one.write('POST /index HTTP/1.1\r\nHost: here\r\n\r\n');
  assert.equal((await one.answer()).body, 'POST\n/index\n-\n');
});

test('HEAD is answered with the length and no body', async context => {
  const { client } = await serve(context);
  const one = client({ bodyless: true });
  const head = 'HEAD /h HTTP/1.1\r\nHost: here\r\n\r\n';
  await one.write(head, head);
  for (const { status, headers } of await one.answers(2)) {
    assert.equal(status, 200);
    assert.equal(headers['content-length'], String('HEAD\n/h\n-\n'.length));
  }
});

test('OPTIONS and absolute targets reach the handler as a path and a host', async context => {
  const handler: Handler = (method, target, head, _body, sink) =>
    sink.send(ok, `${method} ${target} ${head.header('Host') ?? ''}`);
  const { client } = await serve(context, handler);
  const one = client();
  await one.write('OPTIONS * HTTP/1.1\r\nHost: here\r\n\r\n');
  await one.write('GET http://there:81/a/b?c HTTP/1.1\r\nHost: here\r\n\r\n');
  await one.write('GET http://there?c HTTP/1.1\r\nHost: here\r\n\r\n');
  assert.deepEqual(
    (await one.answers(3)).map(({ body }) => body),
    ['OPTIONS * here', 'GET /a/b?c there:81', 'GET /?c there'],
  );
});

test('HTTP/1.0 is answered and closed, kept open on demand', async context => {
  const { client } = await serve(context);
  const old = client();
  await old.write('GET /old HTTP/1.0\r\n\r\n');
  assert.equal((await old.answer()).headers['connection'], 'close');
  await old.closed;
  const kept = client();
  const ask = 'GET /kept HTTP/1.0\r\nConnection: keep-alive\r\n\r\n';
  await kept.write(ask, ask);
  assert.equal((await kept.answers(2)).length, 2);
});

test('Connection: close ends the connection', async context => {
  const { client, listener } = await serve(context);
  const one = client();
  await one.write(request('/', undefined, 'Connection: close\r\n'));
  assert.equal((await one.answer()).status, 200);
  await one.closed;
  await until(() => listener.counters.open === 0);
});

test('Expect: 100-continue is continued, or refused before the body is sent', async context => {
  const { client } = await serve(context, undefined, { bodyBytes: 10 });
  const one = client();
  const expects = 'Expect: 100-continue\r\n';
  await one.write(`POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 4\r\n${expects}\r\n`);
  assert.equal((await one.answer()).status, 100);
  await one.write('body');
  assert.equal((await one.answers(2))[1]?.body, 'POST\n/\n-\nbody');
  await one.write(`POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 11\r\n${expects}\r\n`);
  assert.equal((await one.answers(3))[2]?.status, 413);
  const other = client();
  await other.write(request('/', undefined, 'Expect: miracles\r\n'));
  const { status, body } = await other.answer();
  assert.deepEqual([status, codeOf(body)], [417, 'net-expectation-unknown']);
});

test('gzip and deflate bodies are inflated', async context => {
  const { client, listener } = await serve(context);
  const text = '{"inputs": [1, 2]}'.repeat(20);
  for (const [name, body] of [
    ['gzip', gzipSync(text)],
    ['X-GZIP', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['identity', Buffer.from(text)],
  ] as const) {
    const one = client();
    await one.write(request('/', body.toString('latin1'), `Content-Encoding: ${name}\r\n`));
    assert.equal((await one.answer()).body, `POST\n/\n-\n${text}`, name);
  }
  assert.equal(listener.counters.lane, 0);
});

test('a body in an encoding it is not in, in an unknown one, or that is a bomb, is refused', async context => {
  const { client, listener } = await serve(context, undefined, { bodyBytes: 100_000 });
  for (const [name, body, status, code] of [
    ['gzip', Buffer.from('not gzip'), 400, 'net-encoding-broken'],
    ['gzip', gzipSync('cut').subarray(0, 15), 400, 'net-encoding-broken'],
    ['deflate', deflateRawSync('raw'), 400, 'net-encoding-broken'],
    ['br', Buffer.from('x'), 415, 'net-encoding-unknown'],
    ['gzip, gzip', gzipSync(gzipSync('x')), 415, 'net-encoding-unknown'],
    ['gzip', gzipSync(Buffer.alloc(50_000_000)), 413, 'net-body-too-large'],
  ] as const) {
    const one = client();
    await one.write(request('/', body.toString('latin1'), `Content-Encoding: ${name}\r\n`));
    const reply = await one.answer();
    assert.deepEqual([reply.status, codeOf(reply.body)], [status, code], name);
    if (status === 415) assert.equal(reply.headers['accept-encoding'], 'gzip, deflate');
    await one.closed;
  }
  assert.equal(listener.counters.http1, 0);
  assert.equal(listener.counters.refused, 6);
});

test('a body over the limit is answered while it is still being sent', async context => {
  const { client, listener } = await serve(context, undefined, { bodyBytes: 1000 });
  const announced = client();
  void announced.write(request('/', 'x'.repeat(3_000_000)));
  const first = await announced.answer();
  assert.deepEqual([first.status, codeOf(first.body)], [413, 'net-body-too-large']);
  assert.equal(first.headers['connection'], 'close');
  await announced.closed;
  const chunked = client();
  void chunked.write('POST / HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n');
  void chunked.write(`10000\r\n${'x'.repeat(0x1_0000)}\r\n`.repeat(20));
  assert.equal((await chunked.answer()).status, 413);
  await chunked.closed;
  await until(() => listener.counters.open === 0);
});

test('malformed requests are answered with what is wrong, and closed', async context => {
  const { client, listener } = await serve(context, undefined, { headBytes: 2000 });
  for (const [text, status, code] of [
    ['NONSENSE\r\n\r\n', 400, 'net-request-malformed'],
    ['\u0016\u0003\u0001\u0002\u0000', 400, 'net-request-malformed'],
    ['GET / HTTP/1.1\r\n\r\n', 400, 'net-request-malformed'],
    ['GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n', 400, 'net-request-malformed'],
    ['GET / HTTP/1.1\r\nHost: a\r\nBad Name: a\r\n\r\n', 400, 'net-request-malformed'],
    [
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
      'net-request-malformed',
    ],
    [
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
      'net-request-malformed',
    ],
    ['POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n', 400, 'net-request-malformed'],
    [`GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(3000)}\r\n\r\n`, 431, 'net-head-too-large'],
    [`GET /${'x'.repeat(3000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 431, 'net-head-too-large'],
    ['CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n', 501, 'net-method-unsupported'],
  ] as const) {
    const one = client();
    await one.write(text);
    const reply = await one.answer();
    assert.deepEqual([reply.status, codeOf(reply.body)], [status, code], text.slice(0, 60));
    assert.equal(reply.headers['connection'], 'close');
    await one.closed;
  }
  await until(() => listener.counters.open === 0);
});

test('a request that ends too early is told so', async context => {
  const { client } = await serve(context);
  for (const text of [
    'GET / HT',
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc',
    'PUT / HTTP/1.1\r\nHo',
  ]) {
    const one = client();
    await one.write(text);
    one.socket.end();
    const reply = await one.answer();
    assert.deepEqual([reply.status, codeOf(reply.body)], [400, 'net-request-truncated'], text);
    await one.closed;
  }
});

test('an error waits for the answers before it', async context => {
  const sinks: Sink[] = [];
  const { client } = await serve(context, (_method, _target, _head, _body, sink) => void sinks.push(sink));
  const one = client();
  await one.write('PUT /1 HTTP/1.1\r\nHost: a\r\n\r\nGARBAGE\r\n\r\n');
  await until(() => sinks.length === 1);
  sinks[0]?.send(ok, 'first');
  assert.deepEqual(
    (await one.answers(2)).map(({ status }) => status),
    [200, 400],
  );
  await one.closed;
});

test('an upgrade is answered as an ordinary request', async context => {
  const { client } = await serve(context);
  const one = client();
  const upgrade =
    'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n';
  await one.write(request('/up', undefined, upgrade));
  assert.equal((await one.answer()).body, 'GET\n/up\n-\n');
});

test('a client that goes is noticed while its answer is pending', async context => {
  let sink: Sink | undefined;
  const { client, listener } = await serve(context, (_method, _target, _head, _body, given) => {
    sink = given;
  });
  for (const leave of ['end', 'destroy'] as const) {
    sink = undefined;
    const one = client();
    await one.write('PUT / HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => sink !== undefined);
    const pending = sink as unknown as Sink;
    const told = new Promise<void>(resolve => pending.onAbort(resolve));
    one.socket[leave]();
    await told;
    assert.equal(pending.aborted, true);
    pending.send(ok, 'to nobody');
  }
  assert.equal(listener.counters.aborted, 2);
  await until(() => listener.counters.open === 0);
});

test('slow heads and bodies are answered 408 on a server that node never saw listening', async context => {
  const { client, listener, pass } = await serve(context, undefined, { headTimeout: 50, bodyTimeout: 50 });
  for (const text of [
    'PUT / HTTP/1.1\r\nHost: a\r\n',
    'PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc',
  ]) {
    const one = client();
    await one.write(text);
    // The time of heads is node's to keep, that of bodies is ours.
    await until(() => {
      pass(51);
      return one.replies.length > 0;
    });
    const reply = await one.answer();
    assert.deepEqual([reply.status, codeOf(reply.body)], [408, 'net-request-slow']);
    await one.closed;
  }
  assert.equal(listener.counters.timedOut, 2);
});

test('a client that sends nonsense for ever and reads nothing is cut after the write time-out', async context => {
  const large: Handler = (_method, _target, _head, _body, sink) => sink.send(ok, 'x'.repeat(20_000_000));
  const { client, listener } = await serve(context, large, { writeTimeout: 50 });
  const deaf = client({ reading: false });
  await deaf.write('PUT / HTTP/1.1\r\nHost: a\r\n\r\nNO \u0001 REQUEST\r\n\r\n');
  // The client sends more often than the time-out; what it sends is not looked at.
  const again = setInterval(() => deaf.socket.write('y'), 5);
  context.after(() => clearInterval(again));
  await until(() => listener.counters.open === 1);
  await until(() => listener.counters.open === 0);
  assert.equal(listener.counters.timedOut, 1);
});

test('a client that never reads is cut after the write time-out, one that computes is not', async context => {
  let slow: Sink | undefined;
  const handler: Handler = (_method, target, _head, _body, sink) => {
    if (target === '/slow') slow = sink;
    else sink.send(ok, 'x'.repeat(20_000_000));
  };
  const { client, listener } = await serve(context, handler, { writeTimeout: 50 });
  const waiting = client();
  await waiting.write('PUT /slow HTTP/1.1\r\nHost: a\r\n\r\n');
  await until(() => slow !== undefined);
  const deaf = client({ reading: false });
  await deaf.write('PUT / HTTP/1.1\r\nHost: a\r\n\r\n');
  await until(() => listener.counters.open === 1);
  assert.equal(listener.counters.timedOut, 1);
  slow?.send(ok, 'at last');
  assert.equal((await waiting.answer()).body, 'at last');
});

test('an idle connection is closed after the keep-alive time-out', async context => {
  const { client, listener } = await serve(context, undefined, { keepAliveTimeout: 20 });
  const one = client();
  await one.write('PUT / HTTP/1.1\r\nHost: a\r\n\r\n');
  await one.answers(1);
  await one.closed;
  assert.equal(listener.counters.timedOut, 1);
});

test('what follows a refused request takes no effect', async context => {
  const targets: string[] = [];
  const { client } = await serve(context, (_method, target, _head, _body, sink) => {
    targets.push(target);
    sink.send(ok, '');
  });
  const one = client();
  await one.write(`GET /nameless HTTP/1.1\r\n\r\n${request('/unload')}`);
  await one.closed;
  assert.deepEqual([one.replies.map(({ status }) => status), targets], [[400], []]);
});

test('a client with more requests waiting for answers than is reasonable is cut', async context => {
  const sinks: Sink[] = [];
  const { client, listener } = await serve(
    context,
    (_method, _target, _head, _body, sink) => void sinks.push(sink),
  );
  const ask = 'PUT / HTTP/1.1\r\nHost: a\r\n\r\n';
  const fair = client();
  await fair.write(ask.repeat(1000));
  await until(() => sinks.length === 1000);
  for (const sink of sinks.splice(0)) sink.send(ok, '');
  assert.equal((await fair.answers(1000)).length, 1000);

  const greedy = client();
  void greedy.write(ask.repeat(20_000));
  await greedy.closed;
  assert.ok(sinks.length <= 1000, `${sinks.length} requests reached the handler`);
  await until(() => listener.counters.open === 1);
  assert.ok(sinks.every(({ aborted }) => aborted));
});

test('a body in chunks of one byte is put together', async context => {
  const { client } = await serve(context, (_method, _target, _head, body, sink) =>
    sink.send(ok, String(body.length)),
  );
  const one = client();
  const count = 100_000;
  await one.write('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');
  await one.write('1\r\nx\r\n'.repeat(count), '0\r\n\r\n');
  assert.equal((await one.answer()).body, String(count));
});

test('many bodies to inflate take turns', async context => {
  const { client } = await serve(context, (_method, _target, _head, body, sink) =>
    sink.send(ok, String(body.length)),
  );
  const body = gzipSync(Buffer.alloc(1_000_000)).toString('latin1');
  const clients = Array.from({ length: 20 }, () => client());
  await Promise.all(clients.map(one => one.write(request('/', body, 'Content-Encoding: gzip\r\n'))));
  for (const one of clients) assert.equal((await one.answer()).body, '1000000');
});
