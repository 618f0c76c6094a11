/**
 * What the way over a ClusterIP costs beside the way to the pod itself: `node bench/clusterip.ts [seconds] [rounds]`. Iris over V2,
 * straight to a model server, and through the proxy of a Service. Both on core 0, wrk on core 1; the roads are taken in turn, and the ratios are
 * those of the rounds.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { millisecondsOf } from './accounting.ts';
import { root } from './davit.ts';
import { machine } from './machine.ts';
import { median } from './statistics.ts';
import { runWrk } from './wrk.ts';

const [seconds = 2, rounds = 7] = process.argv.slice(2).map(Number);
const connections = 32;
const example = join(root, 'examples/iris');
const children: ChildProcess[] = [];

function start(words: readonly string[]): ChildProcess {
  const child = spawn('taskset', ['-c', '0', ...words], {
    env: { ...process.env, DAVIT_LOG_FORMAT: 'json' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
}

interface Started {
  readonly child: ChildProcess;
  readonly port: number;
}

async function server(): Promise<Started> {
  const model = join(example, 'iris-model.joblib');
  const child = start([join(root, 'bin/davit'), 'serve', model, '--http-port', '0']);
  if (child.stderr === null) throw new Error('no log to read');
  for await (const text of createInterface({ input: child.stderr })) {
    const { event, url } = JSON.parse(text) as { event: string; url?: string };
    if (event === 'serving' && url !== undefined) return { child, port: Number(new URL(url).port) };
  }
  throw new Error('the server ended before it served');
}

async function proxy(endpoint: number): Promise<Started> {
  const program = join(import.meta.dirname, 'peers/clusterip.ts');
  const child = start([process.execPath, program, String(endpoint)]);
  const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer];
  return { child, port: Number(line.toString()) };
}

class Road {
  readonly name: string;
  readonly rates: number[] = [];
  readonly micros: number[] = [];
  readonly #port: number;
  readonly #processes: readonly ChildProcess[];

  constructor(name: string, ...processes: readonly [Started, ...Started[]]) {
    this.name = name;
    this.#port = processes[0].port;
    this.#processes = processes.map(({ child }) => child);
  }

  get #cpu(): number {
    return this.#processes.reduce((sum, child) => sum + millisecondsOf(child), 0);
  }

  async take(): Promise<void> {
    const before = this.#cpu;
    const bodyFile = join(example, 'iris-input.json');
    const path = '/v2/models/iris-model/infer';
    const load = await runWrk({ port: this.#port, path, bodyFile, connections, seconds, core: 1 });
    if (load.errors > 0) throw new Error(`${this.name}: ${load.errors} errors`);
    this.rates.push(load.rate);
    this.micros.push(((this.#cpu - before) * 1000) / load.requests);
  }
}

/** The median of the rounds' ratios; the first round warms up. */
function ratio(rates: readonly number[], base: readonly number[]): string {
  return median(rates.slice(1).map((one, at) => one / (base[at + 1] as number))).toFixed(2);
}

try {
  const pod = await server();
  const service = await proxy(pod.port);
  const base = new Road('the pod', pod);
  const roads = [base, new Road('its ClusterIP', service, pod)];
  for (let round = 0; round <= rounds; round++) for (const road of roads) await road.take();
  process.stdout.write(`${machine()}\n`);
  for (const { name, rates, micros } of roads) {
    const rate = Math.round(median(rates.slice(1)));
    const cost = median(micros.slice(1)).toFixed(1);
    const part = ratio(rates, base.rates);
    process.stdout.write(
      `${name.padEnd(16)} ${rate} requests/s, ${part} of the pod, CPU ${cost} µs/request\n`,
    );
  }
} finally {
  for (const child of children) child.kill('SIGKILL');
}
