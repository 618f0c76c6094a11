import { type Configuration, labels, type Revision } from './shapes.ts';

/** The revisions that a configuration says are its latest. */
export interface Latest {
  readonly created: string | undefined;
  /** Undefined where none is, or was, ready. */
  readonly ready: Revision | undefined;
}

export function latestOf(
  configuration: Configuration | undefined,
  revisionCalled: (name: string) => Revision | undefined,
): Latest {
  const { latestCreatedRevisionName, latestReadyRevisionName } = configuration?.status ?? {};
  const ready = latestReadyRevisionName === undefined ? undefined : revisionCalled(latestReadyRevisionName);
  return { created: latestCreatedRevisionName, ready };
}

/**
 * Whether requests can come to a revision: not to one that routes have left, nor to one that no route has led to and whose place a newer
 * one has taken, being ready, or being made after this one failed. Pure.
 */
export function isReachable(revision: Revision, { created, ready }: Latest): boolean {
  const state = revision.metadata.labels?.[labels.routingState];
  if (state === 'active' || state === 'reserve') return state === 'active';
  const { name } = revision.metadata;
  if (created === undefined || name === created) return true;
  const overtaken = ready !== undefined && generationOf(revision) < generationOf(ready);
  return !overtaken && !hasFailed(revision);
}

function hasFailed({ status }: Revision): boolean {
  return status?.conditions?.find(one => one.type === 'Ready')?.status === 'False';
}

/** Which generation of its configuration a revision is of. */
export function generationOf({ metadata }: Revision): number {
  return Number(metadata.labels?.[labels.configurationGeneration] ?? 0);
}
