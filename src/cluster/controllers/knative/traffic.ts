import { current } from './conditions.ts';
import type { Configuration, KnativeCondition, Revision, Route, TrafficTarget } from './shapes.ts';

/** Where names of a route's namespace are looked up. */
export interface Lookup {
  configuration(name: string): Configuration | undefined;
  revision(name: string): Revision | undefined;
}

/** A target, and the revision that it means now. */
export interface Resolved extends TrafficTarget {
  readonly revisionName: string;
}

export interface Traffic {
  readonly targets: readonly Resolved[];
  /** Why it cannot be assigned yet, or at all. */
  readonly fault?: Omit<KnativeCondition, 'type'>;
}

/** Finds the revision of every target of a route (Knative's traffic builder); the first that has none is the fault. */
export function resolve({ spec }: Route, lookup: Lookup): Traffic {
  const targets: Resolved[] = [];
  for (const target of spec.traffic ?? []) {
    const found =
      target.revisionName === undefined ? latest(target, lookup) : named(target.revisionName, lookup);
    if (typeof found !== 'string') return { targets, fault: found };
    targets.push({ ...target, revisionName: found });
  }
  return { targets };
}

type Fault = Omit<KnativeCondition, 'type'>;

function latest({ configurationName = '' }: TrafficTarget, lookup: Lookup): string | Fault {
  const configuration = lookup.configuration(configurationName);
  if (configuration === undefined) {
    const message = `Configuration "${configurationName}" referenced in traffic not found.`;
    return { status: 'False', reason: 'ConfigurationMissing', message };
  }
  const ready = configuration.status?.latestReadyRevisionName;
  if (ready !== undefined) return ready;
  return current(configuration)?.status === 'False'
    ? missing('False', `Configuration "${configurationName}" does not have any ready Revision.`)
    : missing('Unknown', `Configuration "${configurationName}" is waiting for a Revision to become ready.`);
}

function named(name: string, lookup: Lookup): string | Fault {
  const revision = lookup.revision(name);
  if (revision === undefined) return missing('False', `Revision "${name}" referenced in traffic not found.`);
  const ready = current(revision)?.status;
  if (ready === 'True') return name;
  return ready === 'False'
    ? missing('False', `Revision "${name}" failed to become ready.`)
    : missing('Unknown', `Revision "${name}" is not yet ready.`);
}

function missing(status: 'False' | 'Unknown', message: string): Fault {
  return { status, reason: 'RevisionMissing', message };
}

/** Names of the revisions that a route sends to, or is about to. */
export function routed({ spec }: Route, { targets }: Traffic, lookup: Lookup): Set<string> {
  const names = new Set(targets.map(one => one.revisionName));
  for (const { configurationName, revisionName } of spec.traffic ?? []) {
    if (revisionName !== undefined) names.add(revisionName);
    if (configurationName === undefined) continue;
    const { latestCreatedRevisionName, latestReadyRevisionName } =
      lookup.configuration(configurationName)?.status ?? {};
    for (const name of [latestCreatedRevisionName, latestReadyRevisionName]) {
      if (name !== undefined) names.add(name);
    }
  }
  return names;
}
