import assert from 'node:assert/strict';
import { connect, constants, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import { connect as connectSocket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type Handler, prepareHead, type Sink } from '../../src/base/net/index.ts';
import { until } from './client.ts';
import { ok, serve } from './serving.ts';

interface Answer {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function session(context: TestContext, port: number): ClientHttp2Session {
  const one = connect(`http://127.0.0.1:${port}`);
  one.on('error', () => {});
  context.after(() => one.destroy());
  return one;
}

async function ask(
  one: ClientHttp2Session,
  headers: Record<string, string>,
  body?: Buffer | string,
): Promise<Answer> {
  const stream = one.request(headers, { endStream: body === undefined });
  if (body !== undefined) stream.end(body);
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  let got: IncomingHttpHeaders = {};
  let text = '';
  stream.on('response', answer => (got = answer));
  stream.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  stream.on('end', () => resolve({ headers: got, body: text }));
  stream.on('error', reject);
  return promise;
}

const post = { ':method': 'POST', ':path': '/v2?x' };

test('HTTP/2 with prior knowledge is answered on the same port', async context => {
  const { port, listener } = await serve(context);
  const one = session(context, port);
  const answers = await Promise.all([
    ask(one, { ...post, 'Content-Type': 'text/x' }, 'hello'),
    ask(one, { ':path': '/get' }),
    ask(one, { ':path': '/head', ':method': 'HEAD' }),
  ]);
  assert.deepEqual(
    answers.map(({ headers, body }) => [headers[':status'], body]),
    [
      [200, 'POST\n/v2?x\ntext/x\nhello'],
      [200, 'GET\n/get\n-\n'],
      [200, ''],
    ],
  );
  assert.equal(answers[2]?.headers['content-length'], String('HEAD\n/head\n-\n'.length));
  assert.equal(listener.counters.http2, 3);
});

test('a preface cut at every byte is known', async context => {
  const { port } = await serve(context);
  const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  const settings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
  for (let cut = 1; cut <= preface.length; cut++) {
    const socket = connectSocket({ port, host: '127.0.0.1', noDelay: true });
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    socket.on('data', resolve).on('error', reject).on('close', reject);
    await new Promise(done => socket.write(preface.subarray(0, cut), done));
    await new Promise(done => setImmediate(done));
    socket.write(Buffer.concat([preface.subarray(cut), settings]));
    const frame = await promise;
    assert.equal(frame[3], 4, `cut at ${cut}: a settings frame first`);
    socket.destroy();
  }
});

test('what only begins like the preface is refused', async context => {
  const { client } = await serve(context);
  for (const text of ['PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n', 'PR\r\n\r\n']) {
    const one = client();
    await one.write(text);
    assert.equal((await one.answer()).status, 400, text);
  }
});

test('header fields: lists, host, several of one name in an answer', async context => {
  const two = prepareHead(200, [
    ['X-Two', 'a'],
    ['X-Two', 'b'],
  ]);
  const handler: Handler = (_method, _target, head, _body, sink) =>
    sink.send(
      two,
      [head.header('HOST'), head.header('x-list'), head.header(':path'), head.header('none')].join('|'),
    );
  const { port } = await serve(context, handler);
  const { headers, body } = await ask(session(context, port), { ':path': '/', 'X-List': 'one, two' });
  assert.equal(body, `127.0.0.1:${port}|one, two||`);
  assert.equal(headers['x-two'], 'a, b');
});

test('bodies: limits, encodings', async context => {
  const { port, listener } = await serve(context, undefined, { bodyBytes: 1000 });
  const one = session(context, port);
  const zipped = await ask(one, { ...post, 'content-encoding': 'gzip' }, gzipSync('text'));
  assert.equal(zipped.body, 'POST\n/v2?x\n-\ntext');
  for (const [headers, body, status] of [
    [{ ...post, 'content-encoding': 'br' }, 'x', 415],
    [{ ...post, 'content-encoding': 'gzip' }, 'x', 400],
    [{ ...post, 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(1_000_000)), 413],
    [post, Buffer.alloc(1001), 413],
    [post, Buffer.alloc(3_000_000), 413],
    [{ ...post, 'content-length': '1001' }, Buffer.alloc(1001), 413],
  ] as const) {
    assert.equal((await ask(one, headers, body)).headers[':status'], status);
  }
  assert.equal(listener.counters.refused, 6);
  assert.equal((await ask(one, { ':path': '/still' })).headers[':status'], 200);
});

test('a tunnel is refused', async context => {
  const { port } = await serve(context);
  const { headers } = await ask(session(context, port), { ':method': 'CONNECT', ':authority': 'a:1' }, '');
  assert.equal(headers[':status'], 501);
});

test('what a handler throws is answered', async context => {
  const { port } = await serve(context, (_method, target) => {
    if (target === '/later') return Promise.reject(new Error('later'));
    throw new Error('now');
  });
  const one = session(context, port);
  for (const path of ['/now', '/later']) {
    assert.equal((await ask(one, { ':path': path })).headers[':status'], 500);
  }
});

test('a stream or a client that goes is noticed while its answer is pending', async context => {
  let sink: Sink | undefined;
  const { port, listener } = await serve(context, (_method, _target, _head, _body, given) => {
    sink = given;
  });
  for (const leave of ['stream', 'session'] as const) {
    sink = undefined;
    const one = session(context, port);
    const stream = one.request({ ':path': '/' });
    stream.on('error', () => {});
    await until(() => sink !== undefined);
    const pending = sink as unknown as Sink;
    const told = new Promise<void>(resolve => pending.onAbort(resolve));
    if (leave === 'stream') stream.close(constants.NGHTTP2_CANCEL);
    else one.destroy();
    await told;
    assert.equal(pending.aborted, true);
    pending.send(ok, 'to nobody');
  }
  assert.equal(listener.counters.aborted, 2);
});

test('time-outs: a slow body, an idle session, a client that never reads', async context => {
  const handler: Handler = (_method, _target, _head, _body, sink) => sink.send(ok, 'x'.repeat(5_000_000));
  const { port, pass, listener } = await serve(context, handler, { writeTimeout: 50 });
  const one = session(context, port);
  const slow = one.request(post, { endStream: false });
  slow.write('abc');
  slow.resume();
  const { promise: answered, resolve } = Promise.withResolvers<number | undefined>();
  slow.on('response', headers => resolve(headers[':status']));
  await ask(one, { ':path': '/round/trip' });
  pass(300_000);
  assert.equal(listener.counters.timedOut, 0);
  pass(2000);
  assert.equal(await answered, 408);

  const deaf = one.request({ ':path': '/' });
  const { promise: cancelled, resolve: onCancel } = Promise.withResolvers<void>();
  deaf.on('error', () => {});
  deaf.on('close', onCancel);
  deaf.pause();
  await until(() => listener.counters.timedOut === 2);
  deaf.resume();
  await cancelled;
  assert.equal(deaf.rstCode, constants.NGHTTP2_CANCEL);

  const { promise: closed, resolve: onClose } = Promise.withResolvers<void>();
  one.on('close', onClose);
  pass(66_000);
  pass(1000);
  await closed;
  assert.equal(listener.counters.timedOut, 3);
});

test('a session that idles out leaves no connection behind, though its client never closes its side', async context => {
  const { listener, pass, port } = await serve(context);
  const settings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
  const socket = connectSocket({ port, host: '127.0.0.1', allowHalfOpen: true });
  context.after(() => socket.destroy());
  socket.on('error', () => {});
  socket.resume();
  socket.write(Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), settings]));
  await until(() => listener.counters.handedOver === 1);
  await until(() => {
    pass(61_000);
    return listener.counters.open === 0;
  });
  assert.equal(listener.counters.timedOut, 1);
});

