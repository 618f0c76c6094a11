import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { issue, newSigningKey } from '../../../src/cluster/access/index.ts';

/** A kube-apiserver with an etcd behind it, and no controller manager. */
export interface RealServer {
  /** `https://127.0.0.1:PORT` */
  readonly server: string;
  /** PEM. */
  readonly ca: string;
  /** Of a member of system:masters. */
  readonly token: string;
  /** Where its keys lie: `accounts.key` signs the tokens of service accounts, `ca.crt` is the authority. */
  readonly folder: string;
  stop(): Promise<void>;
}

/** Paths of the two programs, where ETCD and KUBE_APISERVER name them; they are no part of what a test sets up. */
export const realPrograms =
  process.env['ETCD'] !== undefined && process.env['KUBE_APISERVER'] !== undefined
    ? { etcd: process.env['ETCD'], apiserver: process.env['KUBE_APISERVER'] }
    : undefined;

/** Milliseconds that the two are given to become ready. */
const patience = 120_000;
const token = 'a-token-of-tests';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function start(program: string, flags: Readonly<Record<string, string>>): ChildProcess {
  const words = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
  return spawn(program, words, { stdio: 'ignore' });
}

function statusOf(url: string, ca: string): Promise<number> {
  return new Promise(resolve => {
    get(url, { ca, agent: false }, response => {
      response.resume();
      resolve(response.statusCode ?? 0);
    }).on('error', () => resolve(0));
  });
}

/** Writes the certificates and keys of a server into a folder; gives the authority's certificate. */
async function certify(folder: string): Promise<string> {
  const now = Date.now();
  const times = { from: now - 86_400_000, until: now + 86_400_000 };
  const authority = issue({ commonName: 'tests', use: 'authority', ...times });
  const own = issue(
    { commonName: 'kube-apiserver', hosts: ['127.0.0.1'], use: 'server', ...times },
    authority,
  );
  const { privateKey, publicKey } = newSigningKey();
  const files = {
    'ca.crt': authority.certificate,
    'server.crt': own.certificate,
    'server.key': own.key,
    'accounts.key': privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    'accounts.pub': publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    'tokens.csv': `${token},tester,tester,"system:masters"\n`,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return authority.certificate;
}

/**
 * Starts both in a folder of their own, which goes when they do.
 * @param more Further flags of the API server.
 * @throws when one of them ends, or is not ready in time
 */
export async function startRealServer(
  { etcd, apiserver }: NonNullable<typeof realPrograms>,
  more: Readonly<Record<string, string>> = {},
): Promise<RealServer> {
  const folder = await mkdtemp(join(tmpdir(), 'davit-real-'));
  const file = (name: string): string => join(folder, name);
  const ca = await certify(folder);
  const [client, peer, port] = [await freePort(), await freePort(), await freePort()];
  const [clientUrl, peerUrl] = [`http://127.0.0.1:${client}`, `http://127.0.0.1:${peer}`];
  const children = [
    start(etcd, {
      'data-dir': file('etcd'),
      'log-level': 'error',
      'listen-client-urls': clientUrl,
      'advertise-client-urls': clientUrl,
      'listen-peer-urls': peerUrl,
      'initial-advertise-peer-urls': peerUrl,
      'initial-cluster': `default=${peerUrl}`,
    }),
    start(apiserver, {
      'etcd-servers': clientUrl,
      'bind-address': '127.0.0.1',
      'secure-port': String(port),
      // The endpoints of its own service take no loopback address; nothing connects to it.
      'advertise-address': '192.0.2.1',
      'service-cluster-ip-range': '10.96.0.0/16',
      'tls-cert-file': file('server.crt'),
      'tls-private-key-file': file('server.key'),
      'token-auth-file': file('tokens.csv'),
      'authorization-mode': 'Node,RBAC',
      'service-account-issuer': 'https://kubernetes.default.svc.cluster.local',
      'service-account-key-file': file('accounts.pub'),
      'service-account-signing-key-file': file('accounts.key'),
      ...more,
    }),
  ];
  const server = `https://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    for (const child of children.toReversed()) {
      if (child.exitCode !== null || child.pid === undefined) continue;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    }
    await rm(folder, { recursive: true });
  };
  const until = performance.now() + patience;
  while ((await statusOf(`${server}/readyz`, ca)) !== 200) {
    const dead = children.find(child => child.exitCode !== null);
    if (dead === undefined && performance.now() < until) {
      await pause(50);
      continue;
    }
    await stop();
    throw new Error(dead === undefined ? 'the API server is not ready in time' : `${dead.spawnfile} ended`);
  }
  return { server, ca, token, folder, stop };
}
