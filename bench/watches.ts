/**
 * What watches cost that nothing happens to: `node bench/watches.ts [watches] [seconds]`, 10,000 and 5 by default. They come over HTTP/2, a
 * hundred a connection, as clients of Kubernetes have them; others ask before they are there, while they are, and once they have gone.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { ClientHttp2Session } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Cluster, davitStarter } from './api/clusters.ts';
import { prepare, type Work, works } from './api/work.ts';
import { machine } from './machine.ts';
import { median, quantile } from './statistics.ts';
import { table } from './table.ts';

const [watches = 10_000, seconds = 5] = process.argv.slice(2).map(Number);
/** Below what the server lets a connection have. */
const each = 100;
/** Collections that are watched in turn, of what is always there. */
const watched = ['configmaps', 'secrets', 'pods', 'services', 'events'];

interface Asked {
  readonly when: string;
  readonly what: string;
  /** Milliseconds. */
  readonly middle: number;
  readonly late: number;
}

async function take(cluster: Cluster, when: string, work: Work): Promise<Asked> {
  const times: number[] = [];
  const until = performance.now() + seconds * 1000;
  for (let number = 0; performance.now() < until; number++) {
    const began = performance.now();
    await work.ask(cluster.asking, number);
    times.push(performance.now() - began);
  }
  return { when, what: work.name, middle: median(times), late: quantile(times, 0.99) };
}

/** Begins watches of a namespace in which nothing is; resolves when all have been answered. */
async function begin({ asking }: Cluster): Promise<ClientHttp2Session[]> {
  const sessions: ClientHttp2Session[] = [];
  for (let begun = 0; begun < watches; begun += each) {
    const session = asking.session();
    sessions.push(session);
    const streams = Array.from({ length: Math.min(each, watches - begun) }, async (_, index) => {
      const plural = watched[index % watched.length];
      const path = `/api/v1/namespaces/kube-node-lease/${plural}?watch=true&allowWatchBookmarks=true`;
      const stream = session.request({ ':path': path });
      const [head] = (await once(stream, 'response')) as [{ ':status'?: number }];
      if (head[':status'] !== 200) throw new Error(`a watch was answered ${head[':status']}`);
      stream.resume();
    });
    await Promise.all(streams);
  }
  return sessions;
}

const folder = mkdtempSync(join(tmpdir(), 'davit-watches-'));
const cluster = await davitStarter(folder);
const rows: Asked[] = [];
try {
  await prepare(cluster.asking);
  const kinds = works.filter(
    ({ name, concurrency }) => concurrency === 1 && /^(get|merge patch)$/.test(name),
  );
  const takeAll = async (when: string): Promise<void> => {
    for (const work of kinds) rows.push(await take(cluster, when, work));
  };
  await takeAll('before');
  await sleep(2000);
  const [memory, began] = [cluster.memory(), performance.now()];
  const sessions = await begin(cluster);
  const took = performance.now() - began;
  await sleep(2000);
  const grown = cluster.memory() - memory;
  const idle = cluster.cpu();
  await sleep(10_000);
  const share = (cluster.cpu() - idle) / 10;
  await takeAll('while they are there');
  for (const session of sessions) session.destroy();
  await sleep(2000);
  await takeAll('once they have gone');
  process.stdout.write(`${machine()}\n\n`);
  process.stdout.write(
    `${watches} watches begun in ${(took / 1000).toFixed(1)} s: ${memory.toFixed(0)} MiB before, ${grown.toFixed(0)} MiB more, ${((grown * 1024) / watches).toFixed(1)} KiB each; ${(share * 100).toFixed(1)} % of a core while nobody asks\n\n`,
  );
  const cells = rows.map(({ when, what, middle, late }) => [what, when, middle.toFixed(2), late.toFixed(2)]);
  process.stdout.write(table(['', 'watches', 'p50 ms', 'p99 ms'], cells));
} finally {
  await cluster.stop();
  rmSync(folder, { recursive: true, force: true });
}
