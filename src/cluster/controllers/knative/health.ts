import {
  conditionOf,
  type ContainerStatus,
  type Deployment,
  type Ended,
  failureOf,
  isActive,
  isReady,
  newestFirst,
  type Pod,
  startFaultOf,
  statusesOf,
  wordsOf,
} from '../../view/index.ts';
import { servingContainer } from './queueproxy.ts';
import type { Failure } from './writer.ts';
import type { Autoscaler, KnativeCondition, Revision } from './shapes.ts';

export interface Seen {
  readonly deployment: Deployment | undefined;
  readonly autoscaler: Autoscaler | undefined;
  readonly pods: readonly Pod[];
  /** Why what runs the revision could not be written. */
  readonly failure: Failure | undefined;
}

type Said = Omit<KnativeCondition, 'type' | 'severity' | 'lastTransitionTime'>;

/** What `ContainerHealthy` and `ResourcesAvailable` of a revision say. */
interface Health {
  readonly healthy: Said;
  readonly available: Said;
}

const deploying = { status: 'Unknown', reason: 'Deploying' } as const;
const lost = { ...deploying, message: 'None of the pods is ready any more.' } as const;
const never = {
  status: 'False',
  reason: 'ProgressDeadlineExceeded',
  message: 'Initial scale was never achieved',
} as const;
const fine: Health = { healthy: { status: 'True' }, available: { status: 'True' } };

/**
 * How a revision is, by its pods: it is ready as long as one of them is, and says within one look why none comes up, also after it was
 * ready. One that is to have no pods stays what it was found to be. Pure.
 */
export function healthOf(revision: Revision, { deployment, autoscaler, pods, failure }: Seen): Health {
  if (failure !== undefined) {
    return { healthy: deploying, available: { status: 'False', ...failure } };
  }
  const initialized = isTrue(autoscaler?.status?.conditions, 'ScaleTargetInitialized');
  if (deployment === undefined) return { healthy: deploying, available: deploying };
  if ((deployment.spec.replicas ?? 0) === 0) return initialized ? fine : asBefore(revision);
  // The Deployment hears of a pod that is ready two writes later.
  const isUp = pods.some(pod => isActive(pod) && isReady(pod));
  if (isUp || (deployment.status?.availableReplicas ?? 0) > 0) {
    return initialized || wasReady(revision) ? fine : { healthy: deploying, available: deploying };
  }
  const { conditions } = deployment.status ?? {};
  const refused = conditionOf(conditions, 'ReplicaFailure');
  const progress = conditionOf(conditions, 'Progressing');
  const found = ofPods(revision, pods, progress?.status === 'False');
  if (found !== undefined) return found;
  if (refused?.status === 'True') return unavailable(refused);
  if (progress?.status === 'False') return unavailable(progress);
  if (isWaking(revision)) return fine;
  return { healthy: deploying, available: initialized ? lost : deploying };
}

function isTrue(conditions: readonly KnativeCondition[] | undefined, type: string): boolean {
  return conditions?.find(one => one.type === type)?.status === 'True';
}

function wasReady({ status }: Revision): boolean {
  return isTrue(status?.conditions, 'Ready');
}

/** One that had no pods on purpose, and is given some, is as good as it was until they are found to be otherwise. */
function isWaking(revision: Revision): boolean {
  return wasReady(revision) && !isTrue(revision.status?.conditions, 'Active');
}

function asBefore({ status }: Revision): Health {
  const before = (type: string): KnativeCondition | undefined =>
    status?.conditions?.find(one => one.type === type);
  const [healthy, available] = [before('ContainerHealthy'), before('ResourcesAvailable')];
  if (healthy?.status !== 'False' && available?.status !== 'False') {
    return { healthy: deploying, available: never };
  }
  return { healthy: saidBy(healthy), available: saidBy(available) };
}

function saidBy(condition: KnativeCondition | undefined): Said {
  return condition === undefined ? deploying : { status: condition.status, ...whyOf(condition) };
}

/** What the first pod that fails says of why it is not there; those that are on their way out say nothing. */
function ofPods(revision: Revision, pods: readonly Pod[], late: boolean): Health | undefined {
  const main = servingContainer(revision.spec.containers)?.name ?? '';
  for (const pod of newestFirst(pods.filter(isActive))) {
    const scheduled = conditionOf(pod.status?.conditions, 'PodScheduled');
    if (scheduled?.status === 'False') return unavailable(scheduled);
    const initializers = statusesOf(pod, 'initContainerStatuses').map(one =>
      ofContainer(one, `Container ${one.name}`, late),
    );
    const serving = statusesOf(pod, 'containerStatuses').find(one => one.name === main);
    const found = [...initializers, ofContainer(serving, 'Container', late)].find(one => one !== undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Why a container does not run: what it waits for now is told before how it ended the last time. */
function ofContainer(
  container: ContainerStatus | undefined,
  called: string,
  late: boolean,
): Health | undefined {
  const fault = startFaultOf(container);
  if (fault !== undefined) return unavailable(fault);
  const ended = endOf(container);
  if (ended !== undefined) {
    const { exitCode = 0 } = ended;
    const message = `${called} failed with: ${wordsOf(ended)}`;
    return { healthy: { status: 'False', reason: `ExitCode${exitCode}`, message }, available: deploying };
  }
  const waiting = container?.state?.waiting;
  return waiting === undefined || !late ? undefined : unavailable(waiting);
}

/** How a container ended, also when it has been started again since and is not ready yet. */
function endOf(container: ContainerStatus | undefined): Ended | undefined {
  const ended = failureOf(container);
  if (ended !== undefined || container?.state?.running === undefined || container.ready === true)
    return ended;
  return container.lastState?.terminated;
}

function unavailable(condition: { readonly reason?: string; readonly message?: string }): Health {
  return { healthy: deploying, available: { status: 'False', ...whyOf(condition) } };
}

/** Reason and message, as far as there are any. */
export function whyOf({ reason, message }: { readonly reason?: string; readonly message?: string }): {
  reason?: string;
  message?: string;
} {
  return { ...(reason !== undefined && { reason }), ...(message !== undefined && { message }) };
}
