/**
 * What the ways to a pod cost beside the pod itself, in a minute: `node bench/gateway.ts [seconds] [rounds]`. Iris over V2 to a server
 * that answers at once, straight, by the gateway, by a ClusterIP, and by nginx as a proxy. Proxies on core 0, the server and wrk on core 1; all
 * take turns, and the ratios are those of the rounds.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { millisecondsOf } from './accounting.ts';
import { freePort } from './ports.ts';
import { root } from './davit.ts';
import { machine } from './machine.ts';
import { median } from './statistics.ts';
import { runWrk } from './wrk.ts';

const [seconds = 2, rounds = 5] = process.argv.slice(2).map(Number);
const connections = 32;
/** An address is no host that routes may have. */
const host = 'iris.bench.test';
const folder = mkdtempSync(join(tmpdir(), 'davit-gateway-'));
const children: ChildProcess[] = [];

function start(core: number, words: readonly string[]): ChildProcess {
  const child = spawn('taskset', ['-c', String(core), ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  return child;
}

/** nginx as one process. */
function nginx(name: string, core: number, http: string): ChildProcess {
  const file = join(folder, `${name}.conf`);
  const own = `daemon off; master_process off; worker_processes 1; pid ${name}.pid; error_log stderr crit;`;
  const shared = 'access_log off; keepalive_requests 1000000000; client_body_buffer_size 64k;';
  writeFileSync(file, `${own}\nevents { worker_connections 1024; }\nhttp { ${shared}\n${http} }\n`);
  return start(core, ['nginx', '-p', folder, '-c', file]);
}

/** A way to the server, and the process that is to be paid for it: the proxy, or for the straight one the server. */
interface Way {
  readonly name: string;
  readonly port: number;
  readonly process: ChildProcess;
  readonly rates: number[];
  readonly micros: number[];
}

async function ways(): Promise<{ straight: Way; peer: Way; own: readonly Way[] }> {
  const [backend, front] = [await freePort(), await freePort()];
  const answer =
    '{"model_name":"iris","outputs":[{"name":"predict","datatype":"INT64","shape":[2],"data":[1,1]}]}';
  const locations = `location / { default_type application/json; return 200 '${answer}'; }`;
  const server = nginx('backend', 1, `server { listen 127.0.0.1:${backend}; ${locations} }`);
  const pass = 'proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host;';
  const said =
    'proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto http; proxy_set_header X-Request-Id $request_id;';
  const upstream = `upstream iris { server 127.0.0.1:${backend}; keepalive 64; }`;
  const proxying = `server { listen 127.0.0.1:${front}; location / { proxy_pass http://iris; ${pass} ${said} } }`;
  const peer = nginx('proxy', 0, `${upstream}\n${proxying}`);
  const way = (name: string, port: number, process: ChildProcess): Way => ({
    name,
    port,
    process,
    rates: [],
    micros: [],
  });
  const own = async (name: string, script: string): Promise<Way> => {
    const words = [join(import.meta.dirname, 'peers', script), String(backend), host];
    const child = start(0, [process.execPath, ...words]);
    const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer];
    return way(name, Number(line.toString()), child);
  };
  return {
    straight: way('the pod', backend, server),
    peer: way('nginx', front, peer),
    own: [await own('the gateway', 'gateway.ts'), await own('a ClusterIP', 'clusterip.ts')],
  };
}

async function take({ name, port, process: child, rates, micros }: Way): Promise<void> {
  const before = millisecondsOf(child);
  const bodyFile = join(root, 'examples/iris/iris-input.json');
  const path = '/v2/models/iris/infer';
  const headers = [`Host: ${host}`];
  const load = await runWrk({ port, path, bodyFile, connections, seconds, core: 1, headers });
  if (load.errors > 0) throw new Error(`${name}: ${load.errors} errors`);
  rates.push(load.rate);
  micros.push(((millisecondsOf(child) - before) * 1000) / load.requests);
}

try {
  const { straight, peer, own } = await ways();
  const all = [straight, peer, ...own];
  for (let round = 0; round <= rounds; round++) for (const way of all) await take(way);
  process.stdout.write(`${machine()}\n`);
  // The first round warms up.
  const ratio = (one: readonly number[], other: readonly number[]): string =>
    median(one.slice(1).map((value, at) => value / (other[at + 1] as number))).toFixed(2);
  for (const { name, rates, micros } of all) {
    const rate = Math.round(median(rates.slice(1)));
    const cost = median(micros.slice(1)).toFixed(1);
    const told = [
      `${rate} requests/s, ${ratio(rates, straight.rates)} of the pod’s and ${ratio(rates, peer.rates)} of nginx’`,
      `CPU of its process ${cost} µs/request, ${ratio(micros, straight.micros)} times the server’s`,
      `${ratio(peer.micros, micros)} of nginx a core`,
    ];
    process.stdout.write(`${name.padEnd(12)} ${told.join('; ')}\n`);
  }
} finally {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
