import {
  compareQuantities,
  type KubeObject,
  parseQuantity,
  type Quantity,
  roundedUp,
} from '../meta/index.ts';
import { podLimits, podRequests, type Resources, zero } from './pods.ts';
import { isTerminating } from './scopes.ts';

const one = parseQuantity('1') as Quantity;

interface Counted {
  readonly kind: { readonly group: string; readonly plural: string; readonly resource: string };
  readonly object: KubeObject;
  /** Milliseconds since 1970, by which pods that should be gone count no more; absent: they count. */
  readonly now?: number;
}

/** What a write may change: the object as a whole, what its containers ask for and may take, or neither. */
export type Reach = 'whole' | 'resources' | 'other';

/** How objects of a kind are measured, besides that they are there. */
interface Measure {
  measure(usage: Map<string, Quantity>, object: KubeObject, now: number | undefined): void;
  /** Whether a change can take more than there was before. */
  changes(reach: Reach, object: KubeObject, old: KubeObject): boolean;
  /** The last moment at which an object counts, milliseconds since 1970; absent: time does not matter. */
  until?(object: KubeObject): number;
}

const whole = (reach: Reach): boolean => reach === 'whole';

const measures: Readonly<Record<string, Measure>> = {
  pods: {
    measure: addPod,
    changes: (reach, object, old) =>
      reach === 'resources' || (whole(reach) && isTerminating(object) !== isTerminating(old)),
    until: dueBy,
  },
  services: { measure: addService, changes: whole },
  persistentvolumeclaims: { measure: addClaim, changes: whole },
};

/** Names under which objects are counted besides `count/<resource>`. */
const counted: ReadonlySet<string> = new Set([
  'services',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'replicationcontrollers',
  'resourcequotas',
]);

/** What an object takes from quotas. Pure. */
export function usageOf({ kind, object, now }: Counted): Map<string, Quantity> {
  const { group, plural, resource } = kind;
  const usage = new Map<string, Quantity>();
  usage.set(group === '' ? `count/${plural}` : `count/${plural}.${group}`, one);
  if (counted.has(resource)) usage.set(resource, one);
  measures[resource]?.measure(usage, object, now);
  return usage;
}

/** The last moment, in milliseconds since 1970, at which an object counts; infinite where that is no matter of time. Pure. */
export function countedUntil(resource: string, object: KubeObject): number {
  return measures[resource]?.until?.(object) ?? Infinity;
}

/** Whether a change of an object can make it take more from quotas. Pure. */
export function maySwell(resource: string, reach: Reach, object: KubeObject, old: KubeObject): boolean {
  return measures[resource]?.changes(reach, object, old) === true;
}

/** Resources that are counted under their own names, too. */
function isPlain(name: string): boolean {
  return name === 'cpu' || name === 'memory' || name === 'ephemeral-storage' || name.startsWith('hugepages-');
}

function addPod(usage: Map<string, Quantity>, pod: KubeObject, now: number | undefined): void {
  if (!isAlive(pod, now)) return;
  usage.set('pods', one);
  for (const [name, amount] of podRequests(pod, { observed: true })) {
    usage.set(`requests.${name}`, amount);
    if (isPlain(name)) usage.set(name, amount);
  }
  for (const [name, amount] of podLimits(pod, { observed: true })) usage.set(`limits.${name}`, amount);
}

/** Whether a pod has anything still: it has not ended, and is not overdue on a node that is lost. */
function isAlive(pod: KubeObject & { status?: { phase?: string } }, now = 0): boolean {
  const phase = pod.status?.phase;
  return phase !== 'Succeeded' && phase !== 'Failed' && now <= dueBy(pod);
}

/** The time by which a pod should be gone; never for one that stays. */
function dueBy({ metadata: { deletionTimestamp, deletionGracePeriodSeconds } }: KubeObject): number {
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === undefined) return Infinity;
  return Date.parse(deletionTimestamp) + deletionGracePeriodSeconds * 1000;
}

interface ServiceSpec {
  readonly type?: string;
  readonly ports?: readonly { readonly nodePort?: number }[];
  readonly allocateLoadBalancerNodePorts?: boolean;
}

function addService(usage: Map<string, Quantity>, service: KubeObject): void {
  const { type, ports = [], allocateLoadBalancerNodePorts = true } = (service['spec'] ?? {}) as ServiceSpec;
  const balanced = type === 'LoadBalancer';
  const open =
    balanced && !allocateLoadBalancerNodePorts ? ports.filter(port => (port.nodePort ?? 0) !== 0) : ports;
  usage.set('services.loadbalancers', balanced ? one : zero);
  usage.set('services.nodeports', type === 'NodePort' || balanced ? numbered(open.length) : zero);
}

function numbered(count: number): Quantity {
  return parseQuantity(`${count}`) ?? zero;
}

interface Claim extends KubeObject {
  readonly spec?: { readonly storageClassName?: string; readonly resources?: Resources };
  readonly status?: { readonly allocatedResources?: Readonly<Record<string, string>> };
}

/** An older way to say the class of a claim, which goes before the newer one. */
const classAnnotation = 'volume.beta.kubernetes.io/storage-class';

function addClaim(usage: Map<string, Quantity>, { metadata, spec, status }: Claim): void {
  const storageClass = metadata.annotations?.[classAnnotation] ?? spec?.storageClassName ?? '';
  const below = storageClass === '' ? undefined : `${storageClass}.storageclass.storage.k8s.io/`;
  if (below !== undefined) usage.set(`${below}persistentvolumeclaims`, one);
  const asked = parseQuantity(spec?.resources?.requests?.['storage'] ?? '');
  if (asked === undefined) return;
  const given = parseQuantity(status?.allocatedResources?.['storage'] ?? '0') ?? zero;
  const storage = roundedUp(compareQuantities(given, asked) > 0 ? given : asked, 0);
  usage.set('requests.storage', storage);
  if (below !== undefined) usage.set(`${below}requests.storage`, storage);
}
