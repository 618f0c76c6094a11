import type { KubeObject } from '../../../meta/index.ts';
import { conditionOf, type Pod } from '../../../view/index.ts';
import type { Service } from './slices.ts';

const triggered = 'endpoints.kubernetes.io/last-change-trigger-time';

/** When a service and the pods behind it last changed in a way that endpoints show, by pod. */
export type Times = ReadonlyMap<string, string>;

/** The times of a service and its pods now. Pure. */
export function timesOf({ metadata }: Service, pods: readonly Pod[]): Times {
  const times = new Map<string, string>([['', metadata.creationTimestamp ?? '']]);
  for (const pod of pods) {
    const time = conditionOf(pod.status?.conditions, 'Ready')?.lastTransitionTime;
    if (time !== undefined) times.set(pod.metadata.uid ?? '', time);
  }
  return times;
}

/**
 * The earliest change that endpoints do not show yet: what `endpoints.kubernetes.io/last-change-trigger-time` says, by which the
 * time that a change takes is measured. Undefined when nothing with a time has changed. Pure.
 */
export function triggerOf(before: Times | undefined, now: Times): string | undefined {
  const changed = [...now]
    .filter(([key, time]) => time !== '' && time !== (before?.get(key) ?? ''))
    .map(([, time]) => time);
  return changed.toSorted((a, b) => (a < b ? -1 : 1))[0];
}

/** An object that says what made it change, or nothing. */
export function withTrigger<Item extends KubeObject>(object: Item, trigger: string | undefined): Item {
  const { [triggered]: _, ...others } = object.metadata.annotations ?? {};
  const annotations = trigger === undefined ? others : { ...others, [triggered]: trigger };
  return { ...object, metadata: { ...object.metadata, annotations } };
}
