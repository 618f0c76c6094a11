import { forbidden, type KubeObject } from '../meta/index.ts';
import type { Admission, AdmissionRequest } from './contract.ts';
import type { Lookup } from './reading.ts';

interface PodSpec {
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly imagePullSecrets?: readonly unknown[];
  readonly volumes?: readonly { readonly name: string; readonly projected?: unknown }[];
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly tolerations?: readonly Toleration[];
}

interface Container {
  readonly name: string;
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
}

interface Toleration {
  readonly key?: string;
  readonly operator?: string;
  readonly effect?: string;
  readonly tolerationSeconds?: number;
}

const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Pods run as a service account that exists and get its token in a volume (the ServiceAccount plugin). */
export function serviceAccountAdmission(lookup: Lookup, suffix: () => string): Admission {
  return {
    name: 'ServiceAccount',
    concerns: ({ operation, kind, subresource }) =>
      operation === 'CREATE' && kind.resource === 'pods' && subresource === '',
    mutate: request => {
      const pod = request.object as KubeObject;
      const spec = pod['spec'] as PodSpec;
      const name = spec.serviceAccountName ?? 'default';
      const account = accountOf(lookup, request, name);
      const named = { ...spec, serviceAccountName: name, serviceAccount: name };
      const secrets =
        spec.imagePullSecrets ?? (account['imagePullSecrets'] as readonly unknown[] | undefined);
      const pulling = secrets === undefined ? named : { ...named, imagePullSecrets: secrets };
      return { ...pod, spec: mounts(pulling, account) ? withToken(pulling, suffix) : pulling };
    },
  };
}

function accountOf(lookup: Lookup, { namespace, name: pod }: AdmissionRequest, name: string): KubeObject {
  const account = lookup.get('serviceaccounts', namespace, name);
  if (account !== undefined) return account;
  const detail = `error looking up service account ${namespace}/${name}: serviceaccount ${JSON.stringify(name)} not found`;
  throw forbidden({ group: '', resource: 'pods' }, pod, detail);
}

function mounts(spec: PodSpec, account: KubeObject): boolean {
  return spec.automountServiceAccountToken ?? account['automountServiceAccountToken'] !== false;
}

function withToken(spec: PodSpec, suffix: () => string): PodSpec {
  const volume = `kube-api-access-${suffix()}`;
  const mount = { name: volume, readOnly: true, mountPath };
  const withMount = (container: Container): Container => {
    const { volumeMounts = [] } = container;
    if (volumeMounts.some(one => one.mountPath === mountPath)) return container;
    return { ...container, volumeMounts: [...volumeMounts, mount] };
  };
  const all = [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
  if (all.every(one => withMount(one) === one)) return spec;
  return {
    ...spec,
    volumes: [...(spec.volumes ?? []), tokenVolume(volume)],
    ...(spec.initContainers !== undefined && { initContainers: spec.initContainers.map(withMount) }),
    containers: (spec.containers ?? []).map(withMount),
  };
}

function tokenVolume(name: string): { name: string; projected: unknown } {
  const downward = {
    items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
  };
  const certificate = {
    name: 'kube-root-ca.crt',
    items: [{ key: 'ca.crt', path: 'ca.crt' }],
  };
  return {
    name,
    projected: {
      sources: [
        { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
        { configMap: certificate },
        { downwardAPI: downward },
      ],
      defaultMode: 420,
    },
  };
}

const conditions = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

/** Pods bear a node that is not ready for five minutes (the DefaultTolerationSeconds plugin). */
export const defaultTolerations: Admission = {
  name: 'DefaultTolerationSeconds',
  concerns: ({ operation, kind, subresource }) =>
    operation === 'CREATE' && kind.resource === 'pods' && subresource === '',
  mutate: request => {
    const pod = request.object as KubeObject;
    const spec = pod['spec'] as PodSpec;
    const tolerations = spec.tolerations ?? [];
    const added = conditions
      .filter(key => !tolerations.some(one => tolerates(one, key)))
      .map(key => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }));
    if (added.length === 0) return pod;
    return { ...pod, spec: { ...spec, tolerations: [...tolerations, ...added] } };
  },
};

function tolerates({ key, effect }: Toleration, wanted: string): boolean {
  return (
    (key === wanted || key === undefined || key === '') &&
    (effect === undefined || effect === '' || effect === 'NoExecute')
  );
}
