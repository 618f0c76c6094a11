import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:http2';
import { test } from 'node:test';
import { createListener, type Sink } from '../../src/base/net/index.ts';
import { quiet, RawClient, until } from './client.ts';
import { echo, request, serve } from './serving.ts';

const limits = { headTimeout: 60_000, bodyTimeout: 300_000, keepAliveTimeout: 65_000 };

test('a silent connection is closed after the head time-out, and not before', async context => {
  const { client, listener, pass } = await serve(context, undefined, limits);
  const silent = client();
  await until(() => listener.counters.open === 1);
  pass(60_000);
  assert.equal(listener.counters.timedOut, 0);
  pass(2000);
  await silent.closed;
  assert.equal(silent.replies.length, 0);
  assert.equal(listener.counters.timedOut, 1);
});

test('an idle connection is closed after the keep-alive time-out, and not before', async context => {
  const { client, listener, pass } = await serve(context, undefined, limits);
  const one = client();
  await one.write(request('/'));
  await one.answers(1);
  pass(65_000);
  await one.write(request('/'));
  assert.equal((await one.answers(2)).length, 2);
  pass(65_000);
  pass(2000);
  await one.closed;
  assert.equal(listener.counters.timedOut, 1);
});

test('a head that does not end is answered 408', async context => {
  const { client, listener, pass } = await serve(context, undefined, limits);
  const one = client();
  await one.write(`${request('/')}GET /slow HTTP/1.1\r\nHos`);
  await one.answers(1);
  pass(60_000);
  assert.equal(listener.counters.timedOut, 0);
  pass(2000);
  const replies = await one.answers(2);
  assert.equal(replies[1]?.status, 408);
  assert.match(replies[1]?.body ?? '', /"net-request-slow".*within 60000 ms, got 23 bytes/);
  await one.closed;
});

test('a body that does not end is answered 408', async context => {
  const { client, pass } = await serve(context, undefined, limits);
  const one = client();
  await one.write(`${request('/')}POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 10\r\n\r\nabc`);
  await one.answers(1);
  pass(290_000);
  assert.equal(one.replies.length, 1);
  pass(12_000);
  const replies = await one.answers(2);
  assert.equal(replies[1]?.status, 408);
  assert.match(replies[1]?.body ?? '', /got 3 of 10 bytes/);
  await one.closed;
});

for (const [path, start] of [
  ['the lane', 'POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 10\r\n\r\nabc'],
  ['node’s parser', 'PUT / HTTP/1.1\r\nHost: here\r\nContent-Length: 10\r\n\r\nabc'],
] as const) {
  test(`a body time-out is never early and less than a second late: ${path}`, async context => {
    const { client, listener, pass, wait } = await serve(context, undefined, limits);
    const one = client();
    await one.write('PUT / HTTP/1.1\r\nHost: here\r\n\r\n'.replace('PUT', start.split(' ', 1)[0] ?? ''));
    await one.answers(1);
    pass(0);
    wait(10);
    await one.write(start);
    await until(() => listener.counters.open === 1 && one.socket.bytesWritten > 50);
    await quiet();
    pass(300_000);
    await quiet();
    assert.equal(listener.counters.timedOut, 0);
    pass(400);
    const replies = await one.answers(2);
    assert.equal(replies[1]?.status, 408);
    await one.closed;
    assert.equal(listener.counters.timedOut, 1);
  });
}

test('an HTTP/2 body time-out is never early and less than a second late', async context => {
  const { listener, pass, port, wait } = await serve(context, undefined, limits);
  const session = connect(`http://127.0.0.1:${port}`);
  context.after(() => session.destroy());
  await once(session.request({ ':path': '/' }).resume(), 'close');
  pass(0);
  wait(10);
  const stream = session.request({ ':method': 'POST', ':path': '/' });
  stream.write('x');
  await new Promise<void>(resolve => session.ping(() => resolve()));
  pass(300_000);
  assert.equal(listener.counters.timedOut, 0);
  pass(400);
  const [headers] = (await once(stream, 'response')) as [{ ':status'?: number }];
  assert.equal(headers[':status'], 408);
});

test('setting the clock neither fires nor stops a time-out', async context => {
  const { client, listener, pass, setDate } = await serve(context, undefined, limits);
  const [idle, body] = [client(), client()];
  await idle.write(request('/'));
  await body.write(`${request('/')}POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 10\r\n\r\nabc`);
  await Promise.all([idle.answers(1), body.answers(1)]);
  setDate(Date.UTC(2040, 0, 1));
  pass(1000);
  assert.deepEqual([listener.counters.timedOut, listener.counters.open], [0, 2]);
  await idle.write(request('/'));
  assert.match((await idle.answers(2))[1]?.headers['date'] ?? '', / 2040 /);
  setDate(Date.UTC(2010, 0, 1));
  pass(66_001);
  await idle.closed;
  pass(240_000);
  assert.equal((await body.answers(2))[1]?.status, 408);
});

