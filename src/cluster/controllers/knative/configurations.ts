import type { Controller } from '../../client/index.ts';
import { type Cluster, controlledBy, controllerOf, timestamp } from '../../view/index.ts';
import { current, onlyReady } from './conditions.ts';
import { childName } from './naming.ts';
import { generationOf } from './reach.ts';
import {
  annotations,
  type Configuration,
  type ConfigurationStatus,
  type KnativeCondition,
  labels,
  type Revision,
} from './shapes.ts';
import { byOwner, controllerFor } from './watching.ts';
import { created, type Failure, failureOf, NameTaken, tell } from './writer.ts';

const plural = 'configurations.serving.knative.dev';
const revisions = 'revisions.serving.knative.dev';

/** Each generation of a Configuration has a Revision; the newest one that is ready is the one to send requests to. */
export function configurationController(
  cluster: Cluster,
  onError: (key: string, error: unknown) => void,
): Controller {
  return controllerFor<Configuration>(cluster, {
    name: 'knative-configuration',
    plural,
    children: [revisions],
    onError,
    reconcile: async configuration => {
      const { namespace = '', uid } = configuration.metadata;
      const own = cluster.informer<Revision>(revisions).by(byOwner, uid ?? '');
      const time = timestamp(cluster.now());
      const name = nameOf(configuration);
      let latest = cluster.informer<Revision>(revisions).get(`${namespace}/${name}`);
      let failure: Failure | undefined;
      try {
        latest ??= await created(cluster, revisions, revisionOf(configuration, time), { by: configuration });
        if (controllerOf(latest)?.uid !== uid)
          throw new NameTaken(`There is an existing Revision "${name}" that we do not own.`);
      } catch (error) {
        failure = failureOf(error);
      }
      const status = statusOf(configuration, { latest, own, failure: failure?.message }, time);
      await tell(cluster, plural, configuration, status);
      announce(cluster, configuration, status);
      if (failure !== undefined) throw new Error(failure.message);
    },
  });
}

/** Tells what a status says that the one before did not. */
function announce(cluster: Cluster, configuration: Configuration, status: ConfigurationStatus): void {
  const { latestReadyRevisionName: latest } = status;
  const before = configuration.status;
  if (latest !== undefined && latest !== before?.latestReadyRevisionName) {
    const message = `LatestReadyRevisionName updated to "${latest}"`;
    void cluster.events.record(configuration, 'Normal', 'LatestReadyUpdate', message);
    if (before?.latestReadyRevisionName === undefined) {
      void cluster.events.record(
        configuration,
        'Normal',
        'ConfigurationReady',
        'Configuration becomes ready',
      );
    }
  }
}

/** A template may name its revision; otherwise it is named by the generation. */
export function nameOf({ metadata, spec }: Configuration): string {
  const suffix = `-${String(metadata.generation ?? 0).padStart(5, '0')}`;
  return spec.template.metadata?.name ?? childName(metadata.name ?? '', suffix);
}

export function revisionOf(configuration: Configuration, time: string): Revision {
  const { metadata, spec } = configuration;
  const { template } = spec;
  const creator = metadata.annotations?.[annotations.lastModifier];
  return {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Revision',
    metadata: {
      name: nameOf(configuration),
      ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
      labels: {
        ...template.metadata?.labels,
        [labels.configuration]: metadata.name ?? '',
        [labels.configurationGeneration]: String(metadata.generation ?? 0),
        [labels.configurationUid]: metadata.uid ?? '',
        [labels.routingState]: 'pending',
        ...pick(metadata.labels, [labels.service, labels.serviceUid]),
      },
      annotations: {
        ...template.metadata?.annotations,
        ...(creator !== undefined && { [annotations.creator]: creator }),
        [annotations.routingStateModified]: time,
      },
      ownerReferences: [controlledBy(configuration)],
    },
    spec: template.spec,
  };
}

interface Seen {
  readonly latest: Revision | undefined;
  readonly own: readonly Revision[];
  readonly failure: string | undefined;
}

export function statusOf(
  configuration: Configuration,
  { latest, own, failure }: Seen,
  time: string,
): ConfigurationStatus {
  const { metadata, status = {} } = configuration;
  const name = nameOf(configuration);
  // The newest that is ready, and never an older one than before, even if that one has failed since.
  const before = own.find(one => one.metadata.name === status.latestReadyRevisionName);
  const least = before === undefined ? 0 : generationOf(before);
  const ready = own
    .filter(one => current(one)?.status === 'True' && generationOf(one) >= least)
    .toSorted((a, b) => generationOf(b) - generationOf(a))[0];
  const latestReady = ready?.metadata.name ?? status.latestReadyRevisionName;
  const condition = failure === undefined ? readiness(name, latest) : creationFailed(failure);
  const latestCreated = failure === undefined ? name : status.latestCreatedRevisionName;
  return {
    conditions: onlyReady(status.conditions, condition, time),
    ...(latestCreated !== undefined && { latestCreatedRevisionName: latestCreated }),
    ...(latestReady !== undefined && { latestReadyRevisionName: latestReady }),
    ...(metadata.generation !== undefined && { observedGeneration: metadata.generation }),
  };
}

function creationFailed(failure: string): Omit<KnativeCondition, 'type'> {
  return {
    status: 'False',
    reason: 'RevisionFailed',
    message: `Revision creation failed with message: ${failure}.`,
  };
}

function readiness(name: string, latest: Revision | undefined): Omit<KnativeCondition, 'type'> {
  const ready = current(latest);
  if (ready?.status === 'True') return { status: 'True' };
  if (ready?.status !== 'False') return { status: 'Unknown' };
  return {
    status: 'False',
    reason: 'RevisionFailed',
    message: `Revision "${name}" failed with message: ${ready.message ?? ''}.`,
  };
}

function pick(from: Readonly<Record<string, string>> = {}, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)));
}
