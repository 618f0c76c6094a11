import {
  formatQuantity,
  type KubeObject,
  parseQuantity,
  quantityIn,
  type Quantity,
} from '../../../cluster/meta/index.ts';
import { add, type Amounts, usageOf, zero } from '../../../cluster/usage/index.ts';
import { sinceText } from '../durations.ts';
import { type Beside, wordsOf } from './beside.ts';
import { describeAnnotations, describeLabels } from './metadata.ts';
import type { Condition, Shaped, Texts } from './shapes.ts';
import { inOrder, lines, orNone, timeText } from './words.ts';
import type { Description } from './writer.ts';

interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect?: string;
}

interface NodeSpec {
  readonly taints?: readonly Taint[];
  readonly unschedulable?: boolean;
  readonly podCIDR?: string;
  readonly podCIDRs?: readonly string[];
  readonly providerID?: string;
}

interface NodeStatus {
  readonly conditions?: readonly Condition[];
  readonly addresses?: readonly { readonly type: string; readonly address: string }[];
  readonly capacity?: Texts;
  readonly allocatable?: Texts;
  readonly nodeInfo?: Texts;
}

type Node = Shaped<NodeSpec, NodeStatus>;
type Lease = Shaped<{
  readonly holderIdentity?: string;
  readonly acquireTime?: string;
  readonly renewTime?: string;
}>;

const system: Texts = {
  machineID: 'Machine ID',
  systemUUID: 'System UUID',
  bootID: 'Boot ID',
  kernelVersion: 'Kernel Version',
  osImage: 'OS Image',
  operatingSystem: 'Operating System',
  architecture: 'Architecture',
  containerRuntimeVersion: 'Container Runtime Version',
  kubeletVersion: 'Kubelet Version',
};

/** A node with what its pods take of it. */
export function describeNode(out: Description, object: KubeObject, { found, now }: Beside): void {
  const node = object as Node;
  const { spec = {}, status = {}, metadata } = node as Partial<Node> & KubeObject;
  out.line(0, 'Name:', metadata.name ?? '');
  out.line(0, 'Roles:', orNone(rolesOf(metadata.labels).join(',')));
  describeLabels(out, 'Labels', metadata.labels);
  describeAnnotations(out, 'Annotations', metadata.annotations);
  out.line(0, 'CreationTimestamp:', timeText(metadata.creationTimestamp));
  lines(out, 'Taints', taintTexts(spec.taints));
  out.line(0, 'Unschedulable:', `${spec.unschedulable ?? false}`);
  describeLease(out, found['lease']);
  describeConditions(out, status.conditions);
  out.line(0, 'Addresses:');
  for (const { type, address } of status.addresses ?? []) out.line(1, `${type}:`, address);
  describeAmounts(out, 'Capacity:', status.capacity);
  describeAmounts(out, 'Allocatable:', status.allocatable);
  out.line(0, 'System Info:');
  for (const [field, title] of Object.entries(system)) {
    out.line(1, `${title}:`, status.nodeInfo?.[field] ?? '');
  }
  const { podCIDR = '', podCIDRs = [], providerID = '' } = spec;
  if (podCIDR !== '') out.line(0, 'PodCIDR:', podCIDR);
  if (podCIDRs.length > 0) out.line(0, 'PodCIDRs:', podCIDRs.join(','));
  if (providerID !== '') out.line(0, 'ProviderID:', providerID);
  const { items = [], failure } = found['pods'] ?? {};
  if (failure === undefined) describePods(out, status, items, now);
  else out.line(0, 'Pods:', 'not authorized');
}

function rolesOf(labels: Texts = {}): readonly string[] {
  const prefix = 'node-role.kubernetes.io/';
  const roles = Object.entries(labels).flatMap(([key, value]) => {
    if (key.startsWith(prefix)) return key.length > prefix.length ? [key.slice(prefix.length)] : [];
    return key === 'kubernetes.io/role' && value !== '' ? [value] : [];
  });
  return [...new Set(roles)].toSorted();
}

function taintTexts(taints: readonly Taint[] = []): readonly string[] {
  return taints
    .toSorted((a, b) => (`${a.effect},${a.key}` < `${b.effect},${b.key}` ? -1 : 1))
    .map(({ key, value = '', effect = '' }) => {
      const text = value === '' ? key : `${key}=${value}`;
      return effect === '' ? `${text}${value === '' ? '' : ':'}` : `${text}:${effect}`;
    });
}

