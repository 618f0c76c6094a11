import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuOf, memoryOf } from '../accounting.ts';
import { davitBuild } from '../davit.ts';
import { freePort } from '../ports.ts';
import { Asking, type Identity } from './asking.ts';

/** Servers are on one core, who asks them on the other. */
const serverCore = 0;
/** Milliseconds that a start may take. */
const patience = 60_000;

/** A Kubernetes API that runs. */
export interface Cluster {
  readonly name: string;
  readonly asking: Asking;
  /** Milliseconds from exec to the first 200 of `/readyz`. */
  readonly startup: number;
  /** CPU seconds so far, all its processes. */
  cpu(): number;
  /** MiB resident, all its processes. */
  memory(): number;
  stop(): Promise<void>;
}

/** Starts a cluster in a folder; one that was there goes on. */
export type Starter = (folder: string) => Promise<Cluster>;

function start(words: readonly string[]): ChildProcess {
  return spawn('taskset', ['-c', String(serverCore), ...words], { stdio: ['ignore', 'ignore', 'ignore'] });
}

/** @throws when a server ends or is late; then none is left. */
async function ready(asking: Asking, children: readonly ChildProcess[], began: number): Promise<number> {
  try {
    return await becameReady(asking, children, began);
  } catch (error) {
    for (const child of children) child.kill('SIGKILL');
    throw error;
  }
}

async function becameReady(
  asking: Asking,
  children: readonly ChildProcess[],
  began: number,
): Promise<number> {
  for (;;) {
    const dead = children.find(child => child.exitCode !== null);
    if (dead !== undefined) throw new Error(`${dead.spawnargs[3] ?? 'a server'} ended with ${dead.exitCode}`);
    if (performance.now() - began > patience) throw new Error('not ready within a minute');
    const status = await asking.ask('GET', '/readyz').then(
      answer => answer.status,
      () => 0,
    );
    if (status === 200) return performance.now() - began;
    await sleep(5);
  }
}

function clusterOf(
  name: string,
  asking: Asking,
  startup: number,
  children: readonly ChildProcess[],
): Cluster {
  const pids = children.map(child => child.pid ?? 0);
  const sum = (of: (pid: number) => number): number => pids.reduce((total, pid) => total + of(pid), 0);
  return {
    name,
    asking,
    startup,
    cpu: () => sum(cpuOf),
    memory: () => sum(pid => memoryOf(pid).rss),
    stop: async () => {
      asking.close();
      // The one that was started last goes first.
      for (const child of children.toReversed()) {
        const gone = child.exitCode === null ? once(child, 'exit') : Promise.resolve();
        child.kill('SIGTERM');
        await gone;
      }
    },
  };
}

/** A place that kubeconfigs name: the text of a field of its only user or cluster. */
function fieldOf(text: string, name: string): string {
  const found = new RegExp(`${name}: (\\S+)`).exec(text)?.[1];
  if (found === undefined) throw new Error(`the kubeconfig has no ${name}`);
  return found;
}

/** How a kubeconfig says that the cluster on a port is reached; undefined while there is none of it. */
export function identityIn(file: string, port: string): Identity | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    if (!text.includes(`:${port}`)) return undefined;
    const bytes = (name: string): Buffer => Buffer.from(fieldOf(text, name), 'base64');
    return {
      server: fieldOf(text, 'server'),
      ca: bytes('certificate-authority-data'),
      cert: bytes('client-certificate-data'),
      key: bytes('client-key-data'),
    };
  } catch {
    return undefined;
  }
}

/** As users install it, unless DAVIT names another command. */
const build = davitBuild(process.env['DAVIT'] ?? 'packed');

/** `davit up --api-only`, with every controller. */
export const davitStarter: Starter = async folder => {
  const port = await freePort();
  const began = performance.now();
  const words = [build.command, 'up', '--api-only', '--data-dir', folder, '--port', String(port)];
  const child = start(words);
  const read = (): Identity | undefined => identityIn(join(folder, 'kubeconfig'), String(port));
  let identity = read();
  while (identity === undefined) {
    if (child.exitCode !== null) throw new Error(`davit up ended with ${child.exitCode}`);
    await sleep(5);
    identity = read();
  }
  const asking = new Asking(identity);
  return clusterOf('davit', asking, await ready(asking, [child], began), [child]);
};

function certify(folder: string): void {
  const run = (...words: string[]): void => {
    execFileSync('openssl', words, { cwd: folder, stdio: 'ignore' });
  };
  const forever = ['-days', '365', '-nodes', '-newkey', 'rsa:2048'];
  run('req', '-x509', ...forever, '-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=bench');
  run('genrsa', '-out', 'sa.key', '2048');
  run('rsa', '-in', 'sa.key', '-pubout', '-out', 'sa.pub');
  for (const [name, subject] of [
    ['server', '/CN=kube-apiserver'],
    ['admin', '/O=system:masters/CN=admin'],
  ] as const) {
    writeFileSync(join(folder, `${name}.ext`), 'subjectAltName=IP:127.0.0.1\n');
    run('req', ...forever.slice(2), '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', subject);
    const signed = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', `${name}.ext`];
    run('x509', '-req', '-in', `${name}.csr`, ...signed, '-days', '365', '-out', `${name}.crt`);
  }
}

function flags(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).map(([name, value]) => `--${name}=${value}`);
}

/** etcd, as durable as it is by default, and kube-apiserver, without a controller manager. */
export const kubernetesStarter: Starter = async folder => {
  const pki = join(folder, 'pki');
  if (mkdirSync(pki, { recursive: true }) !== undefined) certify(pki);
  const [client, peer, port] = [await freePort(), await freePort(), await freePort()];
  const file = (name: string): string => join(pki, name);
  const identity = {
    server: `https://127.0.0.1:${port}`,
    ca: readFileSync(file('ca.crt')),
    cert: readFileSync(file('admin.crt')),
    key: readFileSync(file('admin.key')),
  };
  const [clientUrl, peerUrl] = [`http://127.0.0.1:${client}`, `http://127.0.0.1:${peer}`];
  const began = performance.now();
  const etcd = start([
    process.env['ETCD'] ?? 'etcd',
    ...flags({
      'data-dir': join(folder, 'etcd'),
      'log-level': 'error',
      'listen-client-urls': clientUrl,
      'advertise-client-urls': clientUrl,
      'listen-peer-urls': peerUrl,
      'initial-advertise-peer-urls': peerUrl,
      'initial-cluster': `default=${peerUrl}`,
      // Its ports differ from start to start.
      'force-new-cluster': 'true',
    }),
  ]);
  const api = start([
    process.env['KUBE_APISERVER'] ?? 'kube-apiserver',
    ...flags({
      'etcd-servers': clientUrl,
      'bind-address': '127.0.0.1',
      'secure-port': String(port),
      'advertise-address': '192.0.2.1',
      'service-cluster-ip-range': '10.96.0.0/16',
      'tls-cert-file': file('server.crt'),
      'tls-private-key-file': file('server.key'),
      'client-ca-file': file('ca.crt'),
      'authorization-mode': 'Node,RBAC',
      'service-account-issuer': 'https://kubernetes.default.svc.cluster.local',
      'service-account-key-file': file('sa.pub'),
      'service-account-signing-key-file': file('sa.key'),
    }),
  ]);
  const children = [etcd, api];
  const asking = new Asking(identity);
  return clusterOf('etcd + kube-apiserver', asking, await ready(asking, children, began), children);
};
