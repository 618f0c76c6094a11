import { type Controller, splitKey } from '../../client/index.ts';
import type { KubeObject } from '../../meta/index.ts';
import { type Cluster, controllerOf, timestamp } from '../../view/index.ts';
import { current, mirrored, settled } from './conditions.ts';
import { ingressOf, localHost, placeholdersOf, urlOf } from './ingress.ts';
import { indexRouting, mark, routesConcerning } from './routing.ts';
import type { Configuration, KnativeCondition, Observed, Revision, Route } from './shapes.ts';
import { assignedBy, type Assigned, type Targets } from './traffic.ts';
import { controllerFor } from './watching.ts';
import { ensure, type Failure, failureOf, tell } from './writer.ts';

const plural = 'routes.serving.knative.dev';
const configurations = 'configurations.serving.knative.dev';
const revisions = 'revisions.serving.knative.dev';
const ingresses = 'ingresses.networking.internal.knative.dev';

/** A Route tells gateways, by an Ingress, which revisions its requests go to; names of the cluster lead to the gateway. */
export function routeController(
  cluster: Cluster,
  domain: string,
  onError: (key: string, error: unknown) => void,
): Controller {
  indexRouting(cluster);
  return controllerFor<Route>(cluster, {
    name: 'knative-route',
    plural,
    children: [ingresses, 'services'],
    others: {
      [configurations]: object => routesConcerning(cluster, object),
      [revisions]: object => routesConcerning(cluster, object),
    },
    gone: key => mark(cluster, splitKey(key), [], timestamp(cluster.now())),
    onError,
    reconcile: async route => {
      const time = timestamp(cluster.now());
      const before = route.status?.traffic ?? [];
      const assigned = assignedBy(route.spec.traffic ?? [], targetsOf(cluster, route), before);
      let ingress: KubeObject | undefined;
      let failure: Failure | undefined;
      const place = { namespace: route.metadata.namespace ?? '', name: route.metadata.name ?? '' };
      if (assigned.waking === true) await mark(cluster, place, [...assigned.traffic, ...before], time);
      if (assigned.fault === undefined) {
        await mark(cluster, place, assigned.traffic, time);
        try {
          const wanted = placeholdersOf(route, assigned.traffic);
          for (const service of wanted) {
            await ensure(cluster, 'services', service, {
              spec: 'given',
              told: { by: route, kind: 'placeholder service' },
            });
          }
          ingress = await ensure(cluster, ingresses, ingressOf(route, assigned.traffic, domain), {
            told: { by: route },
          });
          await tidy(cluster, route, wanted);
        } catch (error) {
          failure = failureOf(error);
        }
      }
      await tell(cluster, plural, route, statusOf(route, { assigned, ingress, failure, domain }, time));
      if (failure !== undefined) throw new Error(failure.message);
    },
  });
}

function targetsOf(cluster: Cluster, { metadata }: Route): Targets {
  const { namespace = '' } = metadata;
  return {
    configuration: name => cluster.informer<Configuration>(configurations).get(`${namespace}/${name}`),
    revision: name => cluster.informer<Revision>(revisions).get(`${namespace}/${name}`),
  };
}

/** Removes the names of tags that are gone. */
async function tidy(cluster: Cluster, route: Route, wanted: readonly KubeObject[]): Promise<void> {
  const { namespace = '', uid } = route.metadata;
  const kept = new Set(wanted.map(one => one.metadata.name));
  for (const service of cluster.informer('services').inNamespace(namespace)) {
    const { name = '', deletionTimestamp } = service.metadata;
    if (controllerOf(service)?.uid !== uid || kept.has(name) || deletionTimestamp !== undefined) continue;
    await cluster.client('services').delete(namespace, name);
  }
}

interface Seen {
  readonly assigned: Assigned;
  readonly ingress: Observed | undefined;
  readonly failure: Failure | undefined;
  readonly domain: string;
}

const waiting = {
  status: 'Unknown',
  reason: 'IngressNotConfigured',
  message: 'Ingress has not yet been reconciled.',
} as const;

export function statusOf(route: Route, { assigned, ingress, failure, domain }: Seen, time: string): object {
  const { fault } = assigned;
  const unassigned = fault !== undefined;
  const certificate: Omit<KnativeCondition, 'type'> = unassigned
    ? { status: 'Unknown' }
    : { status: 'True', reason: 'TLSNotEnabled', message: 'external-domain-tls is not enabled' };
  return {
    ...(unassigned
      ? route.status?.address !== undefined && { address: route.status.address }
      : { address: { url: `http://${localHost(route)}` } }),
    conditions: settled(
      route.status?.conditions,
      [
        { type: 'AllTrafficAssigned', ...(fault ?? { status: 'True' }) },
        { type: 'IngressReady', ...reached(ingress, failure) },
        { type: 'CertificateProvisioned', ...certificate },
      ],
      time,
    ),
    observedGeneration: route.metadata.generation,
    ...(unassigned
      ? route.status?.traffic !== undefined && { traffic: route.status.traffic }
      : { traffic: told(route, assigned, domain) }),
    url: urlOf(route, domain),
  };
}

function reached(
  ingress: Observed | undefined,
  failure: Failure | undefined,
): Omit<KnativeCondition, 'type'> {
  if (failure !== undefined) return { status: 'False', ...failure };
  const ready = current(ingress);
  if (ready === undefined) return waiting;
  const { type: _ready, ...word } = mirrored('IngressReady', ready);
  return word;
}

/** Traffic as it is said: with the address of each tag. */
function told(route: Route, { traffic }: Assigned, domain: string): object[] {
  return traffic.map(({ configurationName: _of, url: _old, ...target }) => ({
    ...target,
    ...(target.tag !== undefined && { url: urlOf(route, domain, target.tag) }),
  }));
}
