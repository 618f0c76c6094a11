/**
 * What the gateway costs beside nginx as a proxy, in half a minute: `node bench/gateway.ts [seconds] [rounds]`. Iris over V2 to a server
 * that answers at once. Proxies on core 0, the server and wrk on core 1; the two take turns, and the ratios are those of the rounds.
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

interface Proxy {
  readonly name: string;
  readonly port: number;
  readonly process: ChildProcess;
  readonly rates: number[];
  readonly micros: number[];
}

async function proxies(): Promise<[Proxy, Proxy]> {
  const [backend, front] = [await freePort(), await freePort()];
  const answer =
    '{"model_name":"iris","outputs":[{"name":"predict","datatype":"INT64","shape":[2],"data":[1,1]}]}';
  const locations = `location / { default_type application/json; return 200 '${answer}'; }`;
  nginx('backend', 1, `server { listen 127.0.0.1:${backend}; ${locations} }`);
  const pass = 'proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host;';
  const said =
    'proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto http; proxy_set_header X-Request-Id $request_id;';
  const upstream = `upstream iris { server 127.0.0.1:${backend}; keepalive 64; }`;
  const server = `server { listen 127.0.0.1:${front}; location / { proxy_pass http://iris; ${pass} ${said} } }`;
  const peer = nginx('proxy', 0, `${upstream}\n${server}`);
  const script = join(import.meta.dirname, 'peers/gateway.ts');
  const own = start(0, [process.execPath, script, String(backend), host]);
  const [line] = (await once(own.stdout ?? own, 'data')) as [Buffer];
  const proxy = (name: string, port: number, process: ChildProcess): Proxy => ({
    name,
    port,
    process,
    rates: [],
    micros: [],
  });
  return [proxy('nginx', front, peer), proxy('gateway', Number(line.toString()), own)];
}

async function take({ name, port, process: child, rates, micros }: Proxy): Promise<void> {
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
  const both = await proxies();
  for (let round = 0; round <= rounds; round++) for (const proxy of both) await take(proxy);
  const [peer] = both;
  process.stdout.write(`${machine()}\n`);
  // The first round warms up.
  const ratio = (one: readonly number[], other: readonly number[]): string =>
    median(one.slice(1).map((value, at) => value / (other[at + 1] as number))).toFixed(2);
  for (const { name, rates, micros } of both) {
    const rate = Math.round(median(rates.slice(1)));
    const cost = median(micros.slice(1)).toFixed(1);
    const perCore = ratio(peer.micros, micros);
    process.stdout.write(
      `${name.padEnd(8)} ${rate} requests/s (${ratio(rates, peer.rates)}), CPU ${cost} µs/request: ${perCore} of nginx a core\n`,
    );
  }
} finally {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
