/**
 * What the queue of a pod costs, in a minute: `node bench/queue.ts [seconds] [rounds]`. Iris over V2: straight to the model server,
 * through the queue in its process, through one with a limit, and through `davit queue-proxy` in front of it. Servers on core 0,
 * wrk on core 1; the roads are taken in turn, and the ratios are those of the rounds.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { millisecondsOf } from './accounting.ts';
import { root } from './davit.ts';
import { machine } from './machine.ts';
import { median } from './statistics.ts';
import { runWrk } from './wrk.ts';

const [seconds = 2, rounds = 5] = process.argv.slice(2).map(Number);
const connections = 32;
const example = join(root, 'examples/iris');
const children: ChildProcess[] = [];
const anyPort = ['--admin-port', '0', '--stat-port', '0', '--metrics-port', '0'];

interface Started {
  readonly child: ChildProcess;
  /** Ports by the events that told them. */
  readonly ports: Readonly<Record<string, number>>;
}

/** Starts a command on core 0; resolves once it has told of all these events. */
async function start(
  words: readonly string[],
  events: readonly string[],
  env: Record<string, string>,
): Promise<Started> {
  const child = spawn('taskset', ['-c', '0', join(root, 'bin/davit'), ...words], {
    env: { ...process.env, DAVIT_LOG_FORMAT: 'json', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  children.push(child);
  const ports: Record<string, number> = {};
  for await (const text of createInterface({ input: child.stderr })) {
    const line = JSON.parse(text) as { event: string; port?: number; url?: string };
    ports[line.event] = line.port ?? Number(line.url?.split(':').at(-1));
    if (events.every(event => event in ports)) return { child, ports };
  }
  throw new Error(`davit ${words.join(' ')} ended before it served`);
}

const queueServes = 'queue-proxy serves';

/** A model server with a queue of so many at once in its process. */
async function server(concurrency: number): Promise<Started> {
  const env = { QUEUE_SERVING_PORT: '0', CONTAINER_CONCURRENCY: String(concurrency) };
  const sidecars = JSON.stringify([{ name: 'queue-proxy', env, args: anyPort }]);
  const words = ['serve', join(example, 'iris-model.joblib'), '--http-port', '0'];
  return start(words, ['serving', queueServes], { DAVIT_SIDECARS: sidecars });
}

interface Road {
  readonly name: string;
  readonly port: number;
  readonly processes: readonly ChildProcess[];
  readonly rates: number[];
  readonly micros: number[];
}

async function roads(): Promise<Road[]> {
  const free = await server(0);
  const limited = await server(connections);
  const env = { QUEUE_SERVING_PORT: '0', USER_PORT: String(free.ports['serving']) };
  const proxy = await start(['queue-proxy', ...anyPort], [queueServes], env);
  const road = (name: string, port: number | undefined, ...processes: Started[]): Road => ({
    name,
    port: port ?? 0,
    processes: processes.map(({ child }) => child),
    rates: [],
    micros: [],
  });
  return [
    road('straight to the server', free.ports['serving'], free),
    road('queue in its process', free.ports[queueServes], free),
    road(`the same, ${connections} at once`, limited.ports[queueServes], limited),
    road('davit queue-proxy in front', proxy.ports[queueServes], free, proxy),
  ];
}

async function take(road: Road): Promise<void> {
  const cpu = (): number => road.processes.reduce((sum, child) => sum + millisecondsOf(child), 0);
  const before = cpu();
  const load = await runWrk({
    port: road.port,
    path: '/v2/models/iris-model/infer',
    bodyFile: join(example, 'iris-input.json'),
    connections,
    seconds,
    core: 1,
  });
  if (load.errors > 0) throw new Error(`${road.name}: ${load.errors} errors`);
  road.rates.push(load.rate);
  road.micros.push(((cpu() - before) * 1000) / load.requests);
}

try {
  const all = await roads();
  for (let round = 0; round <= rounds; round++) for (const road of all) await take(road);
  const [base] = all as [Road];
  process.stdout.write(`${machine()}\n`);
  for (const { name, rates, micros } of all) {
    // The first round warms up.
    const ratio = median(rates.slice(1).map((rate, at) => rate / (base.rates[at + 1] as number)));
    const rate = Math.round(median(rates.slice(1)));
    const cost = median(micros.slice(1)).toFixed(1);
    process.stdout.write(
      `${name.padEnd(28)} ${rate} requests/s, ${ratio.toFixed(2)} of straight, CPU ${cost} µs/request\n`,
    );
  }
} finally {
  for (const child of children) child.kill('SIGKILL');
}
