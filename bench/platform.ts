/**
 * What a whole platform takes: `node bench/platform.ts [runs] [services]`. Starts `davit up` as users install it (DAVIT names another
 * command), makes InferenceServices of one cached model in each mode and isolation, and then many in shared processes. Needs the
 * machine for itself; what the figures are is printed beside them.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processesWith } from '../test/durability/platform/processes.ts';
import { cpuOf, memoryOf } from './accounting.ts';
import { Asking } from './api/asking.ts';
import { identityIn } from './api/clusters.ts';
import { davitBuild, root } from './davit.ts';
import { machine } from './machine.ts';
import { median, quantile, spread } from './statistics.ts';
import { figure, spreadText, table } from './table.ts';

const [runs = 7, services = 200] = process.argv.slice(2).map(Number);
/** Seconds over which processors are looked at while nobody asks. */
const idle = 30;
/** Milliseconds that anything may take. */
const patience = 300_000;

const folder = mkdtempSync(join(tmpdir(), 'davit-platform-'));
const mark = join(folder, 'tmp');
const model = join(folder, 'model.joblib');
mkdirSync(mark);
copyFileSync(join(root, 'examples/iris/iris-model.joblib'), model);
const build = davitBuild(process.env['DAVIT'] ?? 'packed');
const namespace = 'kubeflow-user-example-com';
const collection = `/apis/serving.kserve.io/v1beta1/namespaces/${namespace}/inferenceservices`;

interface Platform {
  readonly asking: Asking;
  readonly gateway: string;
  /** Milliseconds from exec until the API is ready, and until the gateway listens. */
  readonly api: number;
  readonly whole: number;
  stop(): Promise<void>;
}

/** Processes of the platform, wherever they are in the tree. */
function cpu(): number {
  return sumOf(pid => cpuOf(pid));
}

function sumOf(of: (pid: number) => number): number {
  const found = processesWith(`TMPDIR=${mark}`);
  const own = new Set(found.map(({ pid }) => pid));
  // Whoever is looked at with its tree counts the processes it started, too.
  return found.filter(({ parent }) => !own.has(parent)).reduce((sum, { pid }) => sum + of(pid), 0);
}

/** `davit up` on a folder; one that was there goes on. */
async function up(data: string): Promise<Platform> {
  const began = performance.now();
  const words = ['up', '--no-auth', '--port=0', '--gateway-port=0', `--data-dir=${data}`];
  const places = ['--service-addresses=127.111.0.0/16', '--pod-addresses=127.112.0.0/16'];
  const env = { ...process.env, TMPDIR: mark, KUBECONFIG: '', DAVIT_LOG_FORMAT: 'json' };
  const child = spawn(build.command, [...words, ...places], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const log = logOf(child);
  const { server } = await log.says(/"the Kubernetes API is up[^\n]*"server":"(?<server>[^"]+)"/);
  const identity = identityIn(join(data, 'kubeconfig'), new URL(server ?? '').port);
  if (identity === undefined) throw new Error('there is no kubeconfig of this cluster');
  const asking = new Asking(identity);
  while ((await asking.ask('GET', '/readyz')).status !== 200) await sleep(2);
  const api = performance.now() - began;
  const { gateway = '' } = await log.says(/"the gateway is up[^\n]*"url":"http:\/\/(?<gateway>[^"]+)"/);
  const whole = performance.now() - began;
  const stop = async (): Promise<void> => {
    asking.close();
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
  };
  return { asking, gateway, api, whole, stop };
}

function logOf(child: ChildProcess): {
  says(pattern: RegExp): Promise<Readonly<Record<string, string>>>;
} {
  let text = '';
  const looks = new Set<() => void>();
  child.stderr?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    for (const look of looks) look();
  });
  return {
    says: pattern =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = pattern.exec(text);
          if (found === null) return;
          looks.delete(look);
          resolve(found.groups ?? {});
        };
        looks.add(look);
        child.once('exit', () => reject(new Error(`davit up ended: ${text.slice(-2000)}`)));
        look();
      }),
  };
}