test('without a clock of its own a listener takes one that the date does not move', async context => {
  const realNow = Date.now;
  context.after(() => void (Date.now = realNow));
  const describe = (): { fields: []; body: string } => ({ fields: [], body: '' });
  const listener = createListener({ describe }, echo);
  const { port } = await listener.listen({ host: '127.0.0.1', port: 0 });
  const one = new RawClient(port);
  context.after(async () => {
    one.socket.destroy();
    await listener.close();
  });
  await one.write(request('/'));
  await one.answers(1);
  Date.now = () => realNow() + 3_600_000;
  listener.sweep();
  await one.write(request('/'));
  assert.equal((await one.answers(2)).length, 2);
  assert.equal(listener.counters.timedOut, 0);
});

test('a request that computes for long is not timed out', async context => {
  let sink: Sink | undefined;
  const { client, listener, pass } = await serve(context, (_method, _target, _head, _body, given) => {
    sink = given;
  });
  const one = client();
  await one.write(request('/'));
  await until(() => sink !== undefined);
  pass(10_000_000);
  assert.equal(sink?.aborted, false);
  assert.equal(listener.counters.timedOut, 0);
});

test('a client beyond the limit is answered 503 and closed; a place that comes free is given again', async context => {
  const { client, listener } = await serve(context, undefined, { connections: 2 });
  const first = client();
  const second = client();
  await first.write(request('/'));
  await second.write(request('/'));
  await Promise.all([first.answers(1), second.answers(1)]);
  const third = client();
  await third.write(request('/'));
  const { status, body, headers } = await third.answer();
  assert.equal(status, 503);
  assert.match(body, /"net-connections-full".*2 clients/);
  assert.equal(headers['connection'], 'close');
  await third.closed;
  await until(() => listener.counters.open === 2);
  first.socket.end();
  await until(() => listener.counters.open === 1);
  const fourth = client();
  await fourth.write(request('/'));
  assert.equal((await fourth.answer()).status, 200);
  assert.deepEqual([listener.counters.full, listener.counters.refused], [1, 1]);
});

test('a refused client that goes on sending is cut', async context => {
  const { client, listener, pass } = await serve(context, undefined, { bodyBytes: 10 });
  const one = client();
  await one.write('POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 99999999\r\n\r\nabc');
  one.socket.removeAllListeners('end');
  await one.answers(1);
  await one.write('more');
  assert.equal(listener.counters.open, 1);
  pass(5000);
  assert.equal(listener.counters.open, 1);
  pass(2000);
  await until(() => listener.counters.open === 0);
});

test('bodies that arrive at the same time are bounded together, by every parser', async context => {
  const { client, listener, port } = await serve(context, undefined, {
    bodyBytes: 10_000,
    arrivingBytes: 10_000,
  });
  const head = 'POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 9000\r\n\r\n';
  const first = client();
  await first.write(`${request('/')}${head}${'x'.repeat(8000)}`);
  await first.answers(1);

  const lane = client();
  await lane.write(`${request('/before')}${head}${'x'.repeat(3000)}`);
  assert.equal((await lane.answer()).body, 'GET\n/before\n-\n');
  lane.replies.shift();
  const chunked = client();
  await chunked.write('POST / HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n');
  await chunked.write(`bb8\r\n${'x'.repeat(3000)}\r\n`);
  for (const one of [lane, chunked]) {
    const { status, body } = await one.answer();
    assert.equal(status, 503);
    assert.match(body, /"net-bodies-full"/);
    await one.closed;
  }
  const session = connect(`http://127.0.0.1:${port}`);
  context.after(() => session.destroy());
  const stream = session.request({ ':method': 'POST', ':path': '/' });
  stream.write('x'.repeat(3000));
  const [headers] = (await once(stream, 'response')) as [{ ':status'?: number }];
  assert.equal(headers[':status'], 503);

  await first.write('x'.repeat(1000));
  assert.equal((await first.answers(2))[1]?.status, 200);
  const gone = client();
  await gone.write(`${request('/')}${head}${'x'.repeat(8000)}`);
  await gone.answers(1);
  gone.socket.destroy();
  await until(() => listener.counters.open === 2);
  const last = client();
  await last.write(request('/', 'x'.repeat(9000)));
  assert.equal(
    (await last.answer()).status,
    200,
    'room comes free when a body is complete and when its client goes',
  );
});

test('errors are answered in UTF-8, whatever the request held', async context => {
  const { client } = await serve(context);
  const one = client();
  await one.write(request('/', 'x', 'Content-Encoding: \u00e9\r\n'));
  const { body } = await one.answer();
  assert.match(Buffer.from(body, 'latin1').toString(), /Content-Encoding is .*é/);
});
