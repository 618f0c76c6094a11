/**
 * How long servers in a shared process are away when it ends, and when one of them goes wrong beside them: `node bench/seats.ts [rounds]`.
 * A server is asked again and again, 5 ms after each answer, and what is told is the longest time between two of its answers. Each round
 * has a server of its own that goes wrong. Closing line: the table.
 */
import { median, quantile } from './statistics.ts';
import { machine } from './machine.ts';
import { figure, table } from './table.ts';
import { ask, Asking, isAnswered } from '../test/host/kubelet/asking.ts';
import { SeatsNode } from '../test/host/kubelet/faults/seats.ts';
import type { TestPod } from '../test/host/kubelet/node.ts';

const [rounds = 10] = process.argv.slice(2).map(Number);
/** Makes a request one that may take its time. */
const long = ' '.repeat(500_000);

const faults: Readonly<Record<string, (pod: TestPod) => Promise<unknown>>> = {
  'nothing goes wrong': async () => {},
  'a request loops': pod => ask(pod, { fault: 'loop', long }),
  'a request takes all memory': pod => ask(pod, { fault: 'heap', long }),
  'the process ends': pod => ask(pod, { fault: 'crash' }),
  'the process computes and answers nobody': pod => fetch(`http://${pod.status?.podIP}:8080/planted-loop`),
};

interface Away {
  /** Milliseconds between two answers, at most. */
  readonly longest: number;
  readonly failed: number;
}

async function once(seats: SeatsNode, name: string, fault: (typeof faults)[string]): Promise<Away> {
  const pod = await seats.made(name);
  const neighbour = await seats.neighbourOf(pod);
  const asking = new Asking(() => isAnswered(neighbour));
  await asking.more(20);
  await fault(pod).catch(() => undefined);
  await asking.more(100);
  await asking.stop();
  for (const { metadata } of [pod, neighbour])
    await seats.node.client('pods').delete('default', metadata.name ?? '', { gracePeriodSeconds: 0 });
  return asking;
}

process.stdout.write(`${machine()}\n`);
const seats = await SeatsNode.open();
const rows: string[][] = [];
try {
  for (const [number, [what, fault]] of Object.entries(faults).entries()) {
    const all: Away[] = [];
    for (let round = 0; round < rounds; round++) all.push(await once(seats, `f${number}-${round}`, fault));
    const times = all.map(({ longest }) => longest);
    const failed = all.filter(one => one.failed > 0).length;
    rows.push([what, figure(median(times)), figure(quantile(times, 1)), `${failed} of ${rounds}`]);
  }
} finally {
  await seats.close();
}
const heads = ['what goes wrong beside it', 'away ms, median', 'longest', 'rounds in which it was away'];
process.stdout.write(`${table(heads, rows)}\n`);
