import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import type { KubeObject } from '../meta/index.ts';
import type { Change, Place, Stored } from './contract.ts';
import { restoreStore } from './restore.ts';
import { type CompactingStore, openStore } from './store.ts';

const resource = 'configmaps';

function place(name: string, namespace = 'ns'): Place {
  return { resource, namespace, name };
}

function object(name: string, value: string, namespace = 'ns'): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data: { value } };
}

function folder(context: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'davit-store-'));
  context.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function open(context: TestContext, path?: string, keep?: number): Promise<CompactingStore> {
  const store = await openStore({ path, now: Date.now, ...(keep !== undefined && { keep }) });
  context.after(() => store.close());
  return store;
}

async function put(store: CompactingStore, name: string, value: string, namespace?: string): Promise<Stored> {
  const { stored } = await store.write(place(name, namespace), () => ({
    write: object(name, value, namespace),
  }));
  return stored as Stored;
}

function remove(store: CompactingStore, name: string): Promise<unknown> {
  return store.write(place(name), () => ({ remove: true }));
}

const valueOf = (stored: Stored | undefined): unknown =>
  (stored?.object['data'] as { value?: string } | undefined)?.value;

test('a write is seen when it is durable, under a revision of its own', async context => {
  const store = await open(context, join(folder(context), 'state.db'));
  const writing = put(store, 'a', '1');
  assert.equal(store.get(place('a')), undefined);
  const stored = await writing;
  assert.equal(stored.object.metadata.resourceVersion, `${store.revision}`);
  assert.equal(valueOf(store.get(place('a'))), '1');
});

test('writes are decided on those before them, durable or not', async context => {
  const store = await open(context, join(folder(context), 'state.db'));
  const add = (): Promise<unknown> =>
    store.write(place('n'), current => ({ write: object('n', `${Number(valueOf(current) ?? 0) + 1}`) }));
  await Promise.all(Array.from({ length: 100 }, add));
  assert.equal(valueOf(store.get(place('n'))), '100');
});

test('a decision to keep what is on its way is told when that is seen', async context => {
  const store = await open(context, join(folder(context), 'state.db'));
  await put(store, 'a', '1');
  void put(store, 'a', '2');
  const { stored, changed } = await store.write(place('a'), () => ({ keep: true }));
  // Who goes by what `get` gives and finds it overtaken looks again, and must not find the same.
  assert.deepEqual([valueOf(stored), changed, valueOf(store.get(place('a')))], ['2', false, '2']);
});

test('what a decision throws rejects the write and changes nothing', async context => {
  const store = await open(context);
  const { revision } = store;
  const refused = store.write(place('a'), () => {
    throw new Error('no');
  });
  await assert.rejects(refused, /no/);
  const kept = await store.write(place('a'), () => ({ keep: true }));
  assert.deepEqual(kept, { stored: undefined, changed: false });
  assert.equal(store.revision, revision);
});

test('lists are in the order of namespaces and names, and go on after a place', async context => {
  const store = await open(context);
  for (const namespace of ['b', 'a', 'a-1'])
    for (const name of ['y', 'x']) await put(store, name, '', namespace);
  const names = (items: readonly Stored[]): string[] =>
    items.map(({ place }) => `${place.namespace}/${place.name}`);
  const first = store.list(resource, { limit: 4 });
  assert.deepEqual(names(first.items), ['a-1/x', 'a-1/y', 'a/x', 'a/y']);
  assert.equal(first.remaining, 2);
  const rest = store.list(resource, { limit: 4, after: first.next, at: first.revision });
  assert.deepEqual(names(rest.items), ['b/x', 'b/y']);
  assert.equal(rest.next, undefined);
  assert.deepEqual(names(store.list(resource, { namespace: 'a' }).items), ['a/x', 'a/y']);
});

