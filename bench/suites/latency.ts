import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from '../ask.ts';
import { davit, pythonPeers } from '../lineup.ts';
import { waitQuiet } from '../measure.ts';
import { probe, type Probed } from '../probe.ts';
import type { Running, Server } from '../running.ts';
import type { Session } from '../session.ts';
import { median, quantile } from '../statistics.ts';
import { figure, table } from '../table.ts';
import { isRight, type Workload, workload } from '../workload.ts';

const batchRows = 100_000;

/** The thousand rows again and again. */
function batch(): Workload {
  const thousand = workload('forest', 1000);
  const body = JSON.parse(thousand.body.toString()) as {
    inputs: { shape: number[]; data: number[] }[];
  };
  const times = batchRows / 1000;
  const repeat = <T>(values: readonly T[]): T[] => Array.from({ length: times }, () => values).flat();
  const inputs = body.inputs.map(input => ({
    ...input,
    shape: [batchRows, input.shape[1]],
    data: repeat(input.data),
  }));
  return {
    ...thousand,
    name: `forest-${batchRows}`,
    body: Buffer.from(JSON.stringify({ inputs })),
    truth: repeat(thousand.truth),
  };
}

type ProbeName = 'health' | 'iris';

function probes(running: Running, names: readonly ProbeName[], endsAt: () => number): Promise<Probed[]> {
  const two = workload('iris', 2);
  const { port } = running;
  return Promise.all(
    names.map(name =>
      name === 'health'
        ? probe({ port, path: '/v2/health/live' }, ({ status }) => status === 200, endsAt)
        : probe({ port, path: two.path, body: two.body }, answer => isRight(answer, two), endsAt),
    ),
  );
}

async function alone(running: Running, names: readonly ProbeName[], seconds: number): Promise<Probed[]> {
  const end = performance.now() + seconds * 1000;
  return probes(running, names, () => end);
}

async function beside(running: Running, names: readonly ProbeName[], big: Workload) {
  let end = Infinity;
  const began = performance.now();
  const computing = ask({ port: running.port, path: big.path, body: big.body }).finally(() => {
    end = performance.now();
  });
  const [answer, probed] = await Promise.all([computing, probes(running, names, () => end)]);
  return { seconds: (end - began) / 1000, probed, right: isRight(answer, big), status: answer.status };
}

interface Stretch {
  readonly server: string;
  readonly cores: number;
  readonly probe: ProbeName;
  readonly batch: boolean;
  readonly latencies: readonly number[];
  readonly failures: number;
}

async function stretches(
  session: Session,
  running: Running,
  names: readonly ProbeName[],
  big: Workload,
): Promise<{ all: Stretch[]; seconds: number[] }> {
  const { rounds, seconds, patience } = session.options;
  const { name: server, cores } = running.server;
  const all: Stretch[] = [];
  const took: number[] = [];
  const keep = (probed: readonly Probed[], withBatch: boolean): void => {
    for (const [i, one] of probed.entries()) {
      all.push({ server, cores, probe: names[i]!, batch: withBatch, ...one });
    }
  };
  await alone(running, names, 1);
  for (let round = 0; round < rounds; round++) {
    await waitQuiet(patience);
    keep(await alone(running, names, seconds), false);
    const busy = await beside(running, names, big);
    keep(busy.probed, true);
    took.push(busy.seconds);
    const outcome = busy.right ? 'right' : `WRONG (${busy.status})`;
    session.tell(
      `${server} on ${cores} core(s), round ${round + 1}: batch ${outcome} in ${figure(busy.seconds)} s`,
    );
    if (!busy.right) session.unfit.push(`${server}: the batch's answer`);
    await sleep(100);
  }
  return { all, seconds: took };
}

const trio = (latencies: readonly number[]): string =>
  [quantile(latencies, 0.5), quantile(latencies, 0.99), quantile(latencies, 1)].map(figure).join(' / ');

function row(
  all: readonly Stretch[],
  name: ProbeName,
  { server, cores }: Stretch,
  seconds: readonly number[],
) {
  const latencies = (withBatch: boolean): readonly number[] =>
    all.filter(one => one.probe === name && one.batch === withBatch).flatMap(one => one.latencies);
  const failures = all.filter(one => one.probe === name).reduce((sum, one) => sum + one.failures, 0);
  const took = figure(median(seconds));
  return [server, String(cores), name, trio(latencies(false)), trio(latencies(true)), took, String(failures)];
}

/** How health and a small model answer while another request keeps the server busy for seconds. */
export async function latency(session: Session): Promise<void> {
  const big = batch();
  const onCores = (servers: readonly Server[]): readonly Server[] =>
    [1, 2].flatMap(cores => servers.map(server => ({ ...server, cores })));
  const ours = session.chosen(session.builds.map(build => davit(build)));
  const peers = session.chosen(pythonPeers('forest'));
  const rows: string[][] = [];
  for (const server of onCores([...ours, ...peers])) {
    const isOurs = ours.some(({ name }) => name === server.name);
    const names: readonly ProbeName[] = isOurs ? ['health', 'iris'] : ['health'];
    await session.with([server], workload('forest', 1), async ([running]) => {
      if (running === undefined) return;
      const { all, seconds } = await stretches(session, running, names, big);
      for (const name of names) rows.push(row(all, name, all[0]!, seconds));
      for (const { latencies, ...one } of all) {
        session.record('latency', { ...one, ...percentiles(latencies) });
      }
    });
  }
  const head = [
    'server',
    'cores',
    'probe',
    'alone: p50 / p99 / max ms',
    'beside the batch: p50 / p99 / max ms',
  ];
  const title = `## Answers while a batch of ${batchRows.toLocaleString('en-US')} rows computes on the forest`;
  session.print(`${title}\n\n${table([...head, 'batch s', 'failures'], rows)}`);
}

function percentiles(latencies: readonly number[]): object {
  const [p50, p99, max] = [0.5, 0.99, 1].map(share => quantile(latencies, share));
  return { p50, p99, max, count: latencies.length };
}
