/**
 * Whole logins over HTTP, and what becomes of predictions meanwhile: `node bench/logins.ts [seconds] [rounds] [connections] [people]`. A
 * `davit up` whose people are in a file of Dex (bcrypt, cost 12), asked as curl asks, by several addresses of this machine; beside them
 * iris through the gateway with a token. In turn: predictions alone, logins alone, both.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { blocksOf, davit, freePort, Running } from '../test/e2e/platform.ts';
import { root } from './davit.ts';
import { machine } from './machine.ts';
import { median, quantile } from './statistics.ts';
import { type Load, runWrk } from './wrk.ts';

const [seconds = 5, rounds = 5, connections = 32, people = 48] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), 'davit-logins-'));
const hash = '$2y$12$4K/VkmDd1q1Orb3xAt82zu8gk7Ad6ReFR4LCP9UeYE90NLiN9Df72';
const password = '12341234';

function emailOf(at: number): string {
  return at === 0 ? 'user@example.com' : `user-${at}@example.com`;
}

const dexFile = join(folder, 'dex.json');
writeFileSync(
  dexFile,
  JSON.stringify({
    issuer: 'http://dex.auth.svc.cluster.local:5556/dex',
    oauth2: { skipApprovalScreen: true },
    enablePasswordDB: true,
    staticPasswords: Array.from({ length: people }, (_, at) => ({
      email: emailOf(at),
      hash,
      userID: String(at),
    })),
  }),
);

const agent = new Agent({ keepAlive: true, maxSockets: Infinity });

interface Answered {
  readonly status: number;
  readonly location: string;
  readonly cookies: readonly string[];
}

async function ask(port: number, from: string, path: string, form?: string): Promise<Answered> {
  const sent = request({
    host: '127.0.0.1',
    localAddress: from,
    port,
    path,
    agent,
    method: form === undefined ? 'GET' : 'POST',
    headers: form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' },
  });
  sent.end(form);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  await text(answer);
  const { location = '', 'set-cookie': cookies = [] } = answer.headers;
  return { status: answer.statusCode ?? 0, location, cookies };
}

/** The steps of one login; the status that it ended with: 302 with a session, or what refused it. */
async function login(port: number, at: number): Promise<number> {
  const from = `127.0.0.${2 + (at % 8)}`;
  const form = new URLSearchParams({ login: emailOf(at), password }).toString();
  let { location } = await ask(port, from, '/');
  for (let steps = 0; steps < 6; steps++) {
    const posts = location.startsWith('/dex/auth/local');
    const answer = await ask(port, from, location, posts ? form : undefined);
    if (answer.cookies.some(one => one.startsWith('authservice_session='))) return 302;
    if (answer.location === '') return answer.status;
    ({ location } = answer);
  }
  throw new Error(`a login goes on for ever, last at ${location}`);
}

interface Flood {
  /** By the status that they ended with. */
  readonly ends: ReadonlyMap<number, number>;
  /** Milliseconds of those that ended with a session. */
  readonly took: readonly number[];
  readonly seconds: number;
}

/** Everybody logs in, again and again, for so many seconds; whoever has begun then ends. */
async function flood(port: number): Promise<Flood> {
  const ends = new Map<number, number>();
  const took: number[] = [];
  const began = performance.now();
  const until = began + seconds * 1000;
  await Promise.all(
    Array.from({ length: people }, async (_, at) => {
      while (performance.now() < until) {
        const started = performance.now();
        const status = await login(port, at);
        ends.set(status, (ends.get(status) ?? 0) + 1);
        if (status === 302) took.push(performance.now() - started);
        // Who is told to come later comes later.
        else await new Promise(resolve => setTimeout(resolve, 250));
      }
    }),
  );
  return { ends, took, seconds: (performance.now() - began) / 1000 };
}

function predict(port: number, token: string): Promise<Load> {
  const bodyFile = join(root, 'examples/iris/iris-input.json');
  const headers = [`Authorization: Bearer ${token}`];
  return runWrk({ port, path: '/v2/models/iris/infer', bodyFile, connections, seconds, core: 1, headers });
}

function line(name: string, loads: readonly Load[], base: readonly Load[]): string {
  const of = (get: (load: Load) => number): string => median(loads.map(get)).toFixed(1);
  const ratio = median(loads.map((load, at) => load.rate / (base[at] as Load).rate)).toFixed(2);
  return `${name.padEnd(26)} ${of(one => one.rate)} predictions/s (${ratio}), p50 ${of(one => one.p50)} ms, p99 ${of(one => one.p99)} ms, errors ${loads.reduce((sum, one) => sum + one.errors, 0)}\n`;
}

function told(name: string, floods: readonly Flood[]): string {
  const all = floods.flatMap(({ took }) => took);
  const perSecond = (status: number): string =>
    median(floods.map(({ ends, seconds: long }) => (ends.get(status) ?? 0) / long)).toFixed(1);
  const others = [...new Set(floods.flatMap(({ ends }) => [...ends.keys()]))].filter(
    status => status !== 302,
  );
  const refused = others.map(status => `, ${status}: ${perSecond(status)}/s`).join('');
  const times =
    all.length === 0 ? '' : `, p50 ${Math.round(median(all))} ms, p99 ${Math.round(quantile(all, 0.99))} ms`;
  return `${name.padEnd(26)} ${perSecond(302)} logins/s${refused}${times}\n`;
}

const { services, pods } = blocksOf(86);
const port = await freePort();
const env = {
  ...process.env,
  DAVIT_DATA_DIR: join(folder, 'data'),
  KUBECONFIG: '',
  DAVIT_LOG_FORMAT: 'json',
};
const service = join(folder, 'service.yaml');
writeFileSync(
  service,
  `{apiVersion: serving.kserve.io/v1beta1, kind: InferenceService,
    metadata: {name: iris, annotations: {serving.kserve.io/deploymentMode: Standard}},
    spec: {predictor: {sklearn: {protocolVersion: v2, storageUri: "file://${root}/examples/iris/iris-model.joblib"}}}}`,
);
const words = ['up', '--port=0', `--gateway-port=${port}`, `--dex-config=${dexFile}`, '-f', service];
const up = new Running([...words, `--service-addresses=${services}`, `--pod-addresses=${pods}`], env);
try {
  await up.says(/✓ iris: ready/);
  const token = (await davit(env, 'token', 'create', '--user', emailOf(0))).trim();
  process.stdout.write(
    `${machine()}\n${people} people, ${connections} connections, ${rounds} rounds of ${seconds} s\n`,
  );
  const [alone, beside, loginsAlone, logins]: [Load[], Load[], Flood[], Flood[]] = [[], [], [], []];
  await predict(port, token);
  for (let round = 0; round < rounds; round++) {
    alone.push(await predict(port, token));
    loginsAlone.push(await flood(port));
    const [flooded, load] = await Promise.all([flood(port), predict(port, token)]);
    logins.push(flooded);
    beside.push(load);
  }
  process.stdout.write(
    line('predictions alone', alone, alone) + line('predictions beside logins', beside, alone),
  );
  process.stdout.write(told('logins alone', loginsAlone) + told('logins beside predictions', logins));
} finally {
  agent.destroy();
  await up.stop();
  rmSync(folder, { recursive: true, force: true });
}
