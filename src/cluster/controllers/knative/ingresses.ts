import { type Controller, keyOf } from '../../client/index.ts';
import type { KubeObject } from '../../meta/index.ts';
import { type Cluster, timestamp } from '../../view/index.ts';
import { settled } from './conditions.ts';
import { localGateway, publicGateway } from './ingress.ts';
import type { Observed } from './shapes.ts';
import { controllerFor } from './watching.ts';
import { tell } from './writer.ts';

const plural = 'ingresses.networking.internal.knative.dev';

/** Of Ingresses, by the Services that they send to. */
const byService = 'service';

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
  const ingresses = cluster.informer<Ingress>(plural);
  ingresses.index(byService, servicesOf);
  const ingressesTo = (service: KubeObject): string[] => ingresses.by(byService, keyOf(service)).map(keyOf);
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
