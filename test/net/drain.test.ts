import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:http2';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { connect as secureConnect } from 'node:tls';
import { type Handler, type Sink } from '../../src/base/net/index.ts';
import { RawClient, until } from './client.ts';
import { authority, serveSecurely } from './secure.ts';
import { ok, request, serve } from './serving.ts';

const forLong = 600_000;

function holding(sinks: Sink[]): Handler {
  return (_method, target, _head, _body, sink) => {
    if (target === '/hold') sinks.push(sink);
    else sink.send(ok, 'now');
  };
}

/** Lets seconds pass, one by one, as a listener sees them. */
async function passSeconds(pass: (milliseconds: number) => void, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    pass(1000);
    await new Promise(resolve => setImmediate(resolve));
  }
}

test('draining closes what is idle and lets running requests finish, on every protocol', async context => {
  const sinks: Sink[] = [];
  const { client, listener, port } = await serve(context, holding(sinks));
  const [idleLane, idleHttp, lane, http] = [client(), client(), client(), client()];
  await Promise.all([
    idleLane.write(request('/')),
    idleHttp.write('PUT / HTTP/1.1\r\nHost: a\r\n\r\n'),
    lane.write(request('/hold')),
    http.write('PUT /hold HTTP/1.1\r\nHost: a\r\n\r\n'),
  ]);
  const session = connect(`http://127.0.0.1:${port}`);
  context.after(() => session.destroy());
  const stream = session.request({ ':path': '/hold' });
  const { promise: status, resolve } = Promise.withResolvers<number | undefined>();
  stream.on('response', headers => resolve(headers[':status']));
  stream.resume();
  await Promise.all([idleLane.answers(1), idleHttp.answers(1), until(() => sinks.length === 3)]);

  const drained = listener.drain(forLong);
  await Promise.all([idleLane.closed, idleHttp.closed]);
  const refused = new RawClient(port);
  await refused.closed;
  assert.equal(refused.replies.length, 0);

  for (const sink of sinks) sink.send(ok, 'done');
  for (const one of [lane, http]) {
    const { body, headers } = await one.answer();
    assert.equal(body, 'done');
    assert.equal(headers['connection'], 'close');
    await one.closed;
  }
  assert.equal(await status, 200);
  await drained;
  assert.equal(listener.counters.open, 0);
});

test('a listener that is left goes on, and each connection ends with its next answer, on every protocol', async context => {
  const sinks: Sink[] = [];
  const { client, listener, port } = await serve(context, holding(sinks));
  const put = 'PUT / HTTP/1.1\r\nHost: a\r\n\r\n';
  const before = [request('/'), put].map(text => ({ one: client(), text }));
  for (const { one, text } of before) {
    await one.write(text);
    assert.notEqual((await one.answer()).headers['connection'], 'close');
  }
  const session = connect(`http://127.0.0.1:${port}`);
  context.after(() => session.destroy());
  const ask = async (from: typeof session, path: string): Promise<number> => {
    const stream = from.request({ ':path': path });
    stream.resume();
    const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
    return Number(headers[':status']);
  };
  assert.equal(await ask(session, '/'), 200);

  listener.leave();
  const after = [request('/'), put].map(text => ({ one: client(), text }));
  for (const { one, text } of [...before, ...after]) {
    await one.write(text);
    const reply = (await one.answers(before.some(known => known.one === one) ? 2 : 1)).at(-1);
    assert.deepEqual([reply?.body, reply?.headers['connection']], ['now', 'close']);
    await one.closed;
  }
  const another = connect(`http://127.0.0.1:${port}`);
  context.after(() => another.destroy());
  for (const one of [session, another]) {
    const left = once(one, 'goaway');
    assert.equal(await ask(one, '/'), 200);
    await left;
  }
  await listener.drain(forLong);
});

/** More than the system takes of an answer that nobody reads. */
const large = 'x'.repeat(20_000_000);

