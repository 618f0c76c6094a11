import type { Controller } from '../../client/index.ts';
import type { KubeObject } from '../../meta/index.ts';
import { type Cluster, timestamp } from '../../view/index.ts';
import { settled } from './conditions.ts';
import { localGateway, publicGateway } from './ingress.ts';
import type { Observed } from './shapes.ts';
import { controllerFor } from './watching.ts';
import { tell } from './writer.ts';

const plural = 'ingresses.networking.internal.knative.dev';

interface Ingress extends Observed {
  readonly spec?: {
    readonly rules?: readonly {
      readonly http?: {
        readonly paths?: readonly { readonly splits?: readonly Split[] }[];
      };
    }[];
  };
}

interface Split {
  readonly serviceName: string;
  readonly serviceNamespace: string;
}

/** An Ingress is ready once the Services it sends to exist: gateways follow it themselves. */
export function ingressController(
  cluster: Cluster,
  onError: (key: string, error: unknown) => void,
): Controller {
  const ingressesTo = ({ metadata }: KubeObject): string[] => {
    const key = `${metadata.namespace}/${metadata.name}`;
    return cluster
      .informer<Ingress>(plural)
      .inNamespace(metadata.namespace ?? '')
      .filter(one => servicesOf(one).includes(key))
      .map(one => `${one.metadata.namespace}/${one.metadata.name}`);
  };
  return controllerFor<Ingress>(cluster, {
    name: 'knative-ingress',
    plural,
    others: { services: ingressesTo },
    onError,
    reconcile: async ingress => {
      const missing = servicesOf(ingress).filter(key => cluster.informer('services').get(key) === undefined);
      await tell(cluster, plural, ingress, statusOf(ingress, missing, timestamp(cluster.now())));
    },
  });
}

function servicesOf({ spec }: Ingress): string[] {
  const splits = (spec?.rules ?? [])
    .flatMap(({ http }) => http?.paths ?? [])
    .flatMap(path => path.splits ?? []);
  return [...new Set(splits.map(one => `${one.serviceNamespace}/${one.serviceName}`))];
}

export function statusOf(ingress: Ingress, missing: readonly string[], time: string): object {
  const { status, metadata } = ingress;
  const [first] = missing;
  const word =
    first === undefined
      ? { status: 'True' as const }
      : {
          status: 'Unknown' as const,
          reason: 'ServiceMissing',
          message: `Service "${first}" is not there yet.`,
        };
  const through = (domainInternal: string): object => ({ ingress: [{ domainInternal }] });
  return {
    conditions: settled(
      status?.conditions,
      [
        { type: 'NetworkConfigured', ...word },
        { type: 'LoadBalancerReady', ...word },
      ],
      time,
    ),
    observedGeneration: metadata.generation,
    privateLoadBalancer: through(localGateway),
    publicLoadBalancer: through(publicGateway),
  };
}
