import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { test } from 'node:test';
import { prepareHead, type Handler, type Sink } from '../../src/base/net/index.ts';
import { createOutgoing } from '../../src/base/net/outgoing/index.ts';
import { passTo } from '../../src/serve/queue/index.ts';
import { backend } from '../net/relaying.ts';
import { serveQueued, until } from './serving.ts';

const ok = prepareHead(200, [['Content-Type', 'text/plain']]);

/** Holds every request until it is let go. */
function holding(): { handler: Handler; held: { target: string; sink: Sink }[]; most: () => number } {
  const held: { target: string; sink: Sink }[] = [];
  let most = 0;
  return {
    handler: (_method, target, _head, _body, sink) => {
      held.push({ target, sink });
      most = Math.max(most, held.length);
    },
    held,
    most: () => most,
  };
}

test('with a concurrency of one, of a hundred clients never two are served at once', async context => {
  let running = 0;
  let most = 0;
  const order: number[] = [];
  const { url } = await serveQueued(
    context,
    async (_method, target, _head, body, sink) => {
      const text = Buffer.from(body).toString();
      most = Math.max(most, ++running);
      order.push(Number(target.slice(1)));
      await new Promise(resolve => setImmediate(resolve));
      running--;
      sink.send(ok, text);
    },
    { concurrency: 1 },
  );
  const answers = Array.from({ length: 100 }, async (_, i) =>
    (await fetch(`${url}/${i}`, { method: 'POST', body: `body ${i}` })).text(),
  );
  const texts = await Promise.all(answers);
  // Some were turned away: ten wait for each that runs.
  const served = order.length;
  assert.equal(texts.filter(text => text.startsWith('body')).length, served);
  assert.equal(texts.filter(text => text === 'pending request queue full\n').length, 100 - served);
  assert.ok(served >= 11, `${served} were served`);
  assert.equal(most, 1);
  texts.forEach((text, i) => assert.ok(!text.startsWith('body') || text === `body ${i}`));
});

test('eleven are in a queue of one, in their order; the twelfth is turned away', async context => {
  const { handler, held, most } = holding();
  const { url, queue } = await serveQueued(context, handler, { concurrency: 1 });
  const answers: Promise<Response>[] = [];
  for (let i = 0; i < 11; i++) {
    answers.push(fetch(`${url}/${i}`));
    await until(() => queue.inside === i + 1);
  }
  const turned = await fetch(`${url}/11`);
  assert.equal(turned.status, 503);
  assert.equal(await turned.text(), 'pending request queue full\n');
  for (let i = 0; i < 11; i++) {
    await until(() => held.length === 1);
    const { target, sink } = held.pop() as { target: string; sink: Sink };
    assert.equal(target, `/${i}`);
    sink.send(ok, target);
    assert.equal(await (await (answers[i] as Promise<Response>)).text(), `/${i}`);
  }
  assert.equal(most(), 1);
  assert.equal(queue.inside, 0);
});

test('answers that come at once empty a long line without growing the stack', async context => {
  let first: Sink | undefined;
  const { url, queue } = await serveQueued(
    context,
    (_method, _target, _head, _body, sink) => {
      if (first === undefined) first = sink;
      else sink.send(ok, 'x');
    },
    { concurrency: 1 },
  );
  const one = fetch(url);
  await until(() => first !== undefined);
  const others = Array.from({ length: 10 }, () => fetch(url));
  await until(() => queue.inside === 11);
  (first as unknown as Sink).send(ok, 'x');
  for (const answer of [one, ...others]) assert.equal((await answer).status, 200);
});

test('a client that goes while it waits gives its place up, and one that runs its turn', async context => {
  const { handler, held } = holding();
  const { url, queue } = await serveQueued(context, handler, { concurrency: 1 });
  const goers = [new AbortController(), new AbortController()];
  const gone = goers.map(({ signal }, i) => fetch(`${url}/gone${i}`, { signal }).catch(() => 'gone'));
  await until(() => queue.inside === 2);
  const stays = fetch(`${url}/stays`);
  await until(() => queue.inside === 3);
  goers.toReversed().forEach(goer => goer.abort());
  assert.deepEqual(await Promise.all(gone), ['gone', 'gone']);
  await until(() => held.some(({ target }) => target === '/stays'));
  assert.equal(queue.inside, 1);
  held.at(-1)?.sink.send(ok, 'y');
  assert.equal((await stays).status, 200);
});

