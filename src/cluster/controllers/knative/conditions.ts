import type { KnativeCondition, Status } from './shapes.ts';

type Fresh = Omit<KnativeCondition, 'lastTransitionTime'>;

/**
 * The conditions of an object, in the order of their names, with `Ready` following those it depends on: those without a severity.
 * A condition that says the same as before keeps its time (knative.dev/pkg's condition sets).
 */
export function settled(
  old: readonly KnativeCondition[] | undefined,
  parts: readonly Fresh[],
  time: string,
): KnativeCondition[] {
  const deciding = parts.filter(one => one.severity === undefined);
  const failed =
    deciding.find(one => one.status === 'False') ?? deciding.find(one => one.status === 'Unknown');
  const ready: Fresh =
    failed === undefined ? { type: 'Ready', status: 'True' } : { ...failed, type: 'Ready' };
  return [...parts, ready].map(one => timed(old, one, time)).toSorted((a, b) => (a.type < b.type ? -1 : 1));
}

/** A single `Ready`, for objects that say nothing more. */
export function onlyReady(
  old: readonly KnativeCondition[] | undefined,
  fresh: Omit<Fresh, 'type'>,
  time: string,
): KnativeCondition[] {
  return [timed(old, { type: 'Ready', ...fresh }, time)];
}

function timed(old: readonly KnativeCondition[] | undefined, fresh: Fresh, time: string): KnativeCondition {
  const before = old?.find(one => one.type === fresh.type);
  const same =
    before !== undefined &&
    before.status === fresh.status &&
    before.reason === fresh.reason &&
    before.message === fresh.message;
  return { ...fresh, lastTransitionTime: same ? (before.lastTransitionTime ?? time) : time };
}

/** A condition of a status that is about the object as it is now; one about an older generation says nothing. */
export function current(
  object:
    | { readonly metadata: { readonly generation?: number | undefined }; readonly status?: Status }
    | undefined,
  type = 'Ready',
): KnativeCondition | undefined {
  if (object?.status?.observedGeneration !== object?.metadata.generation) return undefined;
  return object?.status?.conditions?.find(one => one.type === type);
}

/** The same word about something else: `Ready` of what an object has, as a condition of the object. */
export function mirrored(type: string, source: KnativeCondition | undefined): Fresh {
  const { status = 'Unknown', reason, message } = source ?? {};
  return {
    type,
    status,
    ...(status !== 'True' && reason !== undefined && { reason }),
    ...(status !== 'True' && message !== undefined && { message }),
  };
}
