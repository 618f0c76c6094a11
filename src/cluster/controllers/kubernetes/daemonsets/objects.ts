import type { KubeObject, SelectorObject } from '../../../meta/index.ts';
import { isActive, type Pod, type PodTemplate } from '../../../view/index.ts';

export interface DaemonSet extends KubeObject {
  readonly spec: {
    readonly selector: SelectorObject;
    readonly template: PodTemplate;
    readonly minReadySeconds?: number;
    readonly revisionHistoryLimit?: number;
    readonly updateStrategy?: {
      readonly type?: 'RollingUpdate' | 'OnDelete';
      readonly rollingUpdate?: {
        readonly maxUnavailable?: number | string;
        readonly maxSurge?: number | string;
      };
    };
  };
  readonly status?: DaemonStatus;
}

export interface DaemonStatus {
  readonly observedGeneration?: number;
  readonly currentNumberScheduled: number;
  readonly numberMisscheduled: number;
  readonly desiredNumberScheduled: number;
  readonly numberReady: number;
  readonly updatedNumberScheduled?: number;
  readonly numberAvailable?: number;
  readonly numberUnavailable?: number;
  readonly collisionCount?: number;
}

/** The label of a pod, and of a revision, that says which template it is of. */
export const revisionLabel = 'controller-revision-hash';

/** The node that a pod is on, or is made for. */
export function nodeOf({ spec }: Pod): string {
  if (spec.nodeName !== undefined && spec.nodeName !== '') return spec.nodeName;
  const terms =
    spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const fields = terms.flatMap(({ matchFields = [] }) => matchFields);
  return fields.find(({ key }) => key === 'metadata.name')?.values?.[0] ?? '';
}

/** The pods of each node, those that have ended among them; one that has ended and is leaving takes no room any more. */
export function byNode(pods: readonly Pod[]): ReadonlyMap<string, readonly Pod[]> {
  const nodes = new Map<string, Pod[]>();
  for (const pod of pods) {
    if (isOver(pod) && pod.metadata.deletionTimestamp !== undefined) continue;
    const node = nodeOf(pod);
    nodes.set(node, [...(nodes.get(node) ?? []), pod]);
  }
  return nodes;
}

export function hasEnded(pod: Pod): boolean {
  return isOver(pod) && pod.metadata.deletionTimestamp === undefined;
}

function isOver({ status }: Pod): boolean {
  return status?.phase === 'Failed' || status?.phase === 'Succeeded';
}

export function isOf(pod: Pod, hash: string): boolean {
  return pod.metadata.labels?.[revisionLabel] === hash;
}

/** Pods that run or will, the oldest first. */
export function living(pods: readonly Pod[]): Pod[] {
  const made = ({ metadata }: Pod): string => metadata.creationTimestamp ?? '';
  return pods.filter(isActive).toSorted((a, b) => (made(a) < made(b) ? -1 : Number(made(a) > made(b))));
}