for (const [path, start] of [
  ['the lane', request('/')],
  ['node’s parser', 'PUT / HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['node’s parser, with a request after it', `PUT / HTTP/1.1\r\nHost: a\r\n\r\n${request('/next')}`],
] as const) {
  test(`an answer that a client takes long to read is not cut by draining: ${path}`, async context => {
    const sinks: Sink[] = [];
    const { client, listener, pass } = await serve(
      context,
      (_method, _target, _head, _body, sink) => void sinks.push(sink),
    );
    const slow = client({ reading: false });
    await slow.write(start);
    await until(() => sinks.length > 0);
    const drained = listener.drain(forLong);
    sinks[0]?.send(ok, large);
    await passSeconds(pass, 30);
    slow.read();
    assert.equal((await slow.answer()).body.length, large.length);
    await slow.closed;
    await drained;
    assert.equal(listener.counters.timedOut, 0);
  });

  test(`an answer that was under way before draining is not cut: ${path}`, async context => {
    const { client, listener, pass } = await serve(context, (_method, _target, _head, _body, sink) =>
      sink.send(ok, large),
    );
    const slow = client({ reading: false });
    await slow.write(start);
    const { counters } = listener;
    await until(() => counters.lane + counters.http1 > 0);
    const drained = listener.drain(forLong);
    await passSeconds(pass, 30);
    slow.read();
    assert.equal((await slow.answer()).body.length, large.length);
    await slow.closed;
    await drained;
    assert.equal(counters.timedOut, 0);
  });
}

test('an answer over HTTP/2 that a client takes long to read is not cut by draining', async context => {
  const { listener, pass, port } = await serve(context, (_method, _target, _head, _body, sink) =>
    sink.send(ok, large),
  );
  const session = connect(`http://127.0.0.1:${port}`);
  context.after(() => session.destroy());
  const stream = session.request({ ':path': '/' });
  await once(stream, 'response');
  const drained = listener.drain(forLong);
  await passSeconds(pass, 30);
  let length = 0;
  for await (const chunk of stream) length += (chunk as Buffer).length;
  assert.equal(length, large.length);
  await drained;
  assert.equal(listener.counters.timedOut, 0);
});

test('a client that reads nothing at all is cut at the write time-out, also while it drains', async context => {
  const sinks: Sink[] = [];
  const { client, listener } = await serve(
    context,
    (_method, _target, _head, _body, sink) => void sinks.push(sink),
    { writeTimeout: 50 },
  );
  const lane = client({ reading: false });
  const http = client({ reading: false });
  await lane.write(request('/'));
  await http.write('PUT / HTTP/1.1\r\nHost: a\r\n\r\n');
  await until(() => sinks.length === 2);
  const drained = listener.drain(forLong);
  for (const sink of sinks) sink.send(ok, large);
  await drained;
  assert.equal(listener.counters.timedOut, 2);
});

test('what is not done by the deadline is cut', async context => {
  const sinks: Sink[] = [];
  const { client, listener } = await serve(context, holding(sinks));
  const one = client();
  await one.write(request('/hold'));
  await until(() => sinks.length === 1);
  await listener.drain(30);
  assert.equal(sinks[0]?.aborted, true);
  await one.closed;
  assert.equal(one.replies.length, 0);
});

test('a request that has begun when draining starts is still answered', async context => {
  const { client, listener } = await serve(context);
  const one = client();
  const text = request('/late', 'the body');
  await one.write(request('/') + text.slice(0, -3));
  await one.answers(1);
  const drained = listener.drain(forLong);
  await one.write(text.slice(-3));
  const replies = await one.answers(2);
  assert.equal(replies[1]?.body, 'POST\n/late\n-\nthe body');
  assert.equal(replies[1]?.headers['connection'], 'close');
  await drained;
});

test('a client that has just connected when draining starts has its first request answered, if it asks soon', async context => {
  const { client, listener, pass } = await serve(context);
  const [asks, waits] = [client(), client()];
  await until(() => listener.counters.accepted === 2);
  const drained = listener.drain(forLong);
  await asks.write(request('/first'));
  const { body, headers } = await asks.answer();
  assert.deepEqual([body.split('\n')[1], headers['connection']], ['/first', 'close']);
  await asks.closed;
  await passSeconds(pass, 2);
  await waits.closed;
  assert.equal(waits.replies.length, 0);
  await drained;
});

test('a client that has just connected over TLS has its first request answered, too', async context => {
  const { port, listener } = await serveSecurely(context, (_method, target, _head, _body, sink) =>
    sink.send(ok, target),
  );
  const asks = secureConnect({ port, host: '127.0.0.1', ca: authority.certificate });
  context.after(() => asks.destroy());
  await until(() => listener.counters.handedOver === 1);
  const drained = listener.drain(forLong);
  asks.write(request('/first'));
  assert.match(await text(asks), /^HTTP\/1\.1 200 .*\r\nConnection: close\r\n.*\/first$/s);
  await drained;
});

test('closing cuts everything', async context => {
  const sinks: Sink[] = [];
  const { client, listener } = await serve(context, holding(sinks));
  const one = client();
  await one.write(request('/hold'));
  await until(() => sinks.length === 1);
  await listener.close();
  await one.closed;
  assert.equal(sinks[0]?.aborted, true);
  await listener.close();
});

test('closing while draining ends both', async context => {
  const { client, listener } = await serve(context, holding([]));
  const one = client();
  await one.write(request('/hold') + request('/'));
  const drained = listener.drain(forLong);
  await Promise.all([listener.close(), drained, one.closed]);
});
