import {
  compareQuantities,
  forbidden,
  formatQuantity,
  type KubeObject,
  parseQuantity,
  type Quantity,
  quantityIn,
} from '../meta/index.ts';
import {
  type PodContainer,
  podLimits,
  podRequests,
  type Reach,
  type Resources,
  zero,
} from '../usage/index.ts';
import type { Admission, AdmissionRequest } from './contract.ts';
import { reachOf } from './reach.ts';
import type { Lookup } from './reading.ts';

type Amounts = Readonly<Record<string, string>>;

interface Limit {
  readonly type: string;
  readonly min?: Amounts;
  readonly max?: Amounts;
  readonly default?: Amounts;
  readonly defaultRequest?: Amounts;
  readonly maxLimitRequestRatio?: Amounts;
}

interface Range extends KubeObject {
  readonly spec?: { readonly limits?: readonly Limit[] };
}

interface PodSpec {
  readonly containers?: readonly PodContainer[];
  readonly initContainers?: readonly PodContainer[];
}

/** What something asks for and may take, by resource. */
interface Asked {
  readonly requests: ReadonlyMap<string, Quantity>;
  readonly limits: ReadonlyMap<string, Quantity>;
}

/** What ranges say of objects of a kind. */
interface Limited {
  /** At which changes they are asked: a pod's containers are given other resources by a path of their own. */
  readonly changes: Reach;
  /** The object with what is usual where it says nothing. */
  readonly fill?: (object: KubeObject, range: Range) => KubeObject;
  readonly faults: (object: KubeObject, limit: Limit) => readonly string[];
}

const limited: Readonly<Record<string, Limited>> = {
  pods: { changes: 'resources', fill: withDefaults, faults: podFaults },
  persistentvolumeclaims: { changes: 'whole', faults: claimFaults },
};

/** Gives containers the namespace's usual requests and limits, and keeps all within its bounds (the LimitRanger plugin). */
export function limitRanger(lookup: Lookup): Admission {
  const rangesOf = (namespace: string): readonly Range[] => lookup.list('limitranges', namespace);
  return {
    name: 'LimitRanger',
    concerns: request =>
      isLimited(request) &&
      request.old?.metadata.deletionTimestamp === undefined &&
      rangesOf(request.namespace).length > 0,
    mutate: ({ object, kind, namespace }) => {
      const fill = limited[kind.resource]?.fill;
      if (fill === undefined) return object as KubeObject;
      return rangesOf(namespace).reduce(fill, object as KubeObject);
    },
    validate: request => {
      for (const range of rangesOf(request.namespace)) check(request, range);
    },
  };
}

function isLimited(request: AdmissionRequest): boolean {
  const { operation, kind, subresource } = request;
  const about = limited[kind.resource];
  if (about === undefined) return false;
  if (operation === 'CREATE') return subresource === '';
  return operation === 'UPDATE' && about.changes === reachOf(request);
}

/** @throws StatusError 403 with all that one range forbids */
function check({ kind, name, object }: AdmissionRequest, { spec }: Range): void {
  const { faults } = limited[kind.resource] as Limited;
  const found = [...new Set((spec?.limits ?? []).flatMap(limit => faults(object as KubeObject, limit)))];
  if (found.length === 0) return;
  const detail = found.length === 1 ? (found[0] as string) : `[${found.join(', ')}]`;
  throw forbidden({ group: kind.group, resource: kind.plural }, name, detail);
}

/** Annotation of pods that says what was filled in. */
const filledIn = 'kubernetes.io/limit-ranger';

/** The pod with usual requests and limits where it says none. Pure. */
export function withDefaults(pod: KubeObject, { spec: range }: Range): KubeObject {
  const usual = (range?.limits ?? []).filter(limit => limit.type === 'Container');
  const requests: Amounts = Object.assign({}, ...usual.map(limit => limit.defaultRequest ?? {}));
  const limits: Amounts = Object.assign({}, ...usual.map(limit => limit.default ?? {}));
  const spec = (pod['spec'] ?? {}) as PodSpec;
  const said: string[] = [];
  const fillAll = (containers: readonly PodContainer[], what: string): readonly PodContainer[] =>
    containers.map(container => {
      said.push(...newIn(container, 'requests', requests, `request for ${what}`));
      said.push(...newIn(container, 'limits', limits, `limit for ${what}`));
      return filled(container, { requests, limits });
    });
  const containers = fillAll(spec.containers ?? [], 'container');
  const initContainers = spec.initContainers && fillAll(spec.initContainers, 'init container');
  if (said.length === 0) return pod;
  const annotations = {
    ...pod.metadata.annotations,
    [filledIn]: `LimitRanger plugin set: ${said.join('; ')}`,
  };
  return {
    ...pod,
    metadata: { ...pod.metadata, annotations },
    spec: { ...spec, ...(initContainers !== undefined && { initContainers }), containers },
  };
}

