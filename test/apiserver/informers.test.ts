import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  type Ask,
  Informer,
  type Reply,
  type Resource,
  ResourceClient,
  type Transport,
} from '../../src/cluster/client/index.ts';
import type { KubeObject } from '../../src/cluster/meta/index.ts';
import { Cluster, configMap, inTime } from './serving.ts';

let cluster: Cluster;
before(async () => {
  cluster = await Cluster.open();
});
after(() => cluster.close());

const resource: Resource = { group: '', version: 'v1', plural: 'configmaps', namespaced: true };

/** What stands between an informer and a server: it fails, cuts and expires what a test wants. */
class Road implements Transport {
  readonly #beyond: Transport;
  lists = 0;
  watches = 0;
  /** Lists that are still to fail, each in its way. */
  failures: ((ask: Ask) => Promise<Reply>)[] = [];
  /** The watch that is on, which a test may end. */
  end = Promise.withResolvers<unknown>();
  /** Resolves when a watch has begun. */
  begun = Promise.withResolvers<void>();

  constructor(beyond: Transport) {
    this.#beyond = beyond;
  }

  async ask(ask: Ask): Promise<Reply> {
    this.lists++;
    const fails = this.failures.shift();
    return fails === undefined ? this.#beyond.ask(ask) : fails(ask);
  }

  /** Goes on until `end` resolves: to an event, which is then the last one, or to nothing. */
  async *stream(ask: Ask): AsyncIterable<unknown> {
    this.watches++;
    const lines = this.#beyond.stream(ask)[Symbol.asyncIterator]();
    this.begun.resolve();
    for (;;) {
      const over = this.end.promise.then(last => ({ last }));
      const next = await Promise.race([lines.next(), over]);
      if ('last' in next) {
        this.end = Promise.withResolvers();
        if (next.last !== undefined) yield next.last;
        return;
      }
      if (next.done === true) return;
      yield next.value;
    }
  }

  /** Ends the watch that is on, and waits for what an informer then does. */
  async cut(last?: unknown): Promise<void> {
    this.begun = Promise.withResolvers();
    this.end.resolve(last);
    await this.watching();
  }

  /** Waits until a watch has begun. */
  async watching(): Promise<void> {
    await inTime(this.begun.promise, 'a watch');
  }
}

interface Followed {
  readonly road: Road;
  readonly informer: Informer;
  readonly told: string[];
  /** Resolves as soon as something is told. */
  readonly until: (line: string) => Promise<void>;
}

function follow(namespace: string): Followed {
  const road = new Road(cluster.api.transport({ name: 'admin', groups: ['system:masters'] }, 'tests/1'));
  const informer = new Informer(new ResourceClient(road, resource), { namespace });
  informer.index('value', ({ data }) => [(data as { a?: string } | undefined)?.a ?? '']);
  const told: string[] = [];
  const waiting = new Map<string, () => void>();
  const tell = (what: string) => (one: KubeObject, other?: KubeObject) => {
    const line = `${what} ${(other ?? one).metadata.name}`;
    told.push(line);
    waiting.get(line)?.();
  };
  informer.on({ onAdd: tell('add'), onUpdate: tell('update'), onDelete: tell('delete') });
  const until = async (line: string): Promise<void> => {
    if (told.includes(line)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.set(line, resolve);
    await inTime(promise, line);
  };
  return { road, informer, told, until };
}

async function inNamespace(
  name: string,
): Promise<(method: string, map: string, a?: string) => Promise<void>> {
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  await cluster.ask('POST', '/api/v1/namespaces', { body });
  const path = `/api/v1/namespaces/${name}/configmaps`;
  return async (method, map, a = '1') => {
    const where = method === 'POST' ? path : `${path}/${map}`;
    const sent = method === 'DELETE' ? {} : { body: { ...configMap(map), data: { a } } };
    const { status, text } = await cluster.ask(method, where, sent);
    assert.ok(status < 300, text);
  };
}

test('a list that fails is asked for again, and what there is is told once', async context => {
  const write = await inNamespace('failing');
  await write('POST', 'one');
  const { road, informer, told } = follow('failing');
  context.after(() => informer.stop());
  const status = { kind: 'Status', code: 503, reason: 'ServiceUnavailable', message: 'not now' };
  road.failures = [
    async () => ({ status: 503, body: status }),
    async () => Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })),
  ];
  assert.equal(informer.synced, false);
  await informer.ready();
  assert.deepEqual([road.lists, told, informer.synced], [3, ['add one'], true]);
});

