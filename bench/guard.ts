/**
 * What the guard of `davit.dev/direct-access: authorized` costs in the queue of a pod: `node bench/guard.ts [seconds] [rounds]`. Iris over V2
 * through the queue of a model server, the same with a guard that asks a Kubernetes API over TLS, and what is refused by it. The servers
 * on core 0, the API and wrk on core 1; in turn, with the medians of the rounds.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
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
const folder = mkdtempSync(join(tmpdir(), 'davit-guard-'));
const children: ChildProcess[] = [];

function start(core: number, words: readonly string[], env: Record<string, string> = {}): ChildProcess {
  const child = spawn('taskset', ['-c', String(core), ...words], {
    env: { ...process.env, DAVIT_LOG_FORMAT: 'json', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
}

interface Place {
  readonly port: number;
  readonly token: string;
}

async function api(): Promise<Place> {
  const child = start(1, [process.execPath, join(import.meta.dirname, 'peers/guard.ts'), folder]);
  const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer];
  return JSON.parse(line.toString()) as Place;
}

/** A model server with a queue in its process; the port of the queue. */
async function server(guard?: string): Promise<Road> {
  const ports = ['--admin-port', '0', '--stat-port', '0', '--metrics-port', '0'];
  const told = { name: 'queue-proxy', env: { QUEUE_SERVING_PORT: '0' }, args: ports };
  const env = {
    DAVIT_SIDECARS: JSON.stringify([told]),
    ...(guard !== undefined && { DAVIT_GUARD: guard }),
  };
  const words = [join(root, 'bin/davit'), 'serve', join(example, 'iris-model.joblib'), '--http-port', '0'];
  const child = start(0, words, env);
  child.stdout?.resume();
  if (child.stderr === null) throw new Error('no log to read');
  for await (const text of createInterface({ input: child.stderr })) {
    const { event, port } = JSON.parse(text) as { event: string; port?: number };
    if (event !== 'queue-proxy serves' || port === undefined) continue;
    child.stderr.resume();
    return { child, port };
  }
  throw new Error('the server ended before it served');
}

interface Road {
  readonly child: ChildProcess;
  readonly port: number;
}

interface Lane extends Road {
  readonly name: string;
  readonly header: string;
  /** Whether it is refused. */
  readonly fails?: boolean;
  readonly micros: number[];
  readonly rates: number[];
}

async function take({ name, child, port, header, fails, micros, rates }: Lane): Promise<void> {
  const before = millisecondsOf(child);
  const bodyFile = join(example, 'iris-input.json');
  const path = '/v2/models/iris-model/infer';
  const load = await runWrk({ port, path, bodyFile, connections, seconds, core: 1, headers: [header] });
  if (load.errors > 0 && fails !== true) throw new Error(`${name}: ${load.errors} errors`);
  micros.push(((millisecondsOf(child) - before) * 1000) / load.requests);
  rates.push(load.rate);
}

try {
  const { port, token } = await api();
  const told = {
    server: `https://127.0.0.1:${port}`,
    tokenFile: join(folder, 'token'),
    authorityFile: join(folder, 'ca.crt'),
    namespace: 'default',
    service: 'iris',
    open: ['/healthz'],
  };
  const [open, guarded] = [await server(), await server(JSON.stringify(told))];
  const lane = (name: string, road: Road, bearer: string): Lane => {
    return { ...road, name, header: `Authorization: Bearer ${bearer}`, micros: [], rates: [] };
  };
  const lanes = [
    lane('no guard', open, token),
    lane('a guard, a token that may', guarded, token),
    { ...lane('a guard, a token that is wrong', guarded, 'wrong'), fails: true },
  ];
  for (let round = 0; round <= rounds; round++) for (const one of lanes) await take(one);
  const [base] = lanes as [Lane];
  process.stdout.write(`${machine()}\n`);
  for (const { name, micros, rates } of lanes) {
    // The first round warms up.
    const more = median(micros.slice(1).map((cost, at) => cost / (base.micros[at + 1] as number)));
    const cost = median(micros.slice(1)).toFixed(1);
    const rate = Math.round(median(rates.slice(1)));
    process.stdout.write(
      `${name.padEnd(32)} CPU ${cost} µs/request, ${more.toFixed(2)} of no guard; ${rate} requests/s\n`,
    );
  }
} finally {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
}
