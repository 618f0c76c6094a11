import { type Controller, keyOf } from '../../client/index.ts';
import type { KubeObject } from '../../meta/index.ts';
import {
  type Cluster,
  controlledBy,
  controllerOf,
  type Deployment,
  type Pod,
  timestamp,
} from '../../view/index.ts';
import { settled } from './conditions.ts';
import { childLabels, deploymentName, deploymentOf, isRouting } from './deployments.ts';
import { healthOf, type Seen, whyOf } from './health.ts';
import { protocolOf } from './queueproxy.ts';
import { isReachable, latestOf } from './reach.ts';
import { scaleOf } from './scale.ts';
import { type Autoscaler, type Configuration, type Revision, type Status, without } from './shapes.ts';
import { byOwner, byRevision, controllerFor, revisionsOf } from './watching.ts';
import { ensure, type Failure, failureOf, tell } from './writer.ts';

const plural = 'revisions.serving.knative.dev';
const autoscalers = 'podautoscalers.autoscaling.internal.knative.dev';

/** A Revision runs as a Deployment whose size a PodAutoscaler decides; it is ready once its pods have been. */
export function revisionController(
  cluster: Cluster,
  image: string,
  onError: (key: string, error: unknown) => void,
): Controller {
  const pods = cluster.informer<Pod>('pods');
  const revisions = cluster.informer<Revision>(plural);
  return controllerFor<Revision>(cluster, {
    name: 'knative-revision',
    plural,
    children: ['deployments', autoscalers],
    others: {
      pods: revisionsOf,
      // What its latest revisions are decides whether others are still to run.
      'configurations.serving.knative.dev': ({ metadata }) =>
        revisions.by(byOwner, metadata.uid ?? '').map(keyOf),
    },
    onError,
    reconcile: async revision => {
      const { namespace = '', name = '' } = revision.metadata;
      const found = cluster
        .informer<Deployment>('deployments')
        .get(`${namespace}/${deploymentName(revision)}`);
      const configuration = cluster
        .informer<Configuration>('configurations.serving.knative.dev')
        .get(`${namespace}/${controllerOf(revision)?.name}`);
      const latest = latestOf(configuration, one => revisions.get(`${namespace}/${one}`));
      const reachable = isReachable(revision, latest);
      let failure: Failure | undefined;
      let deployment = found;
      let autoscaler: Autoscaler | undefined;
      try {
        const wanted = deploymentOf(revision, image, found?.spec.replicas ?? scaleOf(revision));
        const [running, scaling] = await Promise.all([
          ensure(cluster, 'deployments', wanted, { spec: 'given', marks: 'shared' }),
          ensure(cluster, autoscalers, autoscalerOf(revision, reachable)),
        ]);
        deployment = running as Deployment;
        autoscaler = scaling as Autoscaler;
      } catch (error) {
        failure = failureOf(error);
      }
      const seen = { deployment, autoscaler, pods: pods.by(byRevision, `${namespace}/${name}`), failure };
      const status = statusOf(revision, seen, timestamp(cluster.now()));
      await tell(cluster, plural, revision, status);
      if (isReady(status) && !isReady(revision.status)) {
        const message = 'Revision becomes ready upon all resources being ready';
        void cluster.events.record(revision, 'Normal', 'RevisionReady', message);
      }
      if (failure !== undefined) throw new Error(failure.message);
    },
  });
}

export function autoscalerOf(revision: Revision, reachable: boolean): KubeObject {
  const { name = '', namespace } = revision.metadata;
  return {
    apiVersion: 'autoscaling.internal.knative.dev/v1alpha1',
    kind: 'PodAutoscaler',
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      labels: childLabels(revision),
      annotations: {
        'autoscaling.knative.dev/class': 'kpa.autoscaling.knative.dev',
        'autoscaling.knative.dev/metric': 'concurrency',
        ...without(revision.metadata.annotations, isRouting),
      },
      ownerReferences: [controlledBy(revision)],
    },
    spec: {
      ...(revision.spec.containerConcurrency !== undefined &&
        revision.spec.containerConcurrency > 0 && {
          containerConcurrency: revision.spec.containerConcurrency,
        }),
      protocolType: protocolOf(revision),
      reachability: reachable ? 'Reachable' : 'Unreachable',
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: deploymentName(revision) },
    },
  };
}

function isReady(status: Status | undefined): boolean {
  return status?.conditions?.find(one => one.type === 'Ready')?.status === 'True';
}

export function statusOf(
  revision: Revision,
  seen: Seen,
  time: string,
): Status & Readonly<Record<string, unknown>> {
  const { autoscaler } = seen;
  const { desiredScale, actualScale, conditions = [] } = autoscaler?.status ?? {};
  const active = conditions.find(one => one.type === 'Active');
  const { healthy, available } = healthOf(revision, seen);
  return {
    ...(actualScale !== undefined && { actualReplicas: actualScale }),
    conditions: settled(
      revision.status?.conditions,
      [
        {
          type: 'Active',
          severity: 'Info',
          status: active?.status ?? 'Unknown',
          ...(active === undefined ? { reason: 'Deploying' } : whyOf(active)),
        },
        { type: 'ContainerHealthy', ...healthy },
        { type: 'ResourcesAvailable', ...available },
      ],
      time,
    ),
    containerStatuses: revision.spec.containers.map(({ name }) => ({ name })),
    ...(desiredScale !== undefined && { desiredReplicas: desiredScale }),
    ...(revision.metadata.generation !== undefined && { observedGeneration: revision.metadata.generation }),
  };
}