type Mode = 'Standard' | 'Knative';
type Isolation = 'process' | 'shared';

function service(name: string, mode: Mode, isolation: Isolation): string {
  const annotations = { 'serving.kserve.io/deploymentMode': mode, 'davit.dev/isolation': isolation };
  const sklearn = { storageUri: `file://${model}`, args: ['--model_name=iris'] };
  return JSON.stringify({
    apiVersion: 'serving.kserve.io/v1beta1',
    kind: 'InferenceService',
    metadata: { name, annotations },
    spec: { predictor: { sklearn } },
  });
}

interface Conditioned {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** Milliseconds from the create until it is Ready. */
async function apply({ asking }: Platform, name: string, mode: Mode, isolation: Isolation): Promise<number> {
  const began = performance.now();
  const ready = Promise.withResolvers<number>();
  let text = '';
  const end = await asking.watch(`${collection}?watch=1&fieldSelector=metadata.name%3D${name}`, chunk => {
    const lines = (text + chunk).split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) {
      const { object } = JSON.parse(line) as { readonly object: Conditioned };
      if (object.status?.conditions?.some(one => one.type === 'Ready' && one.status === 'True') === true)
        ready.resolve(performance.now() - began);
    }
  });
  await asking.must('POST', collection, service(name, mode, isolation));
  const took = await Promise.race([ready.promise, sleep(patience, -1, { ref: false })]);
  end();
  if (took < 0) throw new Error(`${name} was not ready within ${patience / 1000} s`);
  return took;
}

/** What a service has made for it that goes last, in one mode or the other. */
const last = [
  '/api/v1/pods',
  '/apis/apps/v1/deployments',
  '/apis/serving.knative.dev/v1/revisions',
  '/apis/networking.internal.knative.dev/v1alpha1/serverlessservices',
  '/apis/networking.internal.knative.dev/v1alpha1/ingresses',
];

/** Deletes the only service, and waits until all that was made for it has gone. */
async function remove({ asking }: Platform, name: string): Promise<void> {
  await asking.must('DELETE', `${collection}/${name}`);
  for (const path of last) {
    const all = path.replace(/(?=\/\w+$)/, `/namespaces/${namespace}`);
    while (!(await asking.must('GET', all)).text.includes('"items":[]')) await sleep(20);
  }
}

const agent = new Agent({ keepAlive: true });

/** Milliseconds of a prediction through the gateway. @throws when the answer is another */
function predict({ gateway }: Platform, name: string, mode: Mode): Promise<number> {
  const began = performance.now();
  const headers = { host: `${name}${mode === 'Standard' ? '-' : '.'}${namespace}.example.com` };
  const [hostname, port] = gateway.split(':');
  return new Promise((resolve, reject) => {
    const options = { agent, method: 'POST', hostname, port, path: '/v1/models/iris:predict', headers };
    const sent = request(options, response => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => {
        if (text === '{"predictions":[1]}') resolve(performance.now() - began);
        else reject(new Error(`${name} answered ${response.statusCode}: ${text.slice(0, 300)}`));
      });
    });
    sent.on('error', reject);
    sent.end('{"instances":[[6.8,2.8,4.8,1.4]]}');
  });
}

async function starts(): Promise<void> {
  const rows: string[][] = [];
  const warm: Platform[] = [];
  for (let run = 0; run < runs; run++) {
    const data = join(folder, `start-${run}`);
    for (const times of [0, 1]) {
      const platform = await up(data);
      await platform.stop();
      if (times === 1) warm.push(platform);
      else rows.push([figure(platform.api), figure(platform.whole)]);
    }
  }
  const text = (of: (one: Platform) => number): string => spreadText(spread(warm.map(of)));
  console.log(`\n## From exec, ms, ${runs} runs\n`);
  const fresh = (at: number): string =>
    spreadText(spread(rows.map(row => Number(row[at]?.replace(',', '')))));
  const head = ['', 'until the API is ready', 'until the gateway listens'];
  const first = ['a new folder', fresh(0), fresh(1)];
  console.log(table(head, [first, ['the same folder again', text(one => one.api), text(one => one.whole)]]));
}

