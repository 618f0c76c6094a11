import { current } from './conditions.ts';
import type { Configuration, KnativeCondition, Revision, TrafficTarget } from './shapes.ts';

/** What can be sent requests to, by name, in the namespace of a route. */
export interface Targets {
  configuration(name: string): Configuration | undefined;
  revision(name: string): Revision | undefined;
}

export interface Assigned {
  /** Targets with the revisions they mean now. */
  readonly traffic: readonly (TrafficTarget & { readonly revisionName: string })[];
  /** Why requests cannot be sent as wanted. */
  readonly fault?: Omit<KnativeCondition, 'type'>;
  /** Whether that is only because pods of a revision, which was let go, are to come first. */
  readonly waking?: boolean;
}

/**
 * Finds the revision of every target; a single one that cannot be used leaves the whole traffic, `before`, as it was. A revision that
 * has no pods gets them before it gets requests.
 */
export function assignedBy(
  wanted: readonly TrafficTarget[],
  targets: Targets,
  before: readonly TrafficTarget[] = [],
): Assigned {
  const traffic: (TrafficTarget & { revisionName: string })[] = [];
  const faults: Omit<KnativeCondition, 'type'>[] = [];
  for (const target of wanted) {
    const found =
      target.revisionName === undefined
        ? latestOf(target.configurationName ?? '', targets)
        : named(target.revisionName, targets);
    if (typeof found === 'object') faults.push(found);
    else traffic.push({ ...target, revisionName: found, latestRevision: target.revisionName === undefined });
  }
  // What is lost for good is told before what may come.
  const fault = faults.find(one => one.status === 'False') ?? faults[0];
  if (fault !== undefined) return { traffic, fault };
  const reached = new Set(before.map(one => one.revisionName));
  const asleep = traffic.find(
    ({ revisionName }) => !reached.has(revisionName) && !isActive(targets.revision(revisionName)),
  );
  if (asleep === undefined) return { traffic };
  return { traffic, fault: missing('Unknown', unready(asleep.revisionName)), waking: true };
}

function isActive(revision: Revision | undefined): boolean {
  return revision?.status?.conditions?.find(one => one.type === 'Active')?.status === 'True';
}

function unready(name: string): string {
  return `Revision "${name}" is not yet ready.`;
}

function latestOf(name: string, targets: Targets): string | Omit<KnativeCondition, 'type'> {
  const configuration = targets.configuration(name);
  if (configuration === undefined) return absent('Configuration', name);
  const latest = configuration.status?.latestReadyRevisionName;
  if (latest !== undefined && targets.revision(latest) !== undefined) return latest;
  const failed = current(configuration)?.status === 'False';
  return failed
    ? missing('False', `Configuration "${name}" does not have any ready Revision.`)
    : missing('Unknown', `Configuration "${name}" is waiting for a Revision to become ready.`);
}

function named(name: string, targets: Targets): string | Omit<KnativeCondition, 'type'> {
  const revision = targets.revision(name);
  if (revision === undefined) return absent('Revision', name);
  const status = current(revision)?.status ?? 'Unknown';
  if (status === 'False') return missing('False', `Revision "${name}" failed to become ready.`);
  return status === 'True' ? name : missing('Unknown', unready(name));
}

function absent(kind: string, name: string): Omit<KnativeCondition, 'type'> {
  return {
    status: 'False',
    reason: `${kind}Missing`,
    message: `${kind} "${name}" referenced in traffic not found.`,
  };
}

function missing(status: 'False' | 'Unknown', message: string): Omit<KnativeCondition, 'type'> {
  return { status, reason: 'RevisionMissing', message };
}
