import type { Controller } from '../../client/index.ts';
import type { KubeObject } from '../../meta/index.ts';
import { type Cluster, controlledBy, timestamp } from '../../view/index.ts';
import { settled } from './conditions.ts';
import { childName } from './naming.ts';
import { queuePorts } from './queueproxy.ts';
import { labels, type Observed } from './shapes.ts';
import { controllerFor } from './watching.ts';
import { ensure, tell } from './writer.ts';

const plural = 'serverlessservices.networking.internal.knative.dev';
const owned = 'networking.internal.knative.dev/serverlessservice';

/** Of slices, by the Service whose endpoints they are. */
const byService = 'service';

interface Slice extends KubeObject {
  readonly endpoints?: readonly { readonly conditions?: { readonly ready?: boolean } }[] | null;
}

/** A ServerlessService has two Services over the pods of a revision: one for requests, one for whoever measures them. */
export function endpointsController(
  cluster: Cluster,
  onError: (key: string, error: unknown) => void,
): Controller {
  const slices = cluster.informer<Slice>('endpointslices');
  slices.index(byService, ({ metadata }) => {
    const service = metadata.labels?.['kubernetes.io/service-name'];
    return service === undefined ? [] : [`${metadata.namespace}/${service}`];
  });
  return controllerFor<Observed>(cluster, {
    name: 'knative-serverlessservice',
    plural,
    children: ['services'],
    others: {
      endpointslices: ({ metadata }) => {
        const name = metadata.labels?.[owned];
        return name === undefined ? [] : [`${metadata.namespace}/${name}`];
      },
    },
    onError,
    reconcile: async object => {
      const { namespace = '', name = '' } = object.metadata;
      await Promise.all(
        servicesOf(object).map(service => ensure(cluster, 'services', service, { spec: 'given' })),
      );
      const ready = slices.by(byService, `${namespace}/${privateName(name)}`).some(hasReady);
      await tell(cluster, plural, object, statusOf(object, ready, timestamp(cluster.now())));
    },
  });
}

/** The Service by which whoever measures the pods of a revision reaches them. */
export function privateName(name: string): string {
  return childName(name, '-private');
}

function hasReady({ endpoints }: Slice): boolean {
  return (endpoints ?? []).some(one => one.conditions?.ready === true);
}

/** Requests go straight to the pods' queues; Knative's own public Service has no selector, as the activator may stand in. */
export function servicesOf(object: KubeObject): KubeObject[] {
  const h2c = (object['spec'] as { readonly protocolType?: string }).protocolType === 'h2c';
  const queue = h2c ? queuePorts.h2c : queuePorts.http1;
  const port = (name: string, number: number, targetPort: number | string): object => ({
    name,
    protocol: 'TCP',
    port: number,
    targetPort,
  });
  const first = [port(h2c ? 'http2' : 'http', 80, queue), port('https', 443, queuePorts.https)];
  const measured = [
    port('http-autometric', queuePorts.metrics, 'http-autometric'),
    port('http-usermetric', queuePorts.user, 'http-usermetric'),
    port(h2c ? 'http2-istio' : 'http-istio', queue, queue),
  ];
  const { name = '' } = object.metadata;
  return [
    serviceOf(object, name, 'Public', first),
    serviceOf(object, privateName(name), 'Private', [...first, ...measured]),
  ];
}

function serviceOf(object: KubeObject, name: string, type: string, ports: readonly object[]): KubeObject {
  const { namespace, labels: own = {}, annotations = {} } = object.metadata;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      labels: {
        ...own,
        [owned]: object.metadata.name ?? '',
        'networking.internal.knative.dev/serviceType': type,
      },
      annotations,
      ownerReferences: [controlledBy(object)],
    },
    spec: { ports, selector: { [labels.revisionUid]: own[labels.revisionUid] } },
  };
}

export function statusOf(object: Observed, ready: boolean, time: string): object {
  const { name = '', generation } = object.metadata;
  const waiting = {
    status: 'Unknown',
    reason: 'NoHealthyBackends',
    message: 'K8s Service is not ready',
  } as const;
  return {
    conditions: settled(
      object.status?.conditions,
      [{ type: 'EndpointsPopulated', ...(ready ? { status: 'True' as const } : waiting) }],
      time,
    ),
    observedGeneration: generation,
    privateServiceName: privateName(name),
    serviceName: name,
  };
}