test('a turn is not over while somebody still works for a client that has gone', async context => {
  const working = Promise.withResolvers<void>();
  const asked: string[] = [];
  const { url, queue } = await serveQueued(
    context,
    async (_method, target, _head, _body, sink) => {
      asked.push(target);
      if (target === '/a') await working.promise;
      sink.send(ok, 'x');
    },
    { concurrency: 1 },
  );
  const goer = new AbortController();
  const gone = fetch(`${url}/a`, { signal: goer.signal }).catch(() => undefined);
  await until(() => asked.length === 1);
  const next = fetch(`${url}/b`);
  await until(() => queue.inside === 2);
  goer.abort();
  await gone;
  await new Promise(resolve => setTimeout(resolve, 30));
  assert.deepEqual(asked, ['/a']);
  working.resolve();
  assert.equal((await next).status, 200);
});

test('what a handler throws or rejects with gives its turn back, waiting or not', async context => {
  let count = 0;
  const { url, queue } = await serveQueued(
    context,
    (_method, target) => {
      count++;
      if (target === '/throws') throw new Error('thrown');
      return Promise.reject(new Error('rejected'));
    },
    { concurrency: 1 },
  );
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, i) => fetch(`${url}/${i % 2 === 0 ? 'throws' : 'rejects'}`)),
  );
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([500]));
  assert.equal(count, 8);
  assert.equal(queue.inside, 0);
});

for (const [name, options] of [
  ['as a whole', { timeout: 40 }],
  ['to begin', { startTimeout: 40 }],
  ['without a sign of life', { idleTimeout: 40 }],
] as const) {
  test(`an answer that takes too long ${name} is 504, and its worker hears that nobody waits`, async context => {
    const { handler, held } = holding();
    const { url, queue } = await serveQueued(context, handler, options);
    const answer = await fetch(url);
    assert.equal(answer.status, 504);
    assert.equal(await answer.text(), 'request timeout');
    assert.equal(held[0]?.sink.aborted, true);
    held[0]?.sink.send(ok, 'too late');
    assert.equal(queue.inside, 0);
  });
}

test('one that waits too long for its turn is 504, and never runs', async context => {
  let asked = 0;
  const working = Promise.withResolvers<void>();
  const { url, queue } = await serveQueued(context, () => (asked++, working.promise), {
    concurrency: 1,
    timeout: 60,
  });
  const answers = await Promise.all([fetch(`${url}/a`), fetch(`${url}/b`)]);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [504, 504],
  );
  working.resolve();
  await until(() => queue.inside === 0);
  assert.equal(asked, 1);
});

test('an answer that has begun is cut when its time is over, and not when it goes on', async context => {
  const slow: Handler = (_method, target, _head, _body, sink) => {
    const stream = sink.stream(ok);
    stream?.write('begun');
    if (target === '/stops') return;
    let left = 10;
    const timer = setInterval(() => {
      stream?.write('.');
      if (--left > 0) return;
      clearInterval(timer);
      stream?.end();
    }, 20);
  };
  const { url } = await serveQueued(context, slow, { idleTimeout: 80, startTimeout: 50 });
  assert.equal(await (await fetch(`${url}/goes`)).text(), 'begun..........');
  await assert.rejects((await fetch(`${url}/stops`)).text());
});

test('probes are answered by the queue, and wait for nobody', async context => {
  let ready = false;
  const { handler, held } = holding();
  const { url, queue } = await serveQueued(context, handler, { concurrency: 1, ready: () => ready });
  const busy = fetch(url).catch(() => undefined);
  await until(() => held.length === 1);
  const ask = async (headers: Record<string, string>): Promise<[number, string]> => {
    const answer = await fetch(`${url}/any/path`, { headers });
    return [answer.status, await answer.text()];
  };
  const kubelet = { 'user-agent': 'kube-probe/1.34', 'k-network-probe': 'queue' };
  assert.deepEqual(await ask(kubelet), [503, '']);
  ready = true;
  assert.deepEqual(await ask(kubelet), [200, 'queue']);
  assert.deepEqual(await ask({ 'user-agent': 'kube-probe/1.34' }), [
    400,
    'unexpected probe header value: \n',
  ]);
  assert.deepEqual(await ask({ 'user-agent': 'Knative-Activator-Probe', 'k-network-probe': 'queue' }), [
    200,
    'queue',
  ]);
  assert.deepEqual(await ask({ 'k-network-probe': 'probe', 'k-network-hash': 'h' }), [200, '']);
  assert.equal((await ask({ 'k-network-probe': 'probe' }))[0], 400);
  assert.equal(queue.inside, 1);
  void queue.drain(0);
  assert.deepEqual(await ask(kubelet), [503, 'shutting down\n']);
  queue.stay();
  assert.deepEqual(await ask(kubelet), [200, 'queue']);
  held[0]?.sink.send(ok, '');
  await busy;
});

