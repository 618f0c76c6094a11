import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startRealServer } from '../real.ts';
import { run, type Running, start, until } from './running.ts';

/** Paths of the programs that play a part. */
export interface Programs {
  readonly kwok: string;
  readonly kubectl: string;
}

/** A cluster whose nodes are played by kwok. */
export interface Cluster {
  readonly kubeconfig: string;
  /** Which part has ended by itself, if one has. */
  ended(): string | undefined;
  stop(): Promise<void>;
}

const here = import.meta.dirname;
const davit = join(here, '../../../../bin/davit');
/** Milliseconds until a cluster has to be there. */
const patience = 120_000;

/** Davit's API and controllers, with nothing that runs pods. */
export async function startDavit(folder: string, programs: Programs): Promise<Cluster> {
  const data = join(folder, 'davit');
  const words = [
    'up',
    '--api-only',
    '--data-dir',
    data,
    '--port',
    '0',
    '--service-addresses',
    '127.97.0.0/16',
  ];
  const up = start(davit, words, join(folder, 'davit.log'));
  return withNodes({ kubeconfig: join(data, 'kubeconfig'), parts: [up], folder, programs });
}

/** kube-apiserver, -controller-manager and -scheduler, and etcd, of a folder of programs. */
export async function startReal(bin: string, folder: string, programs: Programs): Promise<Cluster> {
  const server = await startRealServer(
    { etcd: join(bin, 'etcd'), apiserver: join(bin, 'kube-apiserver') },
    { 'allow-privileged': 'true' },
  );
  const kubeconfig = join(folder, 'real.kubeconfig');
  writeFileSync(kubeconfig, kubeconfigOf(server));
  const own = (name: string): string => join(server.folder, name);
  const shared = [
    '--kubeconfig',
    kubeconfig,
    '--bind-address',
    '127.0.0.1',
    '--secure-port',
    '0',
    '--leader-elect=false',
  ];
  const manager = [
    ...shared,
    '--use-service-account-credentials',
    '--root-ca-file',
    own('ca.crt'),
    '--service-account-private-key-file',
    own('accounts.key'),
    // Nobody renews the leases of nodes that are played.
    '--controllers',
    '*,-node-lifecycle-controller',
  ];
  const parts = [
    start(join(bin, 'kube-controller-manager'), manager, join(folder, 'manager.log')),
    start(join(bin, 'kube-scheduler'), shared, join(folder, 'scheduler.log')),
  ];
  return withNodes({ kubeconfig, parts, folder, programs, also: () => server.stop() });
}

function kubeconfigOf({ server, ca, token }: { server: string; ca: string; token: string }): string {
  const authority = Buffer.from(ca).toString('base64');
  return `apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "${server}", certificate-authority-data: ${authority}}}]
users: [{name: u, user: {token: "${token}"}}]
contexts: [{name: c, context: {cluster: c, user: u}}]
current-context: c
`;
}

interface Parts {
  readonly kubeconfig: string;
  readonly parts: readonly Running[];
  readonly folder: string;
  readonly programs: Programs;
  readonly also?: () => Promise<void>;
}

async function withNodes({ kubeconfig, parts, folder, programs, also }: Parts): Promise<Cluster> {
  const kubectl = (...words: string[]): ReturnType<typeof run> =>
    run(programs.kubectl, ['--kubeconfig', kubeconfig, ...words]);
  const all = [...parts];
  const ended = (): string | undefined =>
    all.find(({ process }) => process.exitCode !== null || process.signalCode !== null)?.process.spawnfile;
  const succeeds = async (...words: string[]): Promise<boolean> => {
    const dead = ended();
    if (dead !== undefined) throw new Error(`${dead} has ended before the cluster was there`);
    return (await kubectl(...words)).status === 0;
  };
  const stop = async (): Promise<void> => {
    for (const part of all.toReversed()) await part.stop();
    await also?.();
  };
  try {
    await until('the API', patience, () => succeeds('get', '--raw', '/readyz'));
    const account = ['get', 'serviceaccount', 'default', '-n', 'default'];
    await until('the first account', patience, () => succeeds(...account));
    await kubectl('create', '-f', join(here, 'nodes.yaml'));
    const words = ['--kubeconfig', kubeconfig, '--manage-all-nodes', '--node-ip', '127.0.0.1'];
    const stages = ['--cidr', '10.244.0.1/16', '--config', join(here, 'stages.yaml')];
    all.push(start(programs.kwok, [...words, ...stages], join(folder, 'kwok.log')));
    const ready = ['wait', '--for=condition=Ready', 'node', '--all', '--timeout=5s'];
    await until('the nodes', patience, () => succeeds(...ready));
    await kubectl('taint', 'nodes', '--all', 'node.kubernetes.io/not-ready:NoSchedule-');
  } catch (error) {
    await stop();
    throw error;
  }
  return { kubeconfig, ended, stop };
}
