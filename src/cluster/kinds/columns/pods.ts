import type { KubeObject } from '../../meta/index.ts';
import type { Column } from '../kind.ts';
import type { PodSpec } from '../rules/pod/shapes.ts';
import { age, named, partOf, text, wide } from './cells.ts';
import { since } from './durations.ts';

interface Terminated {
  readonly exitCode?: number;
  readonly signal?: number;
  readonly reason?: string;
  readonly finishedAt?: string;
}

interface ContainerStatus {
  readonly name?: string;
  readonly ready?: boolean;
  readonly started?: boolean;
  readonly restartCount?: number;
  readonly state?: {
    readonly waiting?: { readonly reason?: string };
    readonly running?: object;
    readonly terminated?: Terminated;
  };
  readonly lastState?: { readonly terminated?: Terminated };
}

interface Condition {
  readonly type?: string;
  readonly status?: string;
  readonly reason?: string;
}

interface PodStatus {
  readonly phase?: string;
  readonly reason?: string;
  readonly conditions?: readonly Condition[];
  readonly initContainerStatuses?: readonly ContainerStatus[];
  readonly containerStatuses?: readonly ContainerStatus[];
  readonly podIPs?: readonly { readonly ip?: string }[];
  readonly nominatedNodeName?: string;
}

/** What is said of a pod in a few words. */
interface Summary {
  readonly ready: number;
  readonly total: number;
  readonly reason: string;
  readonly restarts: number;
  /** When a container ended last before it was started again, in milliseconds since 1970; 0 when none did. */
  readonly restarted: number;
}

/** Columns of Pod (`printPod`). */
export const pods: readonly Column[] = [
  named(),
  text('Ready', 'How many of the containers are ready', object => {
    const { ready, total } = summaryOf(object);
    return `${ready}/${total}`;
  }),
  text('Status', 'The state of the pod in one word', object => summaryOf(object).reason),
  text('Restarts', 'How often containers were started again, and when the last one was', (object, now) => {
    const { restarts, restarted } = summaryOf(object);
    if (restarts === 0 || restarted === 0) return `${restarts}`;
    return `${restarts} (${since(new Date(restarted).toISOString(), now)} ago)`;
  }),
  age,
  wide(
    'IP',
    'The address of the pod',
    object => partOf<PodStatus>(object, 'status').podIPs?.[0]?.ip || '<none>',
  ),
  wide('Node', 'The node the pod runs on', object => partOf<PodSpec>(object, 'spec').nodeName || '<none>'),
  wide(
    'Nominated Node',
    'The node that room is made on',
    object => partOf<PodStatus>(object, 'status').nominatedNodeName || '<none>',
  ),
  wide('Readiness Gates', 'How many further conditions of readiness are true', gatesText),
];

function gatesText(object: KubeObject): string {
  const { readinessGates: gates = [] } = partOf<PodSpec>(object, 'spec');
  if (gates.length === 0) return '<none>';
  const { conditions = [] } = partOf<PodStatus>(object, 'status');
  const met = gates.filter(
    ({ conditionType }) => conditions.find(({ type }) => type === conditionType)?.status === 'True',
  );
  return `${met.length}/${gates.length}`;
}

const summaries = new WeakMap<KubeObject, Summary>();

function summaryOf(object: KubeObject): Summary {
  let summary = summaries.get(object);
  if (summary === undefined) {
    summary = summarized(object);
    summaries.set(object, summary);
  }
  return summary;
}

function summarized(object: KubeObject): Summary {
  const spec = partOf<PodSpec>(object, 'spec');
  const status = partOf<PodStatus>(object, 'status');
  const sidecars = sidecarsOf(spec);
  const initial = initialSummary(spec, status, sidecars);
  const later =
    initial.initializing && !initialized(status) ? initial : withContainers(initial, status, sidecars);
  const total = (spec.containers ?? []).length + sidecars.size;
  return { ...later, total, reason: ended(object, status, later.reason) };
}

