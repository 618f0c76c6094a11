import { addQuantities, type KubeObject, parseQuantity, type Quantity } from '../meta/index.ts';

interface Resources {
  readonly requests?: Readonly<Record<string, string>>;
  readonly limits?: Readonly<Record<string, string>>;
}

/** Amounts by the names that quotas have for them. */
export type Amounts = ReadonlyMap<string, Quantity>;

export const zero = parseQuantity('0') as Quantity;
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

/** Resources whose requests are counted under their own names, too. */
const plain: ReadonlySet<string> = new Set(['cpu', 'memory', 'ephemeral-storage']);

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
      if (plain.has(name)) add(usage, name, amount);
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

export function add(usage: Map<string, Quantity>, name: string, amount: Quantity): void {
  usage.set(name, addQuantities(usage.get(name) ?? zero, amount));
}