test('a watch that is cut goes on where it was, without a list', async context => {
  const write = await inNamespace('cut');
  await write('POST', 'one');
  const { road, informer, told, until } = follow('cut');
  context.after(() => informer.stop());
  await informer.ready();
  await road.watching();
  await write('POST', 'two');
  await until('add two');
  const cut = road.cut();
  await write('PUT', 'one', '2');
  await write('DELETE', 'two');
  await cut;
  await until('delete two');
  assert.deepEqual(told, ['add one', 'add two', 'update one', 'delete two']);
  assert.deepEqual([road.lists, road.watches], [1, 2]);
  assert.deepEqual(
    informer.by('value', '2').map(one => one.metadata.name),
    ['one'],
  );
  assert.deepEqual(informer.by('value', '1'), []);
});

test('after history that is gone everything is listed again, and only what differs is told', async context => {
  const write = await inNamespace('expired');
  await write('POST', 'kept');
  await write('POST', 'gone');
  await write('POST', 'again');
  const { road, informer, told, until } = follow('expired');
  context.after(() => informer.stop());
  await informer.ready();
  await road.watching();
  const before = informer.by('value', '1').find(one => one.metadata.name === 'again');
  // Held back from the watch: they happen while it is away.
  road.begun = Promise.withResolvers();
  const held = road.failures;
  held.push(async () => {
    await write('DELETE', 'gone');
    await write('DELETE', 'again');
    await write('POST', 'again', '3');
    await write('POST', 'new');
    return { status: 500, body: { kind: 'Status', code: 500, message: 'while it is away' } };
  });
  const object = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' };
  road.end.resolve({ type: 'ERROR', object });
  await until('delete gone');
  await road.watching();
  assert.equal(road.lists, 3);
  assert.deepEqual(told.slice(0, 3).toSorted(), ['add again', 'add gone', 'add kept']);
  // Another object of the same name is the end of the one before.
  assert.deepEqual(told.slice(3).toSorted(), ['add again', 'add new', 'delete again', 'delete gone']);
  assert.ok(told.lastIndexOf('add again') > told.indexOf('delete again'));
  const now = informer.get('expired/again');
  assert.notEqual(now?.metadata.uid, before?.metadata.uid);
  assert.deepEqual(
    [...informer.values()].map(one => one.metadata.name ?? '').toSorted((a, b) => (a < b ? -1 : 1)),
    ['again', 'kept', 'new'],
  );
  assert.deepEqual(
    informer.by('value', '3').map(one => one.metadata.name),
    ['again'],
  );
});

test('an informer that was stopped does not go on', async () => {
  const write = await inNamespace('stopped');
  const { road, informer, told } = follow('stopped');
  await informer.ready();
  await informer.stop();
  const { lists, watches } = road;
  await write('POST', 'late');
  assert.deepEqual([told, road.lists, road.watches], [[], lists, watches]);
});

test('a long list comes in pieces, all of one revision, and as a whole when that is forgotten meanwhile', async context => {
  const write = await inNamespace('long');
  const names = Array.from({ length: 1200 }, (_, at) => `m${String(at).padStart(4, '0')}`);
  await Promise.all(names.map(name => write('POST', name)));
  const { road, informer, told } = follow('long');
  context.after(() => informer.stop());
  const straight = cluster.api.transport({ name: 'admin', groups: ['system:masters'] }, 'tests/1');
  const asked: Ask[] = [];
  const passed = (ask: Ask): Promise<Reply> => {
    asked.push(ask);
    return straight.ask(ask);
  };
  road.failures = [
    passed,
    async ask => {
      // What changes now is told by the watch, not by the next piece.
      await write('DELETE', 'm1199');
      return passed(ask);
    },
    passed,
  ];
  await informer.ready();
  assert.deepEqual(
    asked.map(({ path }) => new URL(path, 'http://x').searchParams.get('limit')),
    ['500', '500', '500'],
  );
  assert.deepEqual(told.slice(0, 1200).toSorted(), names.map(name => `add ${name}`).toSorted());

  const other = follow('long');
  context.after(() => other.informer.stop());
  const status = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' };
  const whole: Ask[] = [];
  other.road.failures = [
    ask => straight.ask(ask),
    async () => {
      // No watch tells of it: the whole list is newer.
      await write('DELETE', 'm0000');
      return { status: 410, body: status };
    },
    ask => {
      whole.push(ask);
      return straight.ask(ask);
    },
  ];
  await other.informer.ready();
  assert.deepEqual([other.road.lists, whole.map(({ path }) => path.includes('limit'))], [3, [false]]);
  assert.equal([...other.informer.values()].length, 1198);
  assert.equal(other.informer.get('long/m0000'), undefined);
});
