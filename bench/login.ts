/**
 * What the login costs at the gateway, interleaved: `node bench/login.ts [--fresh] [seconds] [rounds] [connections…]`. Iris over V2 to
 * nginx, which answers at once; the gateway without a login, with a cookie, with a token; and nginx that asks another nginx by `auth_request`.
 * Proxies on core 0, the server and wrk on core 1. With `--fresh` each head is another than the one before, as the first of
 * a connection is.
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
import { type Load, runWrk } from './wrk.ts';

const words = process.argv.slice(2);
const fresh = words.includes('--fresh');
const [seconds = 2, rounds = 5, ...given] = words.filter(word => !word.startsWith('--')).map(Number);
const connections = given.length === 0 ? [1, 32, 256] : given;
const folder = mkdtempSync(join(tmpdir(), 'davit-login-'));
const children: ChildProcess[] = [];

function start(core: number, words: readonly string[]): ChildProcess {
  const child = spawn('taskset', ['-c', String(core), ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  return child;
}

function nginx(name: string, core: number, http: string): ChildProcess {
  const file = join(folder, `${name}.conf`);
  const own = `daemon off; master_process off; worker_processes 1; pid ${name}.pid; error_log stderr crit;`;
  const shared = 'access_log off; keepalive_requests 1000000000; client_body_buffer_size 64k;';
  writeFileSync(file, `${own}\nevents { worker_connections 2048; }\nhttp { ${shared}\n${http} }\n`);
  return start(core, ['nginx', '-p', folder, '-c', file]);
}

interface Lane {
  readonly name: string;
  readonly port: number;
  readonly process: ChildProcess;
  readonly header?: string;
}

interface Door {
  readonly port: number;
  readonly cookie: string;
  readonly token: string;
}

async function door(backend: number, mode: 'on' | 'off'): Promise<Door & { readonly process: ChildProcess }> {
  const script = join(import.meta.dirname, 'peers/login.ts');
  const child = start(0, [process.execPath, script, String(backend), mode]);
  const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer];
  return { ...(JSON.parse(line.toString()) as Door), process: child };
}

async function lanes(): Promise<Lane[]> {
  const [backend, front] = [await freePort(), await freePort()];
  const answer =
    '{"model_name":"iris","outputs":[{"name":"predict","datatype":"INT64","shape":[2],"data":[1,1]}]}';
  const answers = `location / { default_type application/json; return 200 '${answer}'; }`;
  nginx('backend', 1, `server { listen 127.0.0.1:${backend}; location = /check { return 204; } ${answers} }`);
  const pass = 'proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host;';
  const upstream = `upstream iris { server 127.0.0.1:${backend}; keepalive 64; }`;
  const check = `location = /auth { internal; proxy_pass http://iris/check; ${pass} proxy_pass_request_body off; proxy_set_header Content-Length ""; }`;
  const guarded = `location / { auth_request /auth; proxy_pass http://iris; ${pass} }`;
  const peer = nginx('proxy', 0, `${upstream}\nserver { listen 127.0.0.1:${front}; ${check} ${guarded} }`);
  const [off, on] = [await door(backend, 'off'), await door(backend, 'on')];
  return [
    { name: 'login off', port: off.port, process: off.process },
    { name: 'a cookie', port: on.port, process: on.process, header: `Cookie: ${on.cookie}` },
    { name: 'a token', port: on.port, process: on.process, header: `Authorization: Bearer ${on.token}` },
    { name: 'nginx, auth_request', port: front, process: peer },
  ];
}

interface Taken extends Load {
  /** Microseconds of CPU for a request. */
  readonly micros: number;
}

async function take({ name, port, process: child, header }: Lane, clients: number): Promise<Taken> {
  const before = millisecondsOf(child);
  const bodyFile = join(root, 'examples/iris/iris-input.json');
  const path = '/v2/models/iris/infer';
  const headers = header === undefined ? [] : [header];
  const load = await runWrk({ port, path, bodyFile, connections: clients, seconds, core: 1, headers, fresh });
  if (load.errors > 0) throw new Error(`${name}: ${load.errors} errors`);
  return { ...load, micros: ((millisecondsOf(child) - before) * 1000) / load.requests };
}

try {
  const all = await lanes();
  process.stdout.write(`${machine()}\n`);
  for (const clients of connections) {
    const taken = new Map(all.map(({ name }) => [name, [] as Taken[]]));
    for (let round = 0; round <= rounds; round++) {
      for (const lane of all) {
        const one = await take(lane, clients);
        // The first round warms up.
        if (round > 0) taken.get(lane.name)?.push(one);
      }
    }
    const base = taken.get(all[0]?.name ?? '') ?? [];
    for (const [name, runs] of taken) {
      const of = (get: (one: Taken) => number): number => median(runs.map(get));
      const ratio = (get: (one: Taken) => number): string =>
        median(runs.map((one, at) => get(one) / get(base[at] as Taken))).toFixed(3);
      process.stdout.write(
        `${String(clients).padStart(3)} connections  ${name.padEnd(20)} ${Math.round(of(one => one.rate))} requests/s (${ratio(one => one.rate)}), p50 ${of(one => one.p50).toFixed(2)} ms, p99 ${of(one => one.p99).toFixed(2)} ms, CPU ${of(one => one.micros).toFixed(1)} µs (${ratio(one => one.micros)})\n`,
      );
    }
  }
} finally {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
