import type { KubeObject } from '../../../../src/cluster/meta/index.ts';
import type { Pod } from '../../../../src/cluster/view/index.ts';

/** Objects that there are, and a pod that is to be given a node. */
export interface Case {
  readonly name: string;
  readonly nodes: readonly KubeObject[];
  /** Pods that have their nodes. */
  readonly pods?: readonly Pod[];
  readonly claims?: readonly KubeObject[];
  readonly volumes?: readonly KubeObject[];
  readonly classes?: readonly KubeObject[];
  readonly budgets?: readonly KubeObject[];
  readonly incoming: Pod;
}

/** The namespace of the pods, and another, with a label each. */
export const namespaces = { n: { team: 'one' }, other: { team: 'two' } } as const;

export type Amounts = Readonly<Record<string, string>>;

export interface NodeOptions {
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly { readonly key: string; readonly value?: string; readonly effect: string }[];
  readonly unschedulable?: boolean;
  readonly room?: Amounts;
}

export const hostname = 'kubernetes.io/hostname';
export const zone = 'topology.kubernetes.io/zone';

export function node(name: string, { labels, taints, unschedulable, room }: NodeOptions = {}): KubeObject {
  const allocatable = { cpu: '4', memory: '8Gi', pods: '10', 'ephemeral-storage': '10Gi', ...room };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { [hostname]: name, ...labels } },
    spec: { ...(taints && { taints }), ...(unschedulable && { unschedulable }) },
    status: { allocatable, capacity: allocatable },
  };
}

export const inZone = (name: string, value: string): KubeObject => node(name, { labels: { [zone]: value } });

export interface PodOptions {
  readonly on?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly asks?: Amounts;
  readonly namespace?: string;
  readonly spec?: object;
  readonly container?: object;
  readonly status?: object;
}

export function pod(name: string, options: PodOptions = {}): Pod {
  const { on, labels = { app: name }, asks, namespace = 'n', spec = {}, status } = options;
  const { container: more = {} } = options;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels },
    spec: {
      containers: [{ name: 'c', image: 'i', ...(asks && { resources: { requests: asks } }), ...more }],
      ...(on !== undefined && { nodeName: on }),
      ...spec,
    },
    ...(status !== undefined && { status }),
  };
}

export const incoming = (options: PodOptions = {}): Pod =>
  pod('incoming', { labels: { app: 'web' }, ...options });

export const named = (app: string): object => ({ matchLabels: { app } });
export const near = (...terms: readonly object[]): object => ({
  affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } },
});
export const far = (...terms: readonly object[]): object => ({
  affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } },
});
export const term = (app: string, topologyKey = hostname, more: object = {}): object => ({
  labelSelector: named(app),
  topologyKey,
  ...more,
});
export const spread = (more: object = {}): object => ({
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      topologyKey: zone,
      whenUnsatisfiable: 'DoNotSchedule',
      labelSelector: named('web'),
      ...more,
    },
  ],
});
export const port = (hostPort: number, more: object = {}): object => ({
  ports: [{ containerPort: hostPort, hostPort, ...more }],
});
export const web = (name: string, on: string, more: PodOptions = {}): Pod =>
  pod(name, { on, labels: { app: 'web' }, ...more });

export function claim(name: string, spec: object = {}, bound = false, more: object = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name,
      namespace: 'n',
      ...(bound && { annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } }),
    },
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '1Gi' } },
      storageClassName: '',
      ...spec,
    },
    ...(bound && { status: { phase: 'Bound' } }),
    ...more,
  };
}

export function volume(name: string, spec: object = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name },
    spec: {
      accessModes: ['ReadWriteOnce'],
      capacity: { storage: '1Gi' },
      hostPath: { path: '/v' },
      volumeMode: 'Filesystem',
      ...spec,
    },
  };
}

export const storageClass = (name: string, provisioner: string): KubeObject => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name },
  provisioner,
  volumeBindingMode: 'WaitForFirstConsumer',
});
export const reachedFrom = (name: string): object => ({
  nodeAffinity: {
    required: {
      nodeSelectorTerms: [{ matchExpressions: [{ key: hostname, operator: 'In', values: [name] }] }],
    },
  },
});
export const using = (...claims: readonly string[]): object => ({
  volumes: claims.map(claimName => ({ name: claimName, persistentVolumeClaim: { claimName } })),
});
export const onNode = (...values: readonly string[]): object => ({
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values }] }],
      },
    },
  },
});
export const tainted = (name: string, effect: string): KubeObject =>
  node(name, { taints: [{ key: 'dedicated', value: 'gpu', effect }] });
export const tolerating = {
  tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'gpu', effect: 'NoSchedule' }],
};
export const initially = (cpu: string, more: object = {}): object => ({
  initContainers: [{ name: 'i', image: 'i', resources: { requests: { cpu } }, ...more }],
});
export const two = [node('one'), node('two')];
export const zones = [inZone('a1', 'a'), inZone('a2', 'a'), inZone('b1', 'b')];