test('draining under load loses nothing, and ends when the last answer has been given', async context => {
  const { url, queue } = await serveQueued(
    context,
    async (_method, _target, _head, _body, sink) => {
      await new Promise(resolve => setTimeout(resolve, 5));
      sink.send(ok, 'x');
    },
    { concurrency: 4 },
  );
  const stop = new AbortController();
  let served = 0;
  const clients = Array.from({ length: 8 }, async () => {
    while (!stop.signal.aborted) {
      const answer = await fetch(url);
      assert.equal(answer.status, 200);
      await answer.text();
      served++;
    }
  });
  await until(() => served > 20);
  const drained = queue.drain(30);
  const before = served;
  await until(() => served > before + 20);
  stop.abort();
  await drained;
  assert.equal(queue.inside, 0);
  await Promise.all(clients);
});

test('an autoscaler sees how many ran, and how many came', async context => {
  let now = 0;
  const { handler, held } = holding();
  const queued = await serveQueued(context, handler, { now: () => now });
  const { url, queue } = queued;
  const one = fetch(url);
  const two = fetch(url, { headers: { 'k-proxy-request': 'activator' } });
  await until(() => held.length === 2);
  now = 500;
  for (const { sink } of held) sink.send(ok, '');
  await Promise.all([one, two]);
  now = 1000;
  const report = { concurrency: 1, proxiedConcurrency: 0.5, requests: 2, proxiedRequests: 1, seconds: 1 };
  assert.deepEqual(queue.load.report(now), report);
  assert.match(
    queued.text(),
    /^kn_serving_invocation_duration_seconds_count\{http_response_status_code="200"\} 2$/m,
  );
  assert.match(queued.text(), /^kn_serving_queue_depth 0$/m);
});

test('HTTP/2 with trailers and WebSockets pass through a queue, and count until they end', async context => {
  const behind = createHttp2Server();
  behind.on('stream', stream => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.pipe(stream);
  });
  await new Promise<void>(resolve => behind.listen(0, '127.0.0.1', resolve));
  context.after(() => void behind.close());
  const outgoing = createOutgoing();
  context.after(() => outgoing.close());
  const { port: grpc } = behind.address() as AddressInfo;
  const over2 = await serveQueued(
    context,
    passTo(outgoing, { host: '127.0.0.1', port: grpc }),
    { concurrency: 1 },
    'streamed',
  );
  const session = connectHttp2(over2.url);
  context.after(() => session.destroy());
  const call = session.request({ ':method': 'POST', ':path': '/x' });
  const trailers = once(call, 'trailers');
  call.write('one');
  assert.equal(String(((await once(call, 'data')) as [Buffer])[0]), 'one');
  assert.equal(over2.queue.inside, 1);
  call.end();
  assert.equal(((await trailers) as [Record<string, unknown>])[0]['grpc-status'], '0');
  await until(() => over2.queue.inside === 0);

  const { port, server } = await backend(context, () => {});
  server.on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    socket.pipe(socket);
  });
  const web = await serveQueued(context, passTo(outgoing, { host: '127.0.0.1', port }), { timeout: 50 });
  const client = httpRequest({ port: web.port, headers: { connection: 'Upgrade', upgrade: 'websocket' } });
  client.end();
  const [, socket] = (await once(client, 'upgrade')) as [IncomingMessage, Socket];
  // The time of a request is not that of a connection that was taken over.
  await new Promise(resolve => setTimeout(resolve, 100));
  socket.write('ping');
  assert.equal(String(((await once(socket, 'data')) as [Buffer])[0]), 'ping');
  assert.equal(web.queue.inside, 1);
  socket.destroy();
  await until(() => web.queue.inside === 0);
});
