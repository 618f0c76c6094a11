import { type KubeObject, parseApiVersion } from '../../../cluster/meta/index.ts';
import type { EventFields } from '../eventlines.ts';
import { type Beside, selected, type Wanted } from './beside.ts';
import { describeClaim } from './claims.ts';
import { describeConfigMap } from './configmap.ts';
import { describeEvents } from './events.ts';
import { describeAny } from './generic.ts';
import { describeCronJob, describeJob } from './jobs.ts';
import { describeNamespace } from './namespace.ts';
import { describeNode } from './node.ts';
import { describePod } from './pod.ts';
import { describeLimitRange, describeQuota } from './quotas.ts';
import { describeSecret } from './secret.ts';
import { describeService } from './service.ts';
import { describeServiceAccount } from './serviceaccount.ts';
import type { Shaped } from './shapes.ts';
import { describeDeployment, describeReplicaSet, describeStatefulSet } from './workloads.ts';
import { Description } from './writer.ts';

export type { Beside, Listed, Wanted } from './beside.ts';

interface Form {
  readonly write: (out: Description, object: KubeObject, beside: Beside) => void;
  /** Other objects that are told of, too. */
  readonly wants?: (object: KubeObject) => Readonly<Record<string, Wanted>>;
  /** Without events, whoever asks. */
  readonly silent?: true;
}

type Selecting = Shaped<{ readonly selector?: Parameters<typeof selected>[2] }>;

const podsOf: Form['wants'] = object => ({
  pods: selected('pods', object, (object as Selecting).spec.selector),
});

/** Kinds that kubectl shows in a way of their own, by kind and group. */
const forms: Readonly<Record<string, Form>> = {
  'ConfigMap.': { write: describeConfigMap },
  'Secret.': { write: describeSecret, silent: true },
  'Pod.': { write: describePod },
  'ServiceAccount.': { write: describeServiceAccount },
  'LimitRange.': { write: describeLimitRange, silent: true },
  'ResourceQuota.': { write: describeQuota, silent: true },
  'Job.batch': { write: describeJob },
  'CronJob.batch': { write: describeCronJob },
  'ReplicaSet.apps': { write: describeReplicaSet, wants: podsOf },
  'StatefulSet.apps': { write: describeStatefulSet, wants: podsOf },
  'Deployment.apps': {
    write: describeDeployment,
    wants: object => ({
      sets: selected('replicasets.apps', object, (object as Selecting).spec.selector),
    }),
  },
  'Service.': {
    write: describeService,
    wants: ({ metadata }) => ({
      slices: {
        kind: 'endpointslices.discovery.k8s.io',
        namespace: metadata.namespace,
        labelSelector: `kubernetes.io/service-name=${metadata.name}`,
      },
    }),
  },
  'PersistentVolumeClaim.': {
    write: describeClaim,
    wants: ({ metadata }) => ({ pods: { kind: 'pods', namespace: metadata.namespace } }),
  },
  'Namespace.': {
    write: describeNamespace,
    wants: ({ metadata }) => ({
      quotas: { kind: 'resourcequotas', namespace: metadata.name },
      limits: { kind: 'limitranges', namespace: metadata.name },
    }),
    silent: true,
  },
  'Node.': {
    write: describeNode,
    wants: ({ metadata: { name = '' } }) => ({
      lease: { kind: 'leases.coordination.k8s.io', namespace: 'kube-node-lease', name },
      pods: {
        kind: 'pods',
        fieldSelector: `spec.nodeName=${name},status.phase!=Succeeded,status.phase!=Failed`,
      },
    }),
  },
};

const general: Form = { write: describeAny };

function formOf({ apiVersion, kind }: KubeObject): Form {
  return forms[`${kind}.${parseApiVersion(apiVersion).group}`] ?? general;
}

/** Objects that the description of one needs. */
export function wantedFor(object: KubeObject): Readonly<Record<string, Wanted>> {
  return formOf(object).wants?.(object) ?? {};
}

/** What people read about an object; without `events` nothing is said of them. */
export function describeObject(
  object: KubeObject,
  events: readonly EventFields[] | undefined,
  beside: Beside,
): string {
  const out = new Description();
  const { write, silent = false } = formOf(object);
  write(out, object, beside);
  if (events !== undefined && !silent) describeEvents(out, events, beside.now);
  return out.text();
}
