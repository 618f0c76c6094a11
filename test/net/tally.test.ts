import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createListener, createTally, type Limits, type Listener } from '../../src/base/net/index.ts';
import { RawClient, until } from './client.ts';
import { echo, request } from './serving.ts';

interface Two {
  readonly listeners: readonly [Listener, Listener];
  /** A client of one of them. */
  readonly client: (which: 0 | 1) => RawClient;
}

/** Two listeners that count together, as those of two threads do. */
async function two(context: TestContext, limits: Partial<Limits>): Promise<Two> {
  const tally = createTally();
  const make = (): Listener =>
    createListener({ limits, tally, describe: ({ code }) => ({ fields: [], body: code }) }, echo);
  const listeners = [make(), make()] as const;
  const address = { host: '127.0.0.1', port: 0 };
  const ports = await Promise.all(listeners.map(async one => (await one.listen(address)).port));
  const clients: RawClient[] = [];
  context.after(async () => {
    for (const client of clients) client.socket.destroy();
    await Promise.all(listeners.map(one => one.close()));
  });
  return {
    listeners,
    client(which) {
      const client = new RawClient(ports[which] as number);
      clients.push(client);
      return client;
    },
  };
}

test('connections of listeners that share a tally are counted together, however they are spread', async context => {
  const { client, listeners } = await two(context, { connections: 3 });
  const held = [client(0), client(0), client(0)];
  for (const one of held) {
    await one.write(request('/'));
    assert.equal((await one.answer()).status, 200);
  }
  for (const which of [0, 1] as const) {
    const refused = client(which);
    await refused.write(request('/'));
    assert.equal((await refused.answer()).body, 'net-connections-full');
    await refused.closed;
  }
  held[0]?.socket.end();
  await until(() => listeners[0].counters.open === 2);
  const next = client(1);
  await next.write(request('/'));
  assert.equal((await next.answer()).status, 200);
  const last = client(0);
  await last.write(request('/'));
  assert.equal((await last.answer()).status, 503);
});

test('a place is free as soon as its connection has had its last answer', async context => {
  const { client } = await two(context, { connections: 1 });
  const first = client(0);
  await first.write(request('/', undefined, 'Connection: close\r\n'));
  assert.equal((await first.answer()).status, 200);
  const second = client(1);
  await second.write(request('/'));
  assert.equal((await second.answer()).status, 200);
});

test('bodies that arrive at listeners that share a tally are bounded together', async context => {
  const { client } = await two(context, { bodyBytes: 10_000, arrivingBytes: 10_000 });
  const head = 'POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 9000\r\n\r\n';
  const first = client(0);
  await first.write(`${request('/')}${head}${'x'.repeat(8000)}`);
  await first.answers(1);
  const second = client(1);
  await second.write(`${request('/')}${head}${'x'.repeat(3000)}`);
  assert.equal((await second.answers(2))[1]?.body, 'net-bodies-full');
  await first.write('x'.repeat(1000));
  assert.equal((await first.answers(2))[1]?.status, 200);
});
