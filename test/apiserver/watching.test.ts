import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { KubeObject } from '../../src/cluster/meta/index.ts';
import { Cluster, defineSubjects, type Event, fresh, subjects, type Watching } from './serving.ts';

let cluster: Cluster;
before(async () => {
  cluster = await Cluster.open();
  await defineSubjects(cluster);
});
after(() => cluster.close());

const told = ({ events }: Watching): string[] =>
  events.map(({ type, object }) => (type === 'BOOKMARK' ? type : `${type} ${object.metadata.name}`));

async function patch(path: string, body: object): Promise<void> {
  const type = 'application/merge-patch+json';
  const { status, text } = await cluster.ask('PATCH', path, { type, body });
  assert.equal(status, 200, text);
}

/** What somebody knows who has listed and followed. */
function follow(state: Map<string, string>, events: readonly Event[]): void {
  for (const { type, object } of events) {
    const { name = '', resourceVersion = '' } = object.metadata;
    if (type === 'DELETED') state.delete(name);
    else if (type !== 'BOOKMARK') state.set(name, resourceVersion);
  }
}

const stateOf = (items: readonly KubeObject[]): Map<string, string> =>
  new Map(items.map(({ metadata: { name = '', resourceVersion = '' } }) => [name, resourceVersion]));

/** Numbers that look like chance and are the same every time (Numerical Recipes' generator). */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

