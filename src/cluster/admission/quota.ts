import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  forbidden,
  formatQuantity,
  type KubeObject,
  parseQuantity,
  type Quantity,
} from '../meta/index.ts';
import type { Admission, AdmissionRequest } from './contract.ts';
import type { Lookup } from './reading.ts';

interface Quota extends KubeObject {
  readonly spec?: { readonly hard?: Readonly<Record<string, string>>; readonly scopes?: readonly string[] };
}

interface Resources {
  readonly requests?: Readonly<Record<string, string>>;
  readonly limits?: Readonly<Record<string, string>>;
}

type Amounts = ReadonlyMap<string, Quantity>;

const zero = parseQuantity('0') as Quantity;
const one = parseQuantity('1') as Quantity;

/** Names under which objects are counted besides `count/<resource>`. */
const counted: Readonly<Record<string, string>> = {
  pods: 'pods',
  services: 'services',
  secrets: 'secrets',
  configmaps: 'configmaps',
  persistentvolumeclaims: 'persistentvolumeclaims',
  replicationcontrollers: 'replicationcontrollers',
  resourcequotas: 'resourcequotas',
};

/** What an object takes from quotas. Pure. */
export function usageOf({
  kind,
  object,
}: {
  kind: { group: string; plural: string; resource: string };
  object: KubeObject;
}): Amounts {
  const { group, plural, resource } = kind;
  const usage = new Map<string, Quantity>();
  const { phase } = (object['status'] ?? {}) as { phase?: string };
  if (resource === 'pods' && (phase === 'Succeeded' || phase === 'Failed')) return usage;
  usage.set(group === '' ? `count/${plural}` : `count/${plural}.${group}`, one);
  const name = counted[resource];
  if (name !== undefined) usage.set(name, one);
  if (resource === 'pods') addPod(usage, object);
  if (resource === 'services') addService(usage, object);
  if (resource === 'persistentvolumeclaims') addClaim(usage, object);
  return usage;
}

function addPod(usage: Map<string, Quantity>, pod: KubeObject): void {
  const { containers = [] } = (pod['spec'] ?? {}) as { containers?: readonly { resources?: Resources }[] };
  for (const { resources } of containers) {
    for (const [name, text] of Object.entries(resources?.requests ?? {})) {
      const amount = parseQuantity(text) ?? zero;
      add(usage, `requests.${name}`, amount);
      if (name === 'cpu' || name === 'memory') add(usage, name, amount);
    }
    for (const [name, text] of Object.entries(resources?.limits ?? {})) {
      add(usage, `limits.${name}`, parseQuantity(text) ?? zero);
    }
  }
}

function addService(usage: Map<string, Quantity>, service: KubeObject): void {
  const { type, ports = [] } = (service['spec'] ?? {}) as { type?: string; ports?: readonly unknown[] };
  if (type === 'LoadBalancer') usage.set('services.loadbalancers', one);
  if (type === 'NodePort' || type === 'LoadBalancer') {
    usage.set('services.nodeports', parseQuantity(`${ports.length}`) ?? zero);
  }
}

function addClaim(usage: Map<string, Quantity>, claim: KubeObject): void {
  const { resources } = (claim['spec'] ?? {}) as { resources?: Resources };
  usage.set('requests.storage', parseQuantity(resources?.requests?.['storage'] ?? '0') ?? zero);
}

function add(usage: Map<string, Quantity>, name: string, amount: Quantity): void {
  usage.set(name, addQuantities(usage.get(name) ?? zero, amount));
}

/**
 * Keeps namespaces within their quotas (the ResourceQuota plugin). What is used is counted from the objects there are; two requests
 * at the same moment may both pass.
 */
export function quotaAdmission(lookup: Lookup): Admission {
  return {
    name: 'ResourceQuota',
    concerns: ({ operation, namespace, subresource, kind }) =>
      operation === 'CREATE' &&
      subresource === '' &&
      namespace !== '' &&
      kind.verbs.includes('list') &&
      lookup.list('resourcequotas', namespace).length > 0,
    validate: request => {
      for (const quota of lookup.list('resourcequotas', request.namespace)) check(lookup, request, quota);
    },
  };
}

function check(lookup: Lookup, request: AdmissionRequest, quota: Quota): void {
  const { kind, namespace } = request;
  const object = request.object as KubeObject;
  const requested = usageOf({ kind, object });
  const hard = Object.entries(quota.spec?.hard ?? {}).filter(([name]) => requested.has(name));
  mustSay(request, quota, requested);
  if (hard.length === 0) return;
  const used = new Map<string, Quantity>();
  for (const other of lookup.list(kind.resource, namespace)) {
    for (const [name, amount] of usageOf({ kind, object: other })) add(used, name, amount);
  }
  const over = hard.filter(([name, limit]) => {
    const sum = addQuantities(used.get(name) ?? zero, requested.get(name) ?? zero);
    return compareQuantities(sum, parseQuantity(limit) ?? zero) > 0;
  });
  if (over.length === 0) return;
  const list = (amounts: Amounts): string =>
    over
      .map(([name]) => `${name}=${formatQuantity(amounts.get(name) ?? zero)}`)
      .toSorted()
      .join(',');
  const limited = over
    .map(([name, limit]) => `${name}=${canonicalQuantity(limit) ?? limit}`)
    .toSorted()
    .join(',');
  const detail = `exceeded quota: ${quota.metadata.name}, requested: ${list(requested)}, used: ${list(used)}, limited: ${limited}`;
  throw forbidden({ group: kind.group, resource: kind.plural }, request.name, detail);
}

const compute = ['cpu', 'memory'].flatMap(name => [name, `requests.${name}`, `limits.${name}`]);

/** A quota of processors or memory wants every container to say what it needs. */
function mustSay({ kind, name, object }: AdmissionRequest, quota: Quota, requested: Amounts): void {
  if (kind.resource !== 'pods') return;
  const wanted = compute.filter(one => quota.spec?.hard?.[one] !== undefined && !requested.has(one));
  if (wanted.length === 0) return;
  const { containers = [] } = ((object as KubeObject)['spec'] ?? {}) as {
    containers?: readonly { name: string }[];
  };
  const names = containers.map(container => container.name).join(',');
  const detail = `failed quota: ${quota.metadata.name}: must specify ${wanted
    .toSorted()
    .map(one => `${one} for: ${names}`)
    .join('; ')}`;
  throw forbidden({ group: '', resource: 'pods' }, name, detail);
}
