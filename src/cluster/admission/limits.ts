import { compareQuantities, forbidden, type KubeObject, parseQuantity } from '../meta/index.ts';
import type { Admission, AdmissionRequest } from './contract.ts';
import type { Lookup } from './reading.ts';

type Amounts = Readonly<Record<string, string>>;

interface Limit {
  readonly type: 'Container' | 'Pod' | 'PersistentVolumeClaim';
  readonly min?: Amounts;
  readonly max?: Amounts;
  readonly default?: Amounts;
  readonly defaultRequest?: Amounts;
  readonly maxLimitRequestRatio?: Amounts;
}

interface Container {
  readonly name: string;
  readonly resources?: { readonly requests?: Amounts; readonly limits?: Amounts };
}

interface PodSpec {
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
}

/** Gives containers the namespace's usual requests and limits, and keeps all within its bounds (the LimitRanger plugin). */
export function limitRanger(lookup: Lookup): Admission {
  const rangesOf = (namespace: string): Limit[] =>
    lookup
      .list('limitranges', namespace)
      .flatMap(range => ((range['spec'] ?? {}) as { limits?: readonly Limit[] }).limits ?? []);
  return {
    name: 'LimitRanger',
    concerns: ({ operation, kind, subresource, namespace }) =>
      operation === 'CREATE' &&
      subresource === '' &&
      (kind.resource === 'pods' || kind.resource === 'persistentvolumeclaims') &&
      lookup.list('limitranges', namespace).length > 0,
    mutate: request => {
      const object = request.object as KubeObject;
      if (request.kind.resource !== 'pods') return object;
      return withDefaults(object, rangesOf(request.namespace));
    },
    validate: request => {
      const faults = rangesOf(request.namespace).flatMap(limit => faultsOf(request, limit));
      if (faults.length === 0) return;
      const { kind, name } = request;
      const detail = faults.length === 1 ? (faults[0] as string) : `[${faults.join(', ')}]`;
      throw forbidden({ group: kind.group, resource: kind.plural }, name, detail);
    },
  };
}

/** The pod with usual requests and limits where it says none. Pure. */
export function withDefaults(pod: KubeObject, limits: readonly Limit[]): KubeObject {
  const usual = limits.filter(limit => limit.type === 'Container');
  if (usual.every(limit => limit.default === undefined && limit.defaultRequest === undefined)) return pod;
  const spec = (pod['spec'] ?? {}) as PodSpec;
  const fill = (container: Container): Container => usual.reduce(filled, container);
  return {
    ...pod,
    spec: {
      ...spec,
      ...(spec.initContainers !== undefined && { initContainers: spec.initContainers.map(fill) }),
      containers: (spec.containers ?? []).map(fill),
    },
  };
}

function filled(container: Container, limit: Limit): Container {
  const { requests, limits } = container.resources ?? {};
  const asked = { ...limit.defaultRequest, ...requests };
  const bounded = { ...limit.default, ...limits };
  return {
    ...container,
    resources: {
      ...container.resources,
      ...(Object.keys(bounded).length > 0 && { limits: bounded }),
      ...(Object.keys(asked).length > 0 && { requests: asked }),
    },
  };
}

function faultsOf({ kind, object }: AdmissionRequest, limit: Limit): string[] {
  const spec = ((object as KubeObject)['spec'] ?? {}) as PodSpec & { resources?: Container['resources'] };
  if (kind.resource === 'persistentvolumeclaims') {
    return limit.type === 'PersistentVolumeClaim' ? bounds(limit, spec.resources ?? {}) : [];
  }
  if (limit.type !== 'Container') return [];
  return [...(spec.initContainers ?? []), ...(spec.containers ?? [])].flatMap(container =>
    bounds(limit, container.resources ?? {}),
  );
}

function bounds(
  limit: Limit,
  { requests = {}, limits = {} }: { requests?: Amounts; limits?: Amounts },
): string[] {
  const { type, min = {}, max = {} } = limit;
  const low = Object.entries(min).flatMap(([name, bound]) => {
    const asked = requests[name];
    if (asked === undefined)
      return [`minimum ${name} usage per ${type} is ${bound}.  No request is specified`];
    if (compare(asked, bound) >= 0) return [];
    return [`minimum ${name} usage per ${type} is ${bound}, but request is ${asked}`];
  });
  const high = Object.entries(max).flatMap(([name, bound]) => {
    const said = limits[name] ?? (type === 'PersistentVolumeClaim' ? requests[name] : undefined);
    if (said === undefined) return [`maximum ${name} usage per ${type} is ${bound}.  No limit is specified`];
    if (compare(said, bound) <= 0) return [];
    return [`maximum ${name} usage per ${type} is ${bound}, but limit is ${said}`];
  });
  return [...low, ...high];
}

function compare(a: string, b: string): number {
  const left = parseQuantity(a);
  const right = parseQuantity(b);
  return left === undefined || right === undefined ? 0 : compareQuantities(left, right);
}