async function applies(platform: Platform): Promise<void> {
  const rows: string[][] = [];
  for (const mode of ['Standard', 'Knative'] as const)
    for (const isolation of ['process', 'shared'] as const) {
      const times: number[] = [];
      const used: number[] = [];
      for (let run = 0; run <= runs; run++) {
        const before = cpu();
        const took = await apply(platform, 'one', mode, isolation);
        const after = cpu();
        await predict(platform, 'one', mode);
        await remove(platform, 'one');
        // The first brings the model into the cache, and starts a shared process.
        if (run === 0) continue;
        times.push(took);
        used.push((after - before) * 1000);
      }
      rows.push([`${mode}, ${isolation}`, spreadText(spread(times)), figure(median(used))]);
    }
  console.log(`\n## apply → Ready, ms, ${runs} runs, one at a time, the model in the cache\n`);
  console.log(table(['', 'least / middle / largest', 'CPU ms of all processes'], rows));
}

async function many(platform: Platform): Promise<void> {
  const began = performance.now();
  const before = cpu();
  const names = Array.from({ length: services }, (_, at) => `many-${at}`);
  let next = 0;
  const one = async (): Promise<void> => {
    for (let name = names[next++]; name !== undefined; name = names[next++])
      await apply(platform, name, 'Standard', 'shared');
  };
  await Promise.all(Array.from({ length: 8 }, one));
  const took = (performance.now() - began) / 1000;
  const spent = cpu() - before;
  for (const name of names) await predict(platform, name, 'Standard');
  const times: number[] = [];
  for (let at = 0; at < 2000; at++)
    times.push(await predict(platform, names[Math.floor(Math.random() * services)] ?? '', 'Standard'));
  await sleep(45_000);
  const idleFrom = cpu();
  await sleep(idle * 1000);
  const share = ((cpu() - idleFrom) / idle) * 100;
  const roles = Map.groupBy(processesWith(`TMPDIR=${mark}`), ({ role }) => role);
  const memory = [...roles].map(([role, found]) => {
    const sum = found.reduce((total, { pid }) => total + ownMemory(pid), 0);
    return `${role}${found.length > 1 ? ` (${found.length})` : ''} ${figure(sum)}`;
  });
  console.log(`\n## ${services} InferenceServices in shared processes, Standard mode\n`);
  const rows = [
    ['until all were ready, 8 at a time', `${figure(took)} s, ${figure(spent)} s of CPU`],
    [
      'memory, MiB in proportion to who shares it',
      `${figure(sumOf(pid => memoryOf(pid).pss))}: ${memory.join(', ')}`,
    ],
    ['while nobody asks', `${figure(share)} % of a core over ${idle} s`],
    [
      'a prediction of any of them, one at a time',
      `p50 ${figure(median(times))} ms, p99 ${figure(quantile(times, 0.99))} ms`,
    ],
  ];
  console.log(table(['', ''], rows));
}

/** Of a process alone. */
function ownMemory(pid: number): number {
  const others = processesWith(`TMPDIR=${mark}`).filter(({ parent }) => parent === pid);
  return memoryOf(pid).pss - others.reduce((sum, other) => sum + memoryOf(other.pid).pss, 0);
}

console.log(machine());
try {
  await starts();
  const platform = await up(join(folder, 'data'));
  try {
    await applies(platform);
    await many(platform);
  } finally {
    await platform.stop();
  }
} finally {
  agent.destroy();
  for (const { pid } of processesWith(`TMPDIR=${mark}`)) process.kill(pid, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
