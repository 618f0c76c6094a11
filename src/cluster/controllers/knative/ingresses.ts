import type { Controller } from '../../client/index.ts';
import type { KubeObject } from '../../meta/index.ts';
import { type Cluster, timestamp } from '../../view/index.ts';
import { settled } from './conditions.ts';
import { gateways } from './ingress.ts';
import type { Observed } from './shapes.ts';
import { controllerFor } from './watching.ts';
import { tell } from './writer.ts';

const plural = 'ingresses.networking.internal.knative.dev';

interface Rules extends Observed {
  readonly spec: {
    readonly rules?: readonly {
      readonly http?: {
        readonly paths?: readonly { readonly splits?: readonly { readonly serviceName: string }[] }[];
      };
    }[];
  };
}

/** An Ingress is ready once the Services that it leads to exist: the gateway follows Ingresses as they are stored. */
export function ingressController(
  cluster: Cluster,
  onError: (key: string, error: unknown) => void,
): Controller {
  const informer = cluster.informer<Rules>(plural);
  return controllerFor<Rules>(cluster, {
    name: 'knative-ingress',
    plural,
    others: {
      services: ({ metadata }: KubeObject) =>
        informer
          .inNamespace(metadata.namespace ?? '')
          .filter(one => targetsOf(one).includes(metadata.name ?? ''))
          .map(one => `${metadata.namespace}/${one.metadata.name}`),
    },
    onError,
    reconcile: async ingress => {
      const { namespace } = ingress.metadata;
      const missing = targetsOf(ingress).filter(
        name => cluster.informer('services').get(`${namespace}/${name}`) === undefined,
      );
      await tell(cluster, plural, ingress, statusOf(ingress, missing, timestamp(cluster.now())));
    },
  });
}

function targetsOf({ spec }: Rules): string[] {
  const paths = (spec.rules ?? []).flatMap(rule => rule.http?.paths ?? []);
  return [...new Set(paths.flatMap(path => (path.splits ?? []).map(split => split.serviceName)))];
}

export function statusOf(ingress: Observed, missing: readonly string[], time: string): object {
  const message = `Services are missing: ${missing.join(', ')}`;
  const configured =
    missing.length === 0
      ? ({ status: 'True' } as const)
      : ({ status: 'Unknown', reason: 'ServiceMissing', message } as const);
  return {
    conditions: settled(
      ingress.status?.conditions,
      [
        { type: 'LoadBalancerReady', ...configured },
        { type: 'NetworkConfigured', ...configured },
      ],
      time,
    ),
    observedGeneration: ingress.metadata.generation,
    privateLoadBalancer: { ingress: [{ domainInternal: gateways.local }] },
    publicLoadBalancer: { ingress: [{ domainInternal: gateways.external }] },
  };
}