test('a head over the limit is answered 431, one far over it ends its stream; others go on', async context => {
  const { port, listener } = await serve(context, undefined, { headBytes: 2000 });
  const one = session(context, port);
  // The first one also comes before the client has agreed to the limit.
  for (let time = 0; time < 2; time++) {
    const { headers, body } = await ask(one, { ':path': '/', 'x-long': 'x'.repeat(5000) });
    assert.equal(headers[':status'], 431);
    assert.match(body, /"net-head-too-large".*take \d+ bytes; expected at most 2000/);
  }
  const many = Object.fromEntries(Array.from({ length: 150 }, (_, at) => [`x-${at}`, '']));
  assert.equal((await ask(one, { ':path': '/', ...many })).headers[':status'], 431);
  await assert.rejects(ask(one, { ':path': '/', 'x-long': 'x'.repeat(20_000) }));
  assert.equal((await ask(one, { ':path': '/' })).headers[':status'], 200);
  assert.deepEqual([listener.counters.refused, listener.counters.http2], [3, 1]);
});

test('a head of many short fields is taken up to the limit', async context => {
  const { port } = await serve(context);
  const one = session(context, port);
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`x-${at}`, '']));
  assert.equal((await ask(one, { ':path': '/', ...many })).headers[':status'], 200);
});