test('a list at a revision is what it was', async context => {
  const store = await open(context);
  await put(store, 'a', '1');
  await put(store, 'b', '1');
  const { revision } = store;
  await put(store, 'a', '2');
  await remove(store, 'b');
  await put(store, 'c', '1');
  const then = store
    .list(resource, { at: revision })
    .items.map(stored => [stored.place.name, valueOf(stored)]);
  assert.deepEqual(then, [
    ['a', '1'],
    ['b', '1'],
  ]);
});

/** Follows a resource; what it has seen is the state that the changes make. */
class Follower {
  readonly seen: Change[] = [];
  readonly state = new Map<string, unknown>();
  readonly stop: () => void;
  constructor(store: CompactingStore, after: number) {
    for (const stored of store.list(resource, { at: after }).items)
      this.state.set(stored.place.name, valueOf(stored));
    this.stop = store.watch(resource, after, { onChange: change => this.#take(change) });
  }

  #take(change: Change): void {
    const last = this.seen.at(-1)?.stored.revision ?? 0;
    assert.ok(change.stored.revision > last, 'in order, none twice');
    this.seen.push(change);
    const { name } = change.stored.place;
    assert.equal(this.state.has(name), change.type !== 'added');
    if (change.type === 'deleted') this.state.delete(name);
    else this.state.set(name, valueOf(change.stored));
  }
}

/** Numbers below a limit, the same for the same seed. */
function numbers(seed: number): (limit: number) => number {
  let state = seed;
  return limit => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

for (const seed of [1, 2, 3, 4]) {
  test(`a list and the changes after it are the state, whenever one begins to watch (seed ${seed})`, async context => {
    const store = await open(context, join(folder(context), 'state.db'));
    const draw = numbers(seed);
    const followers: Follower[] = [];
    const writes: Promise<unknown>[] = [];
    for (let step = 0; step < 400; step++) {
      const name = `n${draw(12)}`;
      writes.push(draw(4) === 0 ? remove(store, name) : put(store, name, `${step}`));
      if (draw(8) === 0) await writes.at(-1);
      if (draw(10) === 0) {
        const back = draw(20);
        followers.push(new Follower(store, Math.max(store.oldest, 1, store.revision - back)));
      }
    }
    await Promise.all(writes);
    const state = new Map(store.list(resource).items.map(stored => [stored.place.name, valueOf(stored)]));
    assert.ok(followers.length > 10);
    for (const follower of followers) assert.deepEqual(follower.state, state);
  });
}

test('pages of a list at a revision are the list as it was then, whatever has been written since', async context => {
  const store = await open(context);
  const draw = numbers(7);
  const snapshots: { revision: number; namespace: string | undefined; names: string[] }[] = [];
  const shown = (stored: Stored): string =>
    `${stored.place.namespace}/${stored.place.name} ${String(valueOf(stored))}`;
  for (let step = 0; step < 300; step++) {
    const [name, namespace] = [`n${draw(9)}`, ['a', 'a-b', 'b'][draw(3)]];
    if (draw(3) === 0) await store.write(place(name, namespace), () => ({ remove: true }));
    else await put(store, name, `${step}`, namespace);
    const only = draw(2) === 0 ? undefined : namespace;
    const { revision, items } = store.list(resource, { namespace: only });
    snapshots.push({ revision, namespace: only, names: items.map(shown) });
  }
  for (const { revision, namespace, names } of snapshots) {
    const seen: string[] = [];
    let after: Pick<Place, 'namespace' | 'name'> | undefined;
    do {
      const page = store.list(resource, { namespace, at: revision, limit: 1 + draw(5), after });
      seen.push(...page.items.map(shown));
      assert.equal(page.remaining ?? 0, names.length - seen.length);
      after = page.next;
    } while (after !== undefined);
    assert.deepEqual(seen, names);
  }
});

test('state, revisions and history outlive a restart', async context => {
  const path = join(folder(context), 'state.db');
  const before = await openStore({ path, now: Date.now });
  await put(before, 'a', '1');
  const { revision: start } = before;
  await put(before, 'a', '2');
  await put(before, 'b', '1');
  await remove(before, 'a');
  const { revision } = before;
  await before.close();
  const after = await open(context, path);
  assert.equal(after.revision, revision);
  const changes: string[] = [];
  after.watch(resource, start, {
    onChange: ({ type, stored, previous }) =>
      changes.push(`${type} ${stored.place.name} ${String(valueOf(stored))} ${String(valueOf(previous))}`),
  });
  assert.deepEqual(changes, ['modified a 2 1', 'added b 1 undefined', 'deleted a 2 2']);
  const next = await put(after, 'c', '1');
  assert.equal(next.revision, revision + 1);
});

test('history is forgotten in memory and on the disk, the state is not', async context => {
  const path = join(folder(context), 'state.db');
  const store = await openStore({ path, now: Date.now });
  for (const value of ['1', '2', '3']) await put(store, 'a', value);
  await put(store, 'b', '1');
  await remove(store, 'b');
  const { revision } = store;
  await store.compact();
  assert.throws(() => store.watch(resource, revision - 1, { onChange: () => {} }), {
    code: 'store-compacted',
  });
  assert.throws(() => store.list(resource, { at: revision - 1 }), { code: 'store-compacted' });
  store.watch(resource, revision, { onChange: () => {} })();
  await store.close();
  const database = new DatabaseSync(path);
  assert.equal(database.prepare('SELECT count(*) AS count FROM log').get()?.['count'], 1);
  database.close();
  const again = await open(context, path);
  assert.equal(again.oldest, revision);
  assert.equal(again.revision, revision);
  assert.equal(valueOf(again.get(place('a'))), '3');
});

test('history is forgotten by age', async context => {
  let now = 1_000_000;
  const store = await openStore({ now: () => now, keep: 20 });
  context.after(() => store.close());
  await put(store, 'a', '1');
  const { revision } = store;
  now += 1000;
  await put(store, 'a', '2');
  while (store.oldest < revision) await new Promise(resolve => setImmediate(resolve));
  assert.equal(store.oldest, revision);
});

test('a folder serves one cluster at a time', async context => {
  const path = join(folder(context), 'state.db');
  await open(context, path);
  await assert.rejects(openStore({ path, now: Date.now }), (error: Error & { code: string }) => {
    assert.equal(error.code, 'store-locked');
    assert.match(error.message, new RegExp(`by process ${process.pid}`));
    return true;
  });
});

test('a file of a newer release or of another program is left untouched', async context => {
  const path = join(folder(context), 'state.db');
  await (await openStore({ path, now: Date.now })).close();
  const copy = join(folder(context), 'other.db');
  copyFileSync(path, copy);
  const newer = new DatabaseSync(path);
  context.after(() => newer.close());
  newer.exec('PRAGMA user_version = 99');
  // Of a release that was killed: what it wrote last is in the log beside the file.
  const files = [path, `${path}-wal`];
  const before = files.map(file => readFileSync(file));
  assert.ok((before[1] as Buffer).length > 0);
  await assert.rejects(openStore({ path, now: Date.now }), { code: 'store-newer' });
  assert.deepEqual(
    files.map(file => readFileSync(file)),
    before,
  );
  const other = new DatabaseSync(copy);
  other.exec('PRAGMA application_id = 7');
  other.close();
  await assert.rejects(openStore({ path: copy, now: Date.now }), { code: 'store-damaged' });
});

test('a file of the first layout is opened, with its history, and brought to the present one', async context => {
  const path = join(folder(context), 'state.db');
  const first = new DatabaseSync(path);
  first.exec(`
    CREATE TABLE log (
      revision INTEGER PRIMARY KEY, resource TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
      value TEXT, time INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX log_by_place ON log (resource, namespace, name, revision);
    CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
    INSERT INTO facts VALUES ('compacted', '2');
    PRAGMA user_version = 1; PRAGMA application_id = 0x64617674`);
  const insert = first.prepare('INSERT INTO log VALUES (?, ?, ?, ?, ?, ?)');
  for (const [revision, name, value] of [
    [2, 'a', '1'],
    [3, 'a', '2'],
    [4, 'b', '1'],
    [5, 'b', undefined],
  ] as const) {
    const text = value === undefined ? null : JSON.stringify(object(name, value));
    insert.run(revision, resource, 'ns', name, text, Date.now());
  }
  first.close();
  const store = await open(context, path);
  assert.deepEqual(store.list(resource).items.map(valueOf), ['2']);
  const seen: string[] = [];
  const stop = store.watch(resource, 2, {
    onChange: ({ type, stored }) => seen.push(`${type} ${stored.place.name}`),
  });
  assert.deepEqual(seen, ['modified a', 'added b', 'deleted b']);
  stop();
  assert.equal((await put(store, 'a', '3')).revision, 6);
  await store.close();
  const now = new DatabaseSync(path);
  context.after(() => now.close());
  assert.equal(now.prepare('PRAGMA user_version').get()?.['user_version'], 2);
  assert.equal(
    now
      .prepare("SELECT count(*) AS count FROM sqlite_schema WHERE type = 'index' AND name = 'log_by_place'")
      .get()?.['count'],
    0,
  );
});

test('a folder that cannot be made is said so', async context => {
  const path = join(folder(context), 'file');
  writeFileSync(path, '');
  await assert.rejects(openStore({ path: join(path, 'state.db'), now: Date.now }), {
    code: 'store-unavailable',
  });
});

test('a backup is restored in the place of what there is, and goes on with revisions nobody has seen', async context => {
  const path = join(folder(context), 'state.db');
  const backup = join(folder(context), 'backup.db');
  const store = await openStore({ path, now: Date.now });
  await put(store, 'a', '0');
  await put(store, 'a', '1');
  await put(store, 'gone', '1');
  await remove(store, 'gone');
  await store.backup(backup);
  await assert.rejects(store.backup(backup), { code: 'store-backup-exists' });
  await put(store, 'a', '2');
  await put(store, 'b', '1');
  const { revision } = store;
  assert.throws(() => restoreStore(backup, path), { code: 'store-locked' });
  await store.close();
  restoreStore(backup, path);
  const restored = await open(context, path);
  assert.deepEqual(restored.list(resource).items.map(valueOf), ['1']);
  assert.throws(() => restored.watch(resource, revision, { onChange: () => {} }), {
    code: 'store-compacted',
  });
  assert.ok((await put(restored, 'a', '3')).revision > revision);
  const replaced = await open(context, `${path}.replaced`);
  assert.deepEqual(replaced.list(resource).items.map(valueOf), ['2', '1']);
});

test('a backup that is none is not restored; a state that is damaged is no obstacle', async context => {
  const path = join(folder(context), 'state.db');
  const backup = join(folder(context), 'backup.db');
  const store = await openStore({ path, now: Date.now });
  await put(store, 'a', '1');
  await store.backup(backup);
  await store.close();
  const broken = join(folder(context), 'broken.db');
  const bytes = readFileSync(backup);
  for (const content of [
    Buffer.from('no database'),
    Buffer.alloc(0),
    bytes.subarray(0, bytes.length - 4096),
  ]) {
    writeFileSync(broken, content);
    assert.throws(() => restoreStore(broken, path), { code: 'store-damaged' });
  }
  writeFileSync(path, 'x'.repeat(10_000));
  await assert.rejects(openStore({ path, now: Date.now }), { code: 'store-damaged' });
  restoreStore(backup, path);
  const restored = await open(context, path);
  assert.equal(valueOf(restored.get(place('a'))), '1');
  const elsewhere = join(folder(context), 'new', 'state.db');
  restoreStore(backup, elsewhere);
  assert.equal(valueOf((await open(context, elsewhere)).get(place('a'))), '1');
});

test('a state of which one text is no JSON is not opened, and one that is nested deeply is', async context => {
  const path = join(folder(context), 'state.db');
  const store = await openStore({ path, now: Date.now });
  await put(store, 'a', '1');
  await put(store, 'b', '2');
  await store.close();
  const change = (name: string, value: string): void => {
    const file = new DatabaseSync(path);
    file.prepare('UPDATE log SET value = ? WHERE name = ?').run(value, name);
    file.close();
  };
  const nested = '['.repeat(2000) + ']'.repeat(2000);
  change('b', `{"metadata":{"name":"b"},"data":{"value":"3"},"nested":${nested}}`);
  const deep = await openStore({ path, now: Date.now });
  assert.equal(valueOf(deep.get(place('b'))), '3');
  await deep.close();
  change('a', '{"metadata":');
  const told = { code: 'store-damaged', message: /\/a, revision \d+, is no JSON/ };
  await assert.rejects(openStore({ path, now: Date.now }), told);
});

test('who begins or ceases to watch while a change is told has each change once', async context => {
  const store = await open(context);
  await put(store, 'a', '0');
  const first: number[] = [];
  const second: number[] = [];
  let begun = false;
  const stop = store.watch(resource, store.revision, {
    onChange: ({ stored }) => {
      first.push(stored.revision);
      if (begun) return;
      begun = true;
      store.watch(resource, stored.revision - 1, { onChange: change => second.push(change.stored.revision) });
    },
  });
  const ones = await Promise.all([put(store, 'a', '1'), put(store, 'b', '1')]);
  assert.deepEqual(
    first,
    ones.map(one => one.revision),
  );
  assert.deepEqual(second, first);
  stop();
  stop();
  const third = await put(store, 'a', '2');
  assert.equal(first.length, 2);
  assert.equal(second.at(-1), third.revision);
});

test('closing waits for what is on its way, and tells it before the end', async context => {
  const store = await openStore({ path: join(folder(context), 'state.db'), now: Date.now });
  const told: string[] = [];
  store.watch(resource, store.revision, {
    onChange: ({ stored }) => told.push(stored.place.name),
    onEnd: () => told.push('end'),
  });
  const writes = ['a', 'b'].map(name => put(store, name, '1'));
  await store.close();
  await Promise.all(writes);
  assert.deepEqual(told, ['a', 'b', 'end']);
  await assert.rejects(put(store, 'c', '1'), { code: 'store-closed' });
});

test('history is bounded by what it holds, whatever its age', async context => {
  const store = await open(context, join(folder(context), 'state.db'));
  const large = 'x'.repeat(1_000_000);
  for (let count = 0; count < 70; count++) await put(store, `n${count % 2}`, large);
  while (store.oldest === 0) await new Promise(resolve => setImmediate(resolve));
  const kept = store.revision - store.oldest;
  assert.ok(kept > 20 && kept < 60, `${kept} changes are kept`);
});

test('when the disk is full writes fail, reads go on and nothing is broken', async context => {
  const path = join(folder(context), 'state.db');
  await (await openStore({ path, now: Date.now })).close();
  const small = new DatabaseSync(path);
  const pages = small.prepare('PRAGMA page_count').get()?.['page_count'] as number;
  small.close();
  const store = await openStore({ path, now: Date.now, pages: pages + 20 });
  context.after(() => store.close());
  await put(store, 'a', '1');
  const large = 'x'.repeat(200_000);
  const failing = [put(store, 'b', large), store.write(place('a'), () => ({ write: object('a', '2') }))];
  for (const one of failing) await assert.rejects(one, { code: 'store-unavailable' });
  assert.equal(valueOf(store.get(place('a'))), '1');
  assert.equal(store.get(place('b')), undefined);
  await put(store, 'a', '3');
  assert.equal(valueOf(store.get(place('a'))), '3');
});
