import assert from 'node:assert/strict';
import { connect } from 'node:http2';
import { test } from 'node:test';
import { type Handler, type Sink } from '../../src/base/net/index.ts';
import { RawClient, until } from './client.ts';
import { ok, request, serve } from './serving.ts';

const forLong = 600_000;

function holding(sinks: Sink[]): Handler {
  return (_method, target, _head, _body, sink) => {
    if (target === '/hold') sinks.push(sink);
    else sink.send(ok, 'now');
  };
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
