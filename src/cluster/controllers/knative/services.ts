import type { Controller } from '../../client/index.ts';
import type { KubeObject } from '../../meta/index.ts';
import { type Cluster, controlledBy, timestamp } from '../../view/index.ts';
import { current, mirrored, settled } from './conditions.ts';
import {
  type Configuration,
  isForKubectl,
  type KnativeCondition,
  type KnativeService,
  labels,
  type Route,
  without,
} from './shapes.ts';
import { controllerFor } from './watching.ts';
import { ensure, NameTaken, tell } from './writer.ts';

const plural = 'services.serving.knative.dev';

/** A Service has a Configuration and a Route in its name, and says of itself what they say. */
export function serviceController(
  cluster: Cluster,
  onError: (key: string, error: unknown) => void,
): Controller {
  return controllerFor<KnativeService>(cluster, {
    name: 'knative-service',
    plural,
    children: ['configurations.serving.knative.dev', 'routes.serving.knative.dev'],
    onError,
    reconcile: async service => {
      const told = { by: service };
      const [configuration, route] = await Promise.all([
        owned<Configuration>(
          ensure(cluster, 'configurations.serving.knative.dev', configurationOf(service), { told }),
        ),
        owned<Route>(ensure(cluster, 'routes.serving.knative.dev', routeOf(service), { told })),
      ]);
      const status = statusOf(service, configuration, route, timestamp(cluster.now()));
      await tell(cluster, plural, service, status);
      for (const one of [configuration, route]) if (one instanceof NameTaken) throw one;
    },
  });
}

/** A child; or that its name is another's, which the Service then says. */
async function owned<Child extends Configuration | Route>(
  work: Promise<KubeObject>,
): Promise<Child | NameTaken> {
  try {
    return (await work) as Child;
  } catch (error) {
    if (error instanceof NameTaken) return error;
    throw error;
  }
}

export function configurationOf(service: KnativeService): Configuration {
  return {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Configuration',
    metadata: {
      ...metadataOf(service),
      labels: { ...labelsOf(service), [labels.serviceUid]: service.metadata.uid ?? '' },
    },
    spec: { template: service.spec.template },
  };
}

/** Targets that name no revision mean the latest one that is ready. */
export function routeOf(service: KnativeService): Route {
  const { name = '' } = service.metadata;
  const { traffic = [{ latestRevision: true, percent: 100 }] } = service.spec;
  return {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Route',
    metadata: { ...metadataOf(service), labels: labelsOf(service) },
    spec: {
      traffic: traffic.map(target =>
        target.revisionName === undefined ? { ...target, configurationName: name } : target,
      ),
    },
  };
}

function metadataOf(
  service: KnativeService,
): Pick<KnativeService['metadata'], 'name' | 'namespace' | 'annotations' | 'ownerReferences'> {
  const { name, namespace, annotations } = service.metadata;
  return {
    ...(name !== undefined && { name }),
    ...(namespace !== undefined && { namespace }),
    annotations: without(annotations, isForKubectl),
    ownerReferences: [controlledBy(service)],
  };
}

function labelsOf({ metadata }: KnativeService): Record<string, string> {
  return { ...metadata.labels, [labels.service]: metadata.name ?? '' };
}

export function statusOf(
  service: KnativeService,
  configuration: Configuration | NameTaken,
  route: Route | NameTaken,
  time: string,
): object {
  const { latestCreatedRevisionName, latestReadyRevisionName } = unless(configuration)?.status ?? {};
  const { url, address, traffic } = unless(route)?.status ?? {};
  const conditions = settled(
    service.status?.conditions,
    [
      followed('ConfigurationsReady', configuration),
      isMigrated(unless(route), unless(configuration))
        ? followed('RoutesReady', route)
        : { type: 'RoutesReady', ...notMigrated },
    ],
    time,
  );
  return {
    ...(address !== undefined && { address }),
    conditions,
    ...(latestCreatedRevisionName !== undefined && { latestCreatedRevisionName }),
    ...(latestReadyRevisionName !== undefined && { latestReadyRevisionName }),
    observedGeneration: service.metadata.generation,
    ...(traffic !== undefined && { traffic }),
    ...(url !== undefined && { url }),
  };
}

const notMigrated = {
  status: 'Unknown',
  reason: 'TrafficNotMigrated',
  message: 'Traffic is not yet migrated to the latest revision.',
} as const;

/** What a child says, unless it is about what the child was before. */
function followed(
  type: string,
  child: Configuration | Route | NameTaken,
): Omit<KnativeCondition, 'lastTransitionTime'> {
  if (child instanceof NameTaken)
    return { type, status: 'False', reason: 'NotOwned', message: child.message };
  if (child.status?.observedGeneration === child.metadata.generation) return mirrored(type, current(child));
  return {
    type,
    status: 'Unknown',
    reason: 'OutOfDate',
    message: `The ${child.kind} is still working to reflect the latest desired specification.`,
  };
}

function unless<Child extends Configuration | Route>(child: Child | NameTaken): Child | undefined {
  return child instanceof NameTaken ? undefined : child;
}

/** Whether requests for the latest revision go to the one that the configuration calls so; a route that is not ready says why itself. */
function isMigrated(route: Route | undefined, configuration: Configuration | undefined): boolean {
  if (current(route)?.status !== 'True') return true;
  const latest = configuration?.status?.latestReadyRevisionName;
  return (route?.status?.traffic ?? []).every(
    target => target.latestRevision !== true || target.revisionName === latest,
  );
}
