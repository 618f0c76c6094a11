/** `node fulldisk.ts FOLDER`: fills the disk of a folder while an API server keeps its state there, and prints what clients saw of it. */
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '../../src/cluster/store/index.ts';
import { ask, follow, listening } from './listening.ts';
import { until } from './serving.ts';

const [folder = ''] = process.argv.slice(2);
const maps = '/api/v1/namespaces/default/configmaps';
const path = join(folder, 'state.db');
const ballast = join(folder, 'ballast');

const store = await openStore({ path, now: Date.now });
const server = await listening(store);
const map = (name: string, value: string): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data: { value },
});
const seen: string[] = [];
const end = await follow(server.port, `${maps}?watch=true`, line => {
  const { type, object } = JSON.parse(line) as { type: string; object: { metadata: { name: string } } };
  seen.push(`${type} ${object.metadata.name}`);
});

/** Takes all that is left of the disk. */
function fill(): void {
  const file = openSync(ballast, 'a');
  try {
    for (const size of [65_536, 4096, 256, 1]) {
      try {
        for (;;) writeSync(file, Buffer.alloc(size));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    }
  } finally {
    closeSync(file);
  }
}

const kept: string[] = [];
const create = async (name: string): Promise<number> => {
  const { status } = await ask(server.port, 'POST', maps, map(name, 'x'.repeat(20_000)));
  if (status === 201) kept.push(name);
  return status;
};
const before = await create('before');
fill();
let refused = before;
for (let count = 0; refused === 201 && count < 1000; count++) refused = await create(`filling-${count}`);
const failing = await ask(server.port, 'POST', maps, map('failing', 'x'.repeat(20_000)));
const again = await ask(
  server.port,
  'PATCH',
  `${maps}/before`,
  { data: { more: 'y'.repeat(20_000) } },
  'application/merge-patch+json',
);
const got = await ask(server.port, 'GET', `${maps}/before`);
const listed = await ask(server.port, 'GET', maps);
const absent = await ask(server.port, 'GET', `${maps}/failing`);
const ready = await ask(server.port, 'GET', '/api');
rmSync(ballast);
const after = await create('after');
await until(() => seen.includes('ADDED after'), 'the watch has gone on');
end();
await server.stop();
await store.close();
const opened = await openStore({ path, now: Date.now });
const names = opened.list('configmaps', { namespace: 'default' }).items.map(({ place }) => place.name);
await opened.close();
process.stdout.write(
  JSON.stringify({
    statuses: [
      before,
      refused,
      failing.status,
      got.status,
      listed.status,
      absent.status,
      ready.status,
      after,
    ],
    reason: failing.body.message,
    patch: again.status,
    value: got.body.data.value.length,
    listed: listed.body.items.length === kept.length - 1,
    isKept: names.toSorted().join() === kept.toSorted().join(),
    isSeen: kept.every(name => seen.includes(`ADDED ${name}`)),
    isUnseen: !seen.includes('ADDED failing'),
  }),
);
