import type { Controller } from '../../client/index.ts';
import { type Cluster, controlledBy, controllerOf, timestamp } from '../../view/index.ts';
import { current, onlyReady } from './conditions.ts';
import { annotations, type Configuration, type KnativeCondition, labels, type Revision } from './shapes.ts';
import { controllerFor } from './watching.ts';
import { created, failureOf, tell } from './writer.ts';

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
      const own = cluster
        .informer<Revision>(revisions)
        .inNamespace(namespace)
        .filter(one => controllerOf(one)?.uid === uid);
      const time = timestamp(cluster.now());
      const name = nameOf(configuration);
      let latest = cluster.informer<Revision>(revisions).get(`${namespace}/${name}`);
      let failure: string | undefined;
      try {
        latest ??= await created(cluster, revisions, revisionOf(configuration, time));
        if (controllerOf(latest)?.uid !== uid)
          failure = `There is an existing Revision "${name}" that we do not own.`;
      } catch (error) {
        failure = failureOf(error);
      }
      await tell(cluster, plural, configuration, statusOf(configuration, { latest, own, failure }, time));
      if (failure !== undefined) throw new Error(failure);
    },
  });
}

/** A template may name its revision; otherwise it is named by the generation. */
export function nameOf({ metadata, spec }: Configuration): string {
  return (
    spec.template.metadata?.name ?? `${metadata.name}-${String(metadata.generation ?? 0).padStart(5, '0')}`
  );
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

export function statusOf(configuration: Configuration, { latest, own, failure }: Seen, time: string): object {
  const { metadata, status = {} } = configuration;
  const name = nameOf(configuration);
  const ready = own
    .filter(one => current(one)?.status === 'True')
    .toSorted((a, b) => generationOf(b) - generationOf(a))[0];
  const latestReady = ready?.metadata.name ?? status.latestReadyRevisionName;
  const condition = failure === undefined ? readiness(name, latest) : creationFailed(failure);
  return {
    conditions: onlyReady(status.conditions, condition, time),
    latestCreatedRevisionName: failure === undefined ? name : status.latestCreatedRevisionName,
    ...(latestReady !== undefined && { latestReadyRevisionName: latestReady }),
    observedGeneration: metadata.generation,
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

function generationOf({ metadata }: Revision): number {
  return Number(metadata.labels?.[labels.configurationGeneration] ?? 0);
}

function pick(from: Readonly<Record<string, string>> = {}, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)));
}
