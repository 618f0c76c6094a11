/**
 * Writes down where a real kube-scheduler puts the pods of `cases.ts`, or why nowhere: `recorded.json`. Programs are named by the
 * environment, built from k8s.io/kubernetes and go.etcd.io/etcd:
 *
 *     ETCD=… KUBE_APISERVER=… KUBE_SCHEDULER=… node test/conformance/kubernetes/scheduling/record.ts
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { HttpTransport, ResourceClient } from '../../../../src/cluster/client/index.ts';
import { isStatusError, type KubeObject } from '../../../../src/cluster/meta/index.ts';
import { type Pod, type Plural, resourceOf } from '../../../../src/cluster/view/index.ts';
import { realPrograms, startRealServer } from '../real.ts';
import { type Case, cases, namespaces } from './cases.ts';
import { priorities } from './preempting.ts';

const program = process.env['KUBE_SCHEDULER'];
if (realPrograms === undefined || program === undefined) {
  throw new Error('ETCD, KUBE_APISERVER and KUBE_SCHEDULER are to name programs');
}

/** Steps of admission that need controllers, or change what the cases say. */
const without = [
  'ServiceAccount',
  'StorageObjectInUseProtection',
  'TaintNodesByCondition',
  'DefaultTolerationSeconds',
];

const real = await startRealServer(realPrograms, { 'disable-admission-plugins': without.join() });
const transport = new HttpTransport({
  server: real.server,
  ca: real.ca,
  token: real.token,
  userAgent: 'record/0',
});
const client = (plural: Plural): ResourceClient => new ResourceClient(transport, resourceOf(plural));

const kubeconfig = join(real.folder, 'scheduler.kubeconfig');
writeFileSync(
  kubeconfig,
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'c', cluster: { server: real.server, 'certificate-authority': join(real.folder, 'ca.crt') } },
    ],
    users: [{ name: 'u', user: { token: real.token } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  }),
);
const flags = [`--kubeconfig=${kubeconfig}`, '--leader-elect=false', '--secure-port=0'];
const scheduler = spawn(program, flags, { stdio: 'ignore' });

/** Creates an object with its status, which is written by itself. */
async function put(plural: Plural, object: KubeObject): Promise<void> {
  const { status } = object as KubeObject & { status?: object };
  await client(plural).create(object);
  if (status === undefined) return;
  const { name = '', namespace = '' } = object.metadata;
  await client(plural).patch(namespace, name, 'merge', { status }, 'status');
}

async function classOf(name: string, value: number, preemptionPolicy?: string): Promise<void> {
  const body = {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name },
    value,
    ...(preemptionPolicy !== undefined && { preemptionPolicy }),
  };
  await transport.ask({ method: 'POST', path: '/apis/scheduling.k8s.io/v1/priorityclasses', body });
}

async function answerOf({
  nodes,
  pods = [],
  claims = [],
  volumes = [],
  classes = [],
  budgets = [],
  incoming,
}: Case): Promise<object> {
  for (const one of nodes) await put('nodes', one);
  for (const one of classes) await put('storageclasses', one);
  for (const one of volumes) await put('persistentvolumes', one);
  for (const one of claims) await put('persistentvolumeclaims', one);
  for (const one of pods) await put('pods', one);
  for (const one of budgets) await put('poddisruptionbudgets', one);
  // The scheduler hears of all this before it hears of the pod, and takes some of it in a little later.
  await pause(1000);
  await put('pods', incoming);
  for (;;) {
    const { spec, status } = (await client('pods').get('n', 'incoming')) as Pod;
    if (spec.nodeName !== undefined) return { node: spec.nodeName };
    const told = status?.conditions?.find(({ type }) => type === 'PodScheduled');
    if (told !== undefined) return { message: told.message, ...(await made(status ?? {})) };
    await pause(50);
  }
}

/** Where room is made for the pod, and who is to go. */
async function made({ nominatedNodeName }: NonNullable<Pod['status']>): Promise<object> {
  if (nominatedNodeName === undefined) return {};
  // Pods are asked to end beside, one after the other.
  await pause(1000);
  const { items } = await client('pods').list({ namespace: 'n' });
  const victims = items.filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
  return { nominated: nominatedNodeName, victims: victims.map(({ metadata }) => metadata.name) };
}

const cleared = [
  'pods',
  'poddisruptionbudgets',
  'persistentvolumeclaims',
  'persistentvolumes',
  'storageclasses',
  'nodes',
] as const;

/** Removes all that a case has made. */
async function clear(): Promise<void> {
  for (const plural of cleared) {
    const { items } = await client(plural).list();
    for (const { metadata } of items) {
      try {
        await client(plural).delete(metadata.namespace ?? '', metadata.name ?? '', { gracePeriodSeconds: 0 });
      } catch (error) {
        if (!isStatusError(error) || error.reason !== 'NotFound') throw error;
      }
    }
  }
}

const answers: Record<string, object> = {};
try {
  for (const [name, labels] of Object.entries(namespaces)) {
    await put('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
  }
  await classOf('quiet', 0, 'Never');
  await classOf('quiet-high', priorities.high, 'Never');
  for (const [name, value] of Object.entries(priorities)) await classOf(name, value);
  for (const one of cases) {
    answers[one.name] = await answerOf(one);
    process.stdout.write(`${one.name}: ${JSON.stringify(answers[one.name])}\n`);
    await clear();
  }
} finally {
  scheduler.kill('SIGTERM');
  await once(scheduler, 'exit');
  await real.stop();
}
const recorded = { origin: 'kube-scheduler v1.37.2 (k8s.io/kubernetes), its default configuration', answers };
writeFileSync(join(import.meta.dirname, 'recorded.json'), `${JSON.stringify(recorded, undefined, 2)}\n`);