/** What a container is given: `cpu, memory request for container a`. */
function newIn(
  { name, resources }: PodContainer,
  list: keyof Resources,
  usual: Amounts,
  what: string,
): string[] {
  const names = Object.keys(usual).filter(one => resources?.[list]?.[one] === undefined);
  return names.length === 0 ? [] : [`${names.toSorted().join(', ')} ${what} ${name}`];
}

function filled(container: PodContainer, usual: Required<Resources>): PodContainer {
  const { requests, limits } = container.resources ?? {};
  const asked = { ...usual.requests, ...requests };
  const bounded = { ...usual.limits, ...limits };
  return {
    ...container,
    resources: {
      ...container.resources,
      ...(Object.keys(bounded).length > 0 && { limits: bounded }),
      ...(Object.keys(asked).length > 0 && { requests: asked }),
    },
  };
}

function podFaults(pod: KubeObject, limit: Limit): readonly string[] {
  if (limit.type === 'Pod') {
    const options = { overhead: false };
    return faultsOf(limit, { requests: podRequests(pod, options), limits: podLimits(pod, options) });
  }
  if (limit.type !== 'Container') return [];
  const { containers = [], initContainers = [] } = (pod['spec'] ?? {}) as PodSpec;
  return [...containers, ...initContainers].flatMap(({ resources }) => faultsOf(limit, read(resources)));
}

/** Claims have requests alone, which the most is compared with, too. */
function claimFaults(claim: KubeObject, limit: Limit): readonly string[] {
  if (limit.type !== 'PersistentVolumeClaim') return [];
  const { resources } = (claim['spec'] ?? {}) as { resources?: Resources };
  const asked = read({ requests: resources?.requests ?? {} });
  return [
    ...each(limit.min, (name, least) => tooLittle(limit.type, name, least, asked)),
    ...each(limit.max, (name, most) => {
      const said = `maximum ${name} usage per ${limit.type} is ${formatQuantity(most)}`;
      const request = asked.requests.get(name);
      if (request === undefined) return `${said}.  No request is specified`;
      return above(request, most) ? `${said}, but request is ${formatQuantity(request)}` : undefined;
    }),
  ];
}

function read({ requests = {}, limits = {} }: Resources = {}): Asked {
  const amounts = (list: Amounts): ReadonlyMap<string, Quantity> =>
    new Map(Object.entries(list).map(([name, text]) => [name, parseQuantity(text) ?? zero]));
  return { requests: amounts(requests), limits: amounts(limits) };
}

function faultsOf(limit: Limit, asked: Asked): readonly string[] {
  return [
    ...each(limit.min, (name, least) => tooLittle(limit.type, name, least, asked)),
    ...each(limit.max, (name, most) => tooMuch(limit.type, name, most, asked)),
    ...each(limit.maxLimitRequestRatio, (name, ratio) => tooFar(limit.type, name, ratio, asked)),
  ];
}

function each(
  bounds: Amounts = {},
  fault: (name: string, bound: Quantity) => string | undefined,
): readonly string[] {
  return Object.entries(bounds).flatMap(([name, text]) => fault(name, parseQuantity(text) ?? zero) ?? []);
}

function above(amount: Quantity, bound: Quantity): boolean {
  return compareQuantities(amount, bound) > 0;
}

function tooLittle(
  type: string,
  name: string,
  least: Quantity,
  { requests, limits }: Asked,
): string | undefined {
  const said = `minimum ${name} usage per ${type} is ${formatQuantity(least)}`;
  const [request, limit] = [requests.get(name), limits.get(name)];
  if (request === undefined) return `${said}.  No request is specified`;
  if (above(least, request)) return `${said}, but request is ${formatQuantity(request)}`;
  if (limit !== undefined && above(least, limit)) return `${said}, but limit is ${formatQuantity(limit)}`;
  return undefined;
}

function tooMuch(
  type: string,
  name: string,
  most: Quantity,
  { requests, limits }: Asked,
): string | undefined {
  const said = `maximum ${name} usage per ${type} is ${formatQuantity(most)}`;
  const [request, limit] = [requests.get(name), limits.get(name)];
  if (limit === undefined) return `${said}.  No limit is specified`;
  if (above(limit, most)) return `${said}, but limit is ${formatQuantity(limit)}`;
  if (request !== undefined && above(request, most))
    return `${said}, but request is ${formatQuantity(request)}`;
  return undefined;
}

const milli = -3;

/** A limit that is too many times the request. */
function tooFar(
  type: string,
  name: string,
  ratio: Quantity,
  { requests, limits }: Asked,
): string | undefined {
  const said = `${name} max limit to request ratio per ${type} is ${formatQuantity(ratio)}, but`;
  const [request, limit] = [requests.get(name) ?? zero, limits.get(name) ?? zero];
  if (request.digits === 0n) return `${said} no request is specified or request is 0`;
  if (limit.digits === 0n) return `${said} no limit is specified or limit is 0`;
  const found = Number(quantityIn(limit, milli)) / Number(quantityIn(request, milli));
  if (found * 1000 <= Number(quantityIn(ratio, milli))) return undefined;
  return `${said} provided ratio is ${found.toFixed(6)}`;
}