/** Containers that run before the others and go on. */
function sidecarsOf(spec: PodSpec): ReadonlySet<string | undefined> {
  const going = (spec.initContainers ?? []).filter(one => one.restartPolicy === 'Always');
  return new Set(going.map(one => one.name));
}

function initialized({ conditions = [] }: PodStatus): boolean {
  return conditions.find(one => one.type === 'Initialized')?.status === 'True';
}

interface Growing extends Omit<Summary, 'total'> {
  readonly initializing: boolean;
}

function initialSummary(
  spec: PodSpec,
  status: PodStatus,
  sidecars: ReadonlySet<string | undefined>,
): Growing {
  const { phase = '', conditions = [], initContainerStatuses: statuses = [] } = status;
  const gated = conditions.some(one => one.type === 'PodScheduled' && one.reason === 'SchedulingGated');
  let reason = gated ? 'SchedulingGated' : status.reason || phase;
  let ready = 0;
  const seen: ContainerStatus[] = [];
  for (const [index, container] of statuses.entries()) {
    seen.push(container);
    if (container.state?.terminated !== undefined && (container.state.terminated.exitCode ?? 0) === 0)
      continue;
    if (sidecars.has(container.name) && container.started === true) {
      if (container.ready === true) ready++;
      continue;
    }
    reason = `Init:${initReason(container, index, (spec.initContainers ?? []).length)}`;
    return { ready, reason, ...restartsOf(seen), initializing: true };
  }
  return { ready, reason, ...restartsOf(seen), initializing: false };
}

function initReason({ state }: ContainerStatus, index: number, count: number): string {
  if (state?.terminated !== undefined) return endReason(state.terminated);
  const waiting = state?.waiting?.reason ?? '';
  return waiting === '' || waiting === 'PodInitializing' ? `${index}/${count}` : waiting;
}

function endReason({ reason = '', signal = 0, exitCode = 0 }: Terminated): string {
  if (reason !== '') return reason;
  return signal === 0 ? `ExitCode:${exitCode}` : `Signal:${signal}`;
}

function restartsOf(statuses: readonly ContainerStatus[]): { restarts: number; restarted: number } {
  let [restarts, restarted] = [0, 0];
  for (const { restartCount = 0, lastState } of statuses) {
    restarts += restartCount;
    const time = Date.parse(lastState?.terminated?.finishedAt ?? '');
    if (time > restarted) restarted = time;
  }
  return { restarts, restarted };
}

function withContainers(
  initial: Growing,
  status: PodStatus,
  sidecars: ReadonlySet<string | undefined>,
): Omit<Summary, 'total'> {
  let { reason, ready } = initial;
  let running = false;
  let failure = '';
  for (const container of (status.containerStatuses ?? []).toReversed()) {
    const { waiting, terminated, running: runs } = container.state ?? {};
    if ((waiting?.reason ?? '') !== '') reason = waiting?.reason ?? '';
    else if (terminated !== undefined) {
      reason = endReason(terminated);
      if ((terminated.exitCode ?? 0) !== 0) failure = reason;
    } else if (container.ready === true && runs !== undefined) {
      running = true;
      ready++;
    }
  }
  if (reason === 'Completed') reason = completedReason(status, running, failure);
  const going = (status.initContainerStatuses ?? []).filter(one => sidecars.has(one.name));
  return { ready, reason, ...restartsOf([...going, ...(status.containerStatuses ?? [])]) };
}

/** The word for a pod of which some containers have ended well. */
function completedReason({ conditions = [] }: PodStatus, running: boolean, failure: string): string {
  const ready = conditions.some(one => one.type === 'Ready' && one.status === 'True');
  if (running && ready) return 'Running';
  if (failure !== '') return failure;
  return running ? 'NotReady' : 'Completed';
}

function ended({ metadata }: KubeObject, { phase, reason }: PodStatus, said: string): string {
  if (metadata.deletionTimestamp === undefined) return said;
  if (reason === 'NodeLost') return 'Unknown';
  return phase === 'Failed' || phase === 'Succeeded' ? said : 'Terminating';
}
