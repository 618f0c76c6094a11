import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mostWaiting } from '../../src/cluster/apiserver/turns.ts';
import { type Answered, Cluster, configMap } from './serving.ts';

let cluster: Cluster;
before(async () => {
  cluster = await Cluster.open();
  const data = { text: 'x'.repeat(2000) };
  for (let index = 0; index < 60; index++) {
    const body = { ...configMap(`m${index}`), data };
    await cluster.ask('POST', '/api/v1/namespaces/default/configmaps', { body });
  }
});
after(() => cluster.close());

const lists = '/api/v1/namespaces/default/configmaps';

/** Many requests at once, as a connection with many streams brings them. */
function ask(count: number, path = lists): { all: Promise<Answered[]>; answered: () => number } {
  let done = 0;
  const all = Array.from({ length: count }, async () => {
    const answer = await cluster.ask('GET', path);
    done += 1;
    return answer;
  });
  return { all: Promise.all(all), answered: () => done };
}

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

test('health, a watch and a lease are answered before lists that came earlier', async () => {
  const { all, answered } = ask(800);
  await turn();
  assert.equal((await cluster.ask('GET', '/livez')).text, 'ok');
  const watching = await cluster.watch(`${lists}?watch=1&resourceVersion=0`);
  assert.ok(watching.events.length >= 60);
  watching.abort();
  const leases = '/apis/coordination.k8s.io/v1/namespaces/default/leases';
  assert.equal((await cluster.ask('GET', leases)).status, 200);
  const before = answered();
  assert.ok(before < 100, `${before} lists were answered first`);
  assert.deepEqual(new Set((await all).map(({ status }) => status)), new Set([200]));
});

test('requests beyond those that may wait are refused, and told when to come again', async () => {
  const more = 500;
  const { all } = ask(mostWaiting + more, `${lists}/m0`);
  const answers = await all;
  const refused = answers.filter(({ status }) => status === 429);
  assert.ok(refused.length > 0 && refused.length <= more, `${refused.length} refused`);
  const [{ body, fields }] = refused as [Answered];
  assert.equal(body.reason, 'TooManyRequests');
  assert.match(body.message, /^Too many requests: 10000 wait already/);
  assert.equal(fields.find(([name]) => name === 'Retry-After')?.[1], '1');
  assert.ok(answers.every(({ status }) => status === 429 || status === 200));
  assert.equal((await cluster.ask('GET', lists)).status, 200);
});
