import { type Controller, keyOf } from '../../client/index.ts';
import type { KubeObject } from '../../meta/index.ts';
import {
  type Cluster,
  controlledBy,
  type Deployment,
  isActive,
  isReady,
  type Pod,
  timestamp,
} from '../../view/index.ts';
import { current, settled } from './conditions.ts';
import { privateName } from './endpoints.ts';
import { scaleOf } from './scale.ts';
import { annotations, type Autoscaler, type Observed } from './shapes.ts';
import { byRevision, controllerFor, revisionsOf } from './watching.ts';
import { ensure, tell } from './writer.ts';

const plural = 'podautoscalers.autoscaling.internal.knative.dev';
const endpoints = 'serverlessservices.networking.internal.knative.dev';
const revisions = 'revisions.serving.knative.dev';

const queued = {
  status: 'Unknown',
  reason: 'Queued',
  message: 'Requests to the target are being buffered as resources are provisioned.',
} as const;

const idle = {
  status: 'False',
  reason: 'NoTraffic',
  message: 'The target is not receiving traffic.',
} as const;

/**
 * A PodAutoscaler gives its Deployment its size, and has a ServerlessService through which the pods are reached. Revisions that no route
 * leads to lose their pods after `grace` milliseconds.
 */
export function autoscalerController(
  cluster: Cluster,
  grace: number,
  onError: (key: string, error: unknown) => void,
): Controller {
  return controllerFor<Autoscaler>(cluster, {
    name: 'knative-autoscaler',
    plural,
    children: [endpoints],
    others: {
      deployments: ({ metadata }) =>
        (metadata.ownerReferences ?? [])
          .filter(owner => owner.kind === 'Revision' && owner.controller === true)
          .map(owner => `${metadata.namespace}/${owner.name}`),
      pods: revisionsOf,
    },
    onError,
    reconcile: async autoscaler => {
      const { namespace = '' } = autoscaler.metadata;
      const { name } = autoscaler.spec.scaleTargetRef;
      const reached = (await ensure(cluster, endpoints, endpointsOf(autoscaler))) as Observed;
      const deployment = cluster.informer<Deployment>('deployments').get(`${namespace}/${name}`);
      const now = cluster.now();
      const left = leftOf(autoscaler, cluster.informer(revisions).get(keyOf(autoscaler)), grace, now);
      const desired = left === undefined || left > 0 ? scaleOf(autoscaler) : 0;
      if (deployment !== undefined && deployment.spec.replicas !== desired) {
        await cluster.client('deployments').patch(namespace, name, 'merge', { spec: { replicas: desired } });
      }
      // The Deployment hears of a pod that is ready two writes later.
      const pods = cluster.informer<Pod>('pods').by(byRevision, keyOf(autoscaler));
      const up = pods.filter(pod => isActive(pod) && isReady(pod)).length;
      const ready = Math.max(up, deployment?.status?.readyReplicas ?? 0);
      await tell(
        cluster,
        plural,
        autoscaler,
        statusOf(autoscaler, { reached, desired, ready }, timestamp(now)),
      );
      return left !== undefined && left > 0 ? { again: left } : undefined;
    },
  });
}

/** Milliseconds that pods which nobody reaches are kept for; undefined where somebody may. */
export function leftOf(
  autoscaler: Autoscaler,
  revision: KubeObject | undefined,
  grace: number,
  now: number,
): number | undefined {
  if (autoscaler.spec.reachability !== 'Unreachable') return undefined;
  const since = Date.parse(revision?.metadata.annotations?.[annotations.routingStateModified] ?? '');
  return Number.isNaN(since) ? undefined : since + grace - now;
}

export function endpointsOf(autoscaler: Autoscaler): KubeObject {
  const { name, namespace, labels = {}, annotations: own = {} } = autoscaler.metadata;
  const { 'autoscaling.knative.dev/metric': _counted, ...kept } = own;
  return {
    apiVersion: 'networking.internal.knative.dev/v1alpha1',
    kind: 'ServerlessService',
    metadata: {
      ...(name !== undefined && { name }),
      ...(namespace !== undefined && { namespace }),
      labels,
      annotations: kept,
      ownerReferences: [controlledBy(autoscaler)],
    },
    spec: {
      mode: 'Serve',
      objectRef: autoscaler.spec.scaleTargetRef,
      protocolType: (autoscaler.spec as { readonly protocolType?: string }).protocolType ?? 'http1',
    },
  };
}

interface Seen {
  readonly reached: Observed;
  readonly desired: number;
  /** Pods that are ready. */
  readonly ready: number;
}

export function statusOf(autoscaler: Autoscaler, { reached, desired, ready }: Seen, time: string): object {
  const { name = '', generation } = autoscaler.metadata;
  const old = autoscaler.status?.conditions;
  // Once the target has had its pods it stays initialized, however many it has later.
  const initialized =
    (desired > 0 && ready >= desired) ||
    old?.find(one => one.type === 'ScaleTargetInitialized')?.status === 'True';
  const sks = current(reached)?.status === 'True';
  return {
    actualScale: ready,
    conditions: settled(
      old,
      [
        { type: 'Active', ...activity(desired, ready) },
        {
          type: 'SKSReady',
          ...(sks
            ? { status: 'True' as const }
            : {
                status: 'Unknown' as const,
                reason: 'NotReady',
                message: 'K8s Service is not ready',
              }),
        },
        { type: 'ScaleTargetInitialized', status: initialized ? 'True' : 'Unknown' },
      ],
      time,
    ),
    desiredScale: desired,
    metricsServiceName: privateName(name),
    observedGeneration: generation,
    serviceName: name,
  };
}

function activity(desired: number, ready: number): { status: 'True' } | typeof queued | typeof idle {
  if (desired === 0) return idle;
  return ready > 0 ? { status: 'True' } : queued;
}
