/**
 * Measures the store of the cluster alone, in half a minute: `node --expose-gc bench/store.ts`. Objects are ConfigMaps of about a
 * kilobyte. CPU is that of the whole process, the thread of the file included.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CompactingStore, openStore, type Place } from '../src/cluster/store/index.ts';
import { machine } from './machine.ts';
import { median, quantile } from './statistics.ts';

const resource = 'configmaps';
const value = 'x'.repeat(600);
const folder = mkdtempSync(join(tmpdir(), 'davit-bench-'));
const file = join(folder, 'state.db');

function print(name: string, text: string): void {
  process.stdout.write(`${name.padEnd(44)} ${text}\n`);
}

function placeOf(index: number): Place {
  return { resource, namespace: `ns-${index % 10}`, name: `object-${String(index).padStart(6, '0')}` };
}

function put(store: CompactingStore, index: number): Promise<unknown> {
  const place = placeOf(index);
  const { namespace, name } = place;
  const metadata = {
    name,
    namespace,
    uid: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    labels: { app: `app-${index % 100}`, tier: 'bench' },
    creationTimestamp: '2026-01-01T00:00:00Z',
  };
  return store.write(place, () => ({
    write: { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { value } },
  }));
}

const clock = (): number => performance.now();
const cpu = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

async function lone(store: CompactingStore): Promise<void> {
  const times: number[] = [];
  for (let count = 0; count < 400; count++) {
    const start = clock();
    await put(store, count);
    times.push(clock() - start);
  }
  print(
    'one write after another',
    `p50 ${median(times).toFixed(2)} ms, p99 ${quantile(times, 0.99).toFixed(2)} ms`,
  );
}

async function grouped(store: CompactingStore, writers: number, millis: number): Promise<void> {
  const [start, spent] = [clock(), cpu()];
  let writes = 0;
  const writeOn = async (writer: number): Promise<void> => {
    for (let count = 0; clock() - start < millis; count++, writes++)
      await put(store, writer * 100 + (count % 100));
  };
  await Promise.all(Array.from({ length: writers }, (_, writer) => writeOn(writer)));
  const rate = Math.round(writes / ((clock() - start) / 1000));
  print(
    `${writers} writers at once`,
    `${rate} writes/s, CPU ${((cpu() - spent) / writes).toFixed(1)} µs/write`,
  );
}

function timed(name: string, times: number, act: () => number): void {
  const taken: number[] = [];
  let items = 0;
  for (let count = 0; count < times; count++) {
    const start = clock();
    items = act();
    taken.push(clock() - start);
  }
  print(name, `${median(taken).toFixed(3)} ms (${items} objects)`);
}

function past(store: CompactingStore): void {
  const at = store.revision - 1000;
  timed('list of a page, 1,000 writes ago', 21, () => store.list(resource, { limit: 500, at }).items.length);
}

async function fill(store: CompactingStore, from: number, to: number): Promise<number> {
  const start = clock();
  for (let index = from; index < to; index += 1000) {
    await Promise.all(
      Array.from({ length: Math.min(1000, to - index) }, (_, one) => put(store, index + one)),
    );
  }
  return (clock() - start) / 1000;
}

function lists(store: CompactingStore): void {
  timed(`list of all ${store.count(resource)}`, 21, () => store.list(resource).items.length);
  timed('list of a page of 500', 21, () => store.list(resource, { limit: 500 }).items.length);
}

async function fanOut(store: CompactingStore, watchers: number): Promise<void> {
  let told = 0;
  const stops = Array.from({ length: watchers }, () =>
    store.watch(resource, store.revision, { onChange: () => void told++ }),
  );
  const delays: number[] = [];
  const spent = cpu();
  for (let count = 0; count < 200; count++) {
    const start = clock();
    await put(store, count);
    delays.push(clock() - start);
  }
  const each = (cpu() - spent) / 200;
  for (const stop of stops) stop();
  const text = `write to last told p50 ${median(delays).toFixed(2)} ms, CPU ${each.toFixed(0)} µs/write`;
  print(`${watchers} watchers`, `${text} (${told} told)`);
}

function memory(): number {
  globalThis.gc?.();
  return process.memoryUsage.rss() / 2 ** 20;
}

print('machine', machine());
let store = await openStore({ path: file, now: Date.now });
await lone(store);
await grouped(store, 64, 3000);
await fill(store, 0, 10_000);
lists(store);
past(store);
await fanOut(store, 0);
await fanOut(store, 200);
print('10,000 to 50,000 objects, 1,000 at a time', `${(await fill(store, 10_000, 50_000)).toFixed(1)} s`);
await fanOut(store, 500);
await store.compact();
await store.close();
print('file with 50,000 objects', `${(statSync(file).size / 2 ** 20).toFixed(0)} MiB`);
const before = memory();
const start = clock();
store = await openStore({ path: file, now: Date.now });
print('opening 50,000 objects', `${(clock() - start).toFixed(0)} ms`);
print('memory for them', `${(memory() - before).toFixed(0)} MiB more`);
lists(store);
await fanOut(store, 500);
const copying = clock();
await store.backup(join(folder, 'backup.db'));
print('backup of 50,000 objects', `${(clock() - copying).toFixed(0)} ms`);
await store.close();
rmSync(folder, { recursive: true });
