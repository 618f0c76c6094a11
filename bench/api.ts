/**
 * What the Kubernetes API costs beside etcd and kube-apiserver: `node bench/api.ts [seconds] [rounds]`. The programs are found on PATH, or
 * by ETCD and KUBE_APISERVER. Servers on core 0, who asks on core 1; the two take turns, and the ratios are those of the rounds.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Cluster, davitStarter, kubernetesStarter, type Starter } from './api/clusters.ts';
import { crowdWork, fanOut, fill, prepare, type Work, works } from './api/work.ts';
import { machine } from './machine.ts';
import { median, pairedRatios, quantile, spread } from './statistics.ts';
import { figure, spreadText, table } from './table.ts';

const [seconds = 2, rounds = 3] = process.argv.slice(2).map(Number);
const watchers = 200;
const writes = 50;
const starts = 5;

interface Measured {
  readonly what: string;
  readonly side: string;
  readonly round: number;
  /** Milliseconds. */
  readonly middle: number;
  readonly late: number;
  /** Of CPU for a request. */
  readonly micros: number;
}

/** Milliseconds that servers are left alone before it is looked at how much memory they have: only then their collectors give some back. */
const rest = 20_000;

let number = 0;

/** Asks for some seconds. */
async function take(cluster: Cluster, work: Work, round: number): Promise<Measured> {
  const times: number[] = [];
  const before = cluster.cpu();
  const until = performance.now() + seconds * 1000;
  const one = async (): Promise<void> => {
    while (performance.now() < until) {
      const began = performance.now();
      await work.ask(cluster.asking, number++);
      times.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: work.concurrency }, one));
  const micros = ((cluster.cpu() - before) * 1e6) / times.length;
  const what = work.concurrency === 1 ? work.name : `${work.name}, ${work.concurrency} at once`;
  const [middle, late] = [median(times), quantile(times, 0.99)];
  return { what, side: cluster.name, round, middle, late, micros };
}

async function takeFanOut(cluster: Cluster, round: number): Promise<Measured> {
  const before = cluster.cpu();
  const times = await fanOut(cluster.asking, watchers, writes);
  const micros = ((cluster.cpu() - before) * 1e6) / writes;
  const what = `write → ${watchers} watchers told`;
  return { what, side: cluster.name, round, middle: median(times), late: quantile(times, 0.99), micros };
}

function rowsOf(all: readonly Measured[], [peer, own]: readonly [string, string]): string[][] {
  return [...new Set(all.map(one => one.what))].map(what => {
    const of = (side: string, key: 'middle' | 'late' | 'micros'): Map<number, number> =>
      new Map(all.filter(one => one.what === what && one.side === side).map(one => [one.round, one[key]]));
    const middle = (side: string, key: 'middle' | 'late' | 'micros'): string =>
      figure(median([...of(side, key).values()]));
    const ratio = (key: 'middle' | 'micros'): string =>
      spreadText(spread(pairedRatios(of(peer, key), of(own, key))));
    const cells = [peer, own].map(side => `${middle(side, 'middle')} / ${middle(side, 'late')}`);
    const costs = [peer, own].map(side => middle(side, 'micros'));
    return [what, ...cells, ratio('middle'), ...costs, ratio('micros')];
  });
}

/** Starts with what is there already, the servers' pages in memory. */
async function timeStarts(sides: readonly (readonly [Starter, string])[]): Promise<string[][]> {
  const times = new Map<string, number[]>();
  for (let run = 0; run <= starts; run++) {
    for (const [starter, folder] of sides) {
      const cluster = await starter(folder);
      // The first one warms up.
      if (run > 0) times.set(cluster.name, [...(times.get(cluster.name) ?? []), cluster.startup]);
      await cluster.stop();
    }
  }
  return [...times].map(([name, values]) => [name, spreadText(spread(values))]);
}

const folder = mkdtempSync(join(tmpdir(), 'davit-bench-api-'));
const sides = [
  [kubernetesStarter, join(folder, 'kubernetes')],
  [davitStarter, join(folder, 'davit')],
] as const;
execFileSync('taskset', ['-acp', '1', String(process.pid)], { stdio: 'ignore' });
let clusters: readonly Cluster[] = [];
try {
  process.stdout.write(`${machine()}\n\n`);
  for (const [starter, place] of sides) clusters = [...clusters, await starter(place)];
  const memory = new Map(clusters.map(cluster => [cluster.name, [] as number[]]));
  const remember = (): void => {
    for (const cluster of clusters) memory.get(cluster.name)?.push(cluster.memory());
  };
  await sleep(rest);
  remember();
  const measured: Measured[] = [];
  for (const cluster of clusters) await prepare(cluster.asking);
  for (let round = 0; round < rounds; round++) {
    for (const work of works) {
      for (const cluster of clusters) measured.push(await take(cluster, work, round));
      process.stderr.write(`round ${round + 1}/${rounds}: ${work.name}\n`);
    }
    for (const cluster of clusters) measured.push(await takeFanOut(cluster, round));
  }
  for (const cluster of clusters) await fill(cluster.asking, 'crowd');
  await sleep(rest);
  remember();
  for (let round = 0; round < rounds; round++) {
    for (const cluster of clusters) measured.push(await take(cluster, crowdWork, round));
  }
  const [peer, own] = clusters.map(cluster => cluster.name) as [string, string];
  const head = [peer, own].map(name => `${name}: ms p50 / p99`);
  const costs = [peer, own].map(name => `${name}: CPU µs`);
  const ratio = `${peer} ÷ ${own}`;
  const columns = ['', ...head, `p50, ${ratio}`, ...costs, `CPU, ${ratio}`];
  process.stdout.write(`${table(columns, rowsOf(measured, [peer, own]))}\n\n`);
  const memories = [...memory].map(([name, values]) => [name, ...values.map(figure)]);
  process.stdout.write(`${table(['resident, MiB', 'idle', 'with 10,000 objects'], memories)}\n\n`);
  for (const cluster of clusters) await cluster.stop();
  clusters = [];
  const times = await timeStarts(sides);
  process.stdout.write(`${table(['start with those objects → /readyz', 'ms'], times)}\n`);
} finally {
  for (const cluster of clusters) await cluster.stop();
  rmSync(folder, { recursive: true, force: true });
}
