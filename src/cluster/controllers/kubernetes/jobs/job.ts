import type { KubeObject, SelectorObject } from '../../../meta/index.ts';
import { type Condition, conditionOf, type Pod, type PodTemplate } from '../../../view/index.ts';

export interface Job extends KubeObject {
  readonly spec: {
    readonly parallelism?: number;
    readonly completions?: number;
    readonly completionMode?: 'NonIndexed' | 'Indexed';
    readonly backoffLimit?: number;
    /** Of a job with indexes: failures of an index before it has failed; absent: all count together. */
    readonly backoffLimitPerIndex?: number;
    /** Indexes that may fail before the job does; absent: it goes on to the last. */
    readonly maxFailedIndexes?: number;
    readonly podFailurePolicy?: { readonly rules?: readonly FailureRule[] };
    readonly podReplacementPolicy?: 'TerminatingOrFailed' | 'Failed';
    readonly activeDeadlineSeconds?: number;
    readonly ttlSecondsAfterFinished?: number;
    readonly suspend?: boolean;
    /** Of a job with indexes: what does for its success, before all have succeeded. */
    readonly successPolicy?: { readonly rules?: readonly SuccessRule[] };
    readonly selector?: SelectorObject;
    readonly template: PodTemplate;
  };
  readonly status?: JobStatus;
}

/** What a failure means that fits a rule: by how a container ended, or by what stands in the pod's conditions. */
export interface FailureRule {
  readonly action: FailureAction;
  readonly onExitCodes?: {
    readonly containerName?: string;
    readonly operator?: 'In' | 'NotIn';
    readonly values?: readonly number[];
  };
  readonly onPodConditions?: readonly { readonly type: string; readonly status?: string }[];
}

/** The job fails; its index does; it is not counted; it is counted as without a rule. */
export type FailureAction = 'FailJob' | 'FailIndex' | 'Ignore' | 'Count';

export interface SuccessRule {
  /** `0-2,5`; absent: any. */
  readonly succeededIndexes?: string;
  /** How many of them; absent: all. */
  readonly succeededCount?: number;
}

export interface JobStatus {
  readonly active?: number;
  readonly ready?: number;
  readonly succeeded?: number;
  readonly failed?: number;
  readonly terminating?: number;
  readonly startTime?: string;
  readonly completionTime?: string;
  readonly completedIndexes?: string;
  readonly failedIndexes?: string;
  readonly uncountedTerminatedPods?: {
    readonly succeeded?: readonly string[];
    readonly failed?: readonly string[];
  };
  readonly conditions?: readonly Condition[];
}

export const indexAnnotation = 'batch.kubernetes.io/job-completion-index';
/** Keeps a pod that ended until it is counted. */
export const tracking = 'batch.kubernetes.io/job-tracking';

export function isFinished({ status }: Job): boolean {
  return ['Complete', 'Failed'].some(type => conditionOf(status?.conditions, type)?.status === 'True');
}

/** -1 where a pod has none. */
export function indexOf(pod: Pod): number {
  const text = pod.metadata.annotations?.[indexAnnotation] ?? '';
  return /^\d+$/.test(text) ? Number(text) : -1;
}

export function isIndexed({ spec }: Job): boolean {
  return spec.completionMode === 'Indexed';
}

/** `0-2,5`: indexes as their ranges. */
export function ranges(indexes: readonly number[]): string {
  const order = [...new Set(indexes)].toSorted((a, b) => a - b);
  const parts: { from: number; to: number }[] = [];
  for (const index of order) {
    const last = parts.at(-1);
    if (last !== undefined && last.to === index - 1) last.to = index;
    else parts.push({ from: index, to: index });
  }
  return parts
    .map(({ from, to }) => (from === to ? `${from}` : to === from + 1 ? `${from},${to}` : `${from}-${to}`))
    .join(',');
}

/** Takes ranges apart, `0-2,5`; none are longer than `limit` in all. */
export function indexesIn(text: string, limit: number): number[] {
  const indexes: number[] = [];
  for (const part of text.split(',')) {
    const [from = '', to = from] = part.split('-');
    if (!/^\d+$/.test(from) || !/^\d+$/.test(to)) continue;
    for (let index = Number(from); index <= Number(to) && indexes.length < limit; index++)
      indexes.push(index);
  }
  return indexes;
}