function describeLease(
  out: Description,
  { items = [], failure }: Partial<Beside['found'][string]> = {},
): void {
  if (failure !== undefined) {
    out.line(0, 'Lease:', `Failed to get lease: ${wordsOf(failure)}`);
    return;
  }
  const { holderIdentity, acquireTime, renewTime } = (items[0] as Lease | undefined)?.spec ?? {};
  out.line(0, 'Lease:');
  out.line(1, 'HolderIdentity:', holderIdentity ?? '<unset>');
  out.line(1, 'AcquireTime:', acquireTime === undefined ? '<unset>' : timeText(acquireTime));
  out.line(1, 'RenewTime:', renewTime === undefined ? '<unset>' : timeText(renewTime));
}

function describeConditions(out: Description, conditions: readonly Condition[] = []): void {
  if (conditions.length === 0) return;
  out.write(0, 'Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage\n');
  out.line(1, '----', '------', '-----------------', '------------------', '------', '-------');
  for (const {
    type,
    status,
    lastHeartbeatTime,
    lastTransitionTime,
    reason = '',
    message = '',
  } of conditions) {
    const times = [timeText(lastHeartbeatTime), timeText(lastTransitionTime)];
    out.line(1, ...[type, status, ...times, reason].map(cell => `${cell} `), message);
  }
}

function describeAmounts(out: Description, title: string, amounts: Texts | undefined): void {
  const all = inOrder(amounts);
  if (all.length > 0) out.line(0, title);
  for (const [name, amount] of all) out.line(1, `${name}:`, amount);
}

/** What the containers of a node share: cpu is counted in thousandths. */
const shared = [
  ['cpu', -3],
  ['memory', 0],
  ['ephemeral-storage', 0],
] as const;

function describePods(out: Description, status: NodeStatus, pods: readonly KubeObject[], now: number): void {
  const room = Object.keys(status.allocatable ?? {}).length > 0 ? status.allocatable : status.capacity;
  out.line(0, 'Non-terminated Pods:', `(${pods.length} in total)`);
  const titles = ['CPU Requests', 'CPU Limits', 'Memory Requests', 'Memory Limits', 'Age'];
  out.line(1, 'Namespace', 'Name', '', ...titles);
  out.line(1, '---------', '----', '', ...titles.map(title => '-'.repeat(title.length)));
  const totals = new Map<string, Quantity>();
  for (const pod of pods) {
    const { name = '', namespace = '', creationTimestamp } = pod.metadata;
    const usage = usageOf({ kind: { group: '', plural: 'pods', resource: 'pods' }, object: pod });
    for (const [resource, amount] of usage) add(totals, resource, amount);
    const cells = shared.slice(0, 2).flatMap(([resource, power]) => sharesOf(usage, resource, power, room));
    out.line(1, namespace, name, '', ...cells, sinceText(creationTimestamp, now));
  }
  out.write(0, 'Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)\n');
  out.line(1, 'Resource', 'Requests', 'Limits');
  out.line(1, '--------', '--------', '------');
  for (const [resource, power] of shared) out.line(1, resource, ...sharesOf(totals, resource, power, room));
  describeExtended(out, totals, room);
}

/** Huge pages and what else a node has, where pods take of it. */
function describeExtended(out: Description, totals: Amounts, room: Texts = {}): void {
  const names = Object.keys(room).toSorted();
  for (const name of names.filter(one => one.startsWith('hugepages-'))) {
    out.line(1, name, ...sharesOf(totals, name, 0, room));
  }
  const known = new Set(['cpu', 'memory', 'ephemeral-storage', 'pods']);
  for (const name of names.filter(one => !known.has(one) && !one.startsWith('hugepages-'))) {
    out.line(
      1,
      name,
      ...(['requests', 'limits'] as const).map(kind => formatQuantity(totals.get(`${kind}.${name}`) ?? zero)),
    );
  }
}

/** Requests and limits, each with the part of the room that it is: `250m (6%)`. */
function sharesOf(usage: Amounts, resource: string, power: number, room: Texts = {}): readonly string[] {
  const whole = quantityIn(parseQuantity(room[resource] ?? '0') ?? zero, power);
  return ['requests', 'limits'].map(kind => {
    const amount = usage.get(`${kind}.${resource}`) ?? zero;
    const share = whole === 0n ? 0 : Math.trunc((Number(quantityIn(amount, power)) / Number(whole)) * 100);
    return `${formatQuantity(amount)} (${share}%)`;
  });
}
