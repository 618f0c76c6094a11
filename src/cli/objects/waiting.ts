import type { KubeObject } from '../../cluster/meta/index.ts';
import { notFound } from '../../cluster/meta/index.ts';
import { Complaint } from './failures.ts';
import { changes, fetchItems } from './reading.ts';
import type { Session } from './session.ts';
import type { Target } from './targets.ts';

/** What is waited for: true when an object, or its absence (undefined), is as wanted. */
export type Wanted = (object: KubeObject | undefined) => boolean;

export interface Patience {
  /** Milliseconds; 0 looks once. */
  readonly timeout: number;
  /** What an object that has gone means: a failure, or what was waited for. */
  readonly absence: 'failure' | 'fine';
}

/**
 * Waits until one object is as wanted; resolves to it as it was then, or as it was last seen.
 * @throws Complaint when time is up, NotFound when it is not there
 */
export async function waitFor(
  target: Target,
  wanted: Wanted,
  patience: Patience,
  session: Session,
): Promise<KubeObject | undefined> {
  const { kind, name = '' } = target;
  const stopped = new AbortController();
  const timer =
    patience.timeout === 0
      ? undefined
      : setTimeout(() => stopped.abort(), Math.min(patience.timeout, 2 ** 31 - 1));
  try {
    for (;;) {
      const { done, object } = await look(target, wanted, patience, session, stopped.signal);
      if (done) return object;
      if (patience.timeout === 0) throw new Complaint(`condition not met for ${kind.plural}/${name}`);
      if (stopped.signal.aborted)
        throw new Complaint(`timed out waiting for the condition on ${kind.plural}/${name}`);
    }
  } finally {
    clearTimeout(timer);
    stopped.abort();
  }
}

interface Seen {
  readonly done: boolean;
  readonly object: KubeObject | undefined;
}

/** Looks at the object, then watches it until it is as wanted, the watch ends, or time is up. */
async function look(
  target: Target,
  wanted: Wanted,
  { timeout, absence }: Patience,
  session: Session,
  signal: AbortSignal,
): Promise<Seen> {
  // A list of one gives a revision to watch from, also when the object is not there.
  const query = { fieldSelector: `metadata.name=${target.name ?? ''}` };
  const { items, failures, resourceVersion } = await fetchItems(
    [{ ...target, name: undefined }],
    query,
    session,
  );
  if (failures.length > 0) throw failures[0];
  let object = items[0];
  if (wanted(object)) return { done: true, object };
  if (object === undefined && absence === 'failure') {
    throw notFound({ group: target.kind.group, resource: target.kind.plural }, target.name ?? '');
  }
  if (timeout === 0) return { done: false, object };
  for await (const event of changes(target, {}, resourceVersion, session, undefined, signal)) {
    const now = event.type === 'DELETED' ? undefined : event.object;
    if (wanted(now)) return { done: true, object: now ?? object };
    // Gone: the next look tells.
    if (now === undefined) break;
    object = now;
  }
  return { done: false, object };
}