for (const { title, collection, object } of subjects) {
  describe(`watches of ${title}`, () => {
    async function namespace(): Promise<string> {
      const name = fresh('watched');
      await cluster.ask('POST', '/api/v1/namespaces', {
        body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
      });
      return collection(name);
    }

    const labelled = (name: string, labels: object, more: object = {}): object =>
      object(name, { metadata: { name, labels }, ...more });

    test('what begins to match is added, what ceases to is deleted under the revision at which it did', async () => {
      const maps = await namespace();
      const watching = await cluster.watch(`${maps}?watch=1&labelSelector=a%3D1`);
      await cluster.ask('POST', maps, { body: labelled('x', { a: '0' }) });
      await patch(`${maps}/x`, { metadata: { labels: { a: '1' } } });
      await patch(`${maps}/x`, { data: { b: '1' } });
      await patch(`${maps}/x`, { metadata: { labels: { a: '2' } }, data: { b: '2' } });
      await cluster.ask('DELETE', `${maps}/x`);
      assert.deepEqual(told(watching), ['ADDED x', 'MODIFIED x', 'DELETED x']);
      const last = watching.events.at(-1) as Event;
      assert.deepEqual(last.object.metadata.labels, { a: '1' });
      assert.equal((last.object['data'] as { b: string }).b, '1');
      const revisions = watching.events.map(event => Number(event.object.metadata.resourceVersion));
      assert.deepEqual(
        revisions,
        revisions.toSorted((a, b) => a - b),
      );
      watching.abort();
    });

    test('other namespaces and names are not told', async () => {
      const maps = await namespace();
      const others = await namespace();
      const inOne = await cluster.watch(`${maps}?watch=1`);
      const named = await cluster.watch(`${maps}?watch=1&fieldSelector=metadata.name%3Dy`);
      const old = await cluster.watch(maps.replace('/v1/', '/v1/watch/').concat('/y'));
      await cluster.ask('POST', others, { body: object('x') });
      await cluster.ask('POST', maps, { body: object('x') });
      await cluster.ask('POST', maps, { body: object('y') });
      assert.deepEqual(told(inOne), ['ADDED x', 'ADDED y']);
      assert.deepEqual(told(named), ['ADDED y']);
      assert.deepEqual(told(old), ['ADDED y']);
      for (const one of [inOne, named, old]) one.abort();
    });

    test('the state is told first, with a bookmark behind it for those that ask', async () => {
      const maps = await namespace();
      for (const name of ['a', 'b']) await cluster.ask('POST', maps, { body: object(name) });
      const query =
        'watch=1&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan';
      const watching = await cluster.watch(`${maps}?${query}`);
      await cluster.ask('POST', maps, { body: object('c') });
      assert.deepEqual(told(watching), ['ADDED a', 'ADDED b', 'BOOKMARK', 'ADDED c']);
      const mark = watching.events[2] as Event;
      assert.deepEqual(mark.object.metadata.annotations, { 'k8s.io/initial-events-end': 'true' });
      watching.abort();
    });

    test('a revision that history has lost is an event of 410', async () => {
      const maps = await namespace();
      const { body } = await cluster.ask('POST', maps, { body: object('a') });
      await cluster.ask('POST', maps, { body: object('b') });
      await cluster.store.compact();
      const watching = await cluster.watch(
        `${maps}?watch=1&resourceVersion=${body.metadata.resourceVersion}`,
      );
      assert.deepEqual([watching.events[0]?.type, watching.events[0]?.object.code], ['ERROR', 410]);
      assert.ok(watching.ended);
    });

    test('a watch ends when its time is over, and long times are not short', async t => {
      t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
      const maps = collection('default');
      const short = await cluster.watch(
        `${maps}?watch=1&timeoutSeconds=3&allowWatchBookmarks=true&resourceVersion=${cluster.store.revision}`,
      );
      const long = await cluster.watch(`${maps}?watch=1&timeoutSeconds=99999999999`);
      const usual = await cluster.watch(`${maps}?watch=1&timeoutSeconds=0`);
      t.mock.timers.tick(2999);
      assert.deepEqual([short.ended, told(short)], [false, ['BOOKMARK']]);
      t.mock.timers.tick(1);
      assert.deepEqual([short.ended, long.ended, usual.ended], [true, false, false]);
      t.mock.timers.tick(3_600_000);
      assert.deepEqual([long.ended, usual.ended], [false, true]);
      long.abort();
    });

    test('the state is told as fast as the client takes it', async () => {
      const maps = await namespace();
      const data = { text: 'x'.repeat(900_000) };
      for (let index = 0; index < 40; index++)
        await cluster.ask('POST', maps, { body: object(`m${index}`, { data }) });
      const watching = await cluster.watch(`${maps}?watch=1`, {}, true);
      const rest: number[] = [];
      while (watching.lines.length < 40) {
        const { length } = watching.lines;
        watching.drain();
        rest.push(watching.lines.length - length);
        assert.ok(rest.length < 100, 'the watch does not go on');
      }
      assert.ok(Math.max(...rest) < 3, rest.join());
      await cluster.ask('POST', maps, { body: object('last') });
      watching.drain();
      assert.equal(told(watching).at(-1), 'ADDED last');
      watching.abort();
    });

    test('clients that read nothing cost little, and miss nothing once they read', async () => {
      const maps = await namespace();
      const data = { text: 'x'.repeat(500_000) };
      await cluster.ask('POST', maps, { body: object('m', { data }) });
      const path = `${maps}?watch=1&resourceVersion=${cluster.store.revision}`;
      const all = await Promise.all(Array.from({ length: 400 }, () => cluster.watch(path)));
      for (const one of all) one.lazy = true;
      for (let index = 0; index < 6; index++) await patch(`${maps}/m`, { data: { count: `${index}` } });
      for (const { pending } of all) assert.ok(pending < 600_000, `${pending} bytes wait for one`);
      const one = all[7] as Watching;
      one.lazy = false;
      one.drain();
      const counts = one.events.map(event => (event.object['data'] as { count: string }).count);
      assert.deepEqual(counts, ['0', '1', '2', '3', '4', '5']);
      for (const each of all) each.abort();
    });

    for (const selector of [
      '',
      '&labelSelector=a%3D1',
      '&labelSelector=a+in+(0,2)',
      '&fieldSelector=metadata.name!%3Dm3',
    ]) {
      for (const seed of [1, 2, 3]) {
        test(`a list and what follows it are the state, cut and resumed: ${selector} seed ${seed}`, async () => {
          const maps = await namespace();
          const below = chance(seed);
          const listed = await cluster.ask('GET', `${maps}?limit=500${selector}`);
          const known = stateOf(listed.body.items);
          let revision: string = listed.body.metadata.resourceVersion;
          let watching = await cluster.watch(`${maps}?watch=1&resourceVersion=${revision}${selector}`);
          const cut = (): void => {
            const { events } = watching;
            // A connection that breaks loses the end of what was sent.
            const seen = events.slice(0, events.length - below(3));
            follow(known, seen);
            revision = seen.at(-1)?.object.metadata.resourceVersion ?? revision;
            watching.abort();
          };
          for (let step = 0; step < 150; step++) {
            const name = `m${below(6)}`;
            const labels = { a: `${below(3)}` };
            const choice = below(10);
            if (choice < 4) await cluster.ask('POST', maps, { body: labelled(name, labels) });
            else if (choice < 7) {
              const body = { metadata: { labels }, data: { step: `${step}` } };
              await cluster.ask('PATCH', `${maps}/${name}`, { type: 'application/merge-patch+json', body });
            } else if (choice < 9) await cluster.ask('DELETE', `${maps}/${name}`);
            else {
              cut();
              watching = await cluster.watch(`${maps}?watch=1&resourceVersion=${revision}${selector}`);
            }
          }
          follow(known, watching.events);
          watching.abort();
          const { body } = await cluster.ask('GET', `${maps}?limit=500${selector}`);
          assert.deepEqual(known, stateOf(body.items));
        });
      }
    }

    test('pages of a list are one state, whatever is written between them', async () => {
      const maps = await namespace();
      for (let index = 0; index < 25; index++) await cluster.ask('POST', maps, { body: object(`m${index}`) });
      const names: string[] = [];
      let token = '';
      do {
        const { body } = await cluster.ask('GET', `${maps}?limit=4&continue=${token}`);
        names.push(...body.items.map((item: KubeObject) => item.metadata.name));
        assert.ok(names.length <= 25, 'the pages do not end');
        token = body.metadata.continue ?? '';
        await cluster.ask('POST', maps, { body: object(fresh('z')) });
        await cluster.ask('DELETE', `${maps}/m${names.length}`);
      } while (token !== '');
      assert.deepEqual(names, Array.from({ length: 25 }, (_, index) => `m${index}`).toSorted());
    });
  });
}
