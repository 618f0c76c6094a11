import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ensure } from '../../src/app/up/ensure.ts';
import { type Ask, type Reply, ResourceClient, type Transport } from '../../src/cluster/client/index.ts';
import type { KubeObject } from '../../src/cluster/meta/index.ts';
import { resourceOf } from '../../src/cluster/view/index.ts';
import { Cluster } from './serving.ts';

let cluster: Cluster;
before(async () => {
  cluster = await Cluster.open();
});
after(() => cluster.close());

/** The API on behalf of an administrator, and what was asked of it; `between` runs before each request but the first. */
class Road implements Transport {
  readonly asked: string[] = [];
  readonly #beyond = cluster.api.transport({ name: 'admin', groups: ['system:masters'] }, 'tests/0');
  readonly #between: () => Promise<unknown>;

  constructor(between: () => Promise<unknown> = async () => undefined) {
    this.#between = between;
  }

  async ask(ask: Ask): Promise<Reply> {
    if (this.asked.push(ask.method) > 1) await this.#between();
    return this.#beyond.ask(ask);
  }

  stream(ask: Ask): AsyncIterable<unknown> {
    return this.#beyond.stream(ask);
  }
}

const settings = (name: string, data: Readonly<Record<string, string>>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data,
});

async function dataOf(name: string): Promise<unknown> {
  const found = await new ResourceClient(new Road(), resourceOf('configmaps')).get('default', name);
  return found['data'];
}

test('what is missing is made, what differs is changed, what is the same is only read', async () => {
  const asked = async (data: Readonly<Record<string, string>>): Promise<string[]> => {
    const road = new Road();
    await ensure(road, 'configmaps', settings('usual', data));
    assert.deepEqual(await dataOf('usual'), data);
    return road.asked;
  };
  assert.deepEqual(await asked({ a: '1' }), ['GET', 'POST']);
  assert.deepEqual(await asked({ a: '1' }), ['GET']);
  assert.deepEqual(await asked({ a: '2' }), ['GET', 'PATCH']);
});

test('what somebody else makes meanwhile is given the content', async () => {
  let made: Promise<void> | undefined;
  const road = new Road(() => (made ??= ensure(new Road(), 'configmaps', settings('contended', { a: '0' }))));
  await ensure(road, 'configmaps', settings('contended', { a: '1' }));
  assert.deepEqual(road.asked, ['GET', 'POST', 'PATCH']);
  assert.deepEqual(await dataOf('contended'), { a: '1' });
});
