import { type Controller, splitKey } from '../../client/index.ts';
import type { KubeObject } from '../../meta/index.ts';
import { type Cluster, timestamp } from '../../view/index.ts';
import { current, mirrored, settled } from './conditions.ts';
import { ingressOf, localHost, placeholdersOf, urlOf } from './ingress.ts';
import { indexRouting, mark, routesConcerning } from './routing.ts';
import {
  type Configuration,
  type KnativeCondition,
  labels,
  type Observed,
  type Revision,
  type Route,
} from './shapes.ts';
import { assignedBy, type Assigned, type Targets } from './traffic.ts';
import { byOwner, controllerFor } from './watching.ts';
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
        const marking = mark(cluster, place, assigned.traffic, time);
        // What is about to be let go is not sent requests to before it is marked; anything else is done at the same time.
        if (isLetGo(cluster, route, assigned)) await marking;
        const [marked, led] = await Promise.allSettled([marking, lead(cluster, route, assigned, domain)]);
        if (marked.status === 'rejected') throw marked.reason;
        if (led.status === 'fulfilled') ingress = led.value;
        else failure = failureOf(led.reason);
      }
      await tell(cluster, plural, route, statusOf(route, { assigned, ingress, failure, domain }, time));
      if (failure !== undefined) throw new Error(failure.message);
    },
  });
}

function isLetGo(cluster: Cluster, { metadata }: Route, { traffic }: Assigned): boolean {
  return traffic.some(({ revisionName }) => {
    const found = cluster.informer(revisions).get(`${metadata.namespace}/${revisionName}`);
    return found?.metadata.labels?.[labels.routingState] === 'reserve';
  });
}

/** Makes requests be led to where they are to go: names in the cluster, and what gateways follow. */
async function lead(
  cluster: Cluster,
  route: Route,
  { traffic }: Assigned,
  domain: string,
): Promise<KubeObject> {
  const wanted = placeholdersOf(route, traffic);
  const told = { by: route, kind: 'placeholder service' };
  const [ingress] = await Promise.all([
    ensure(cluster, ingresses, ingressOf(route, traffic, domain), { told: { by: route } }),
    ...wanted.map(service => ensure(cluster, 'services', service, { spec: 'given', told })),
  ]);
  await tidy(cluster, route, wanted);
  return ingress;
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
  const { namespace = '', uid = '' } = route.metadata;
  const kept = new Set(wanted.map(one => one.metadata.name));
  for (const { metadata } of cluster.informer('services').by(byOwner, uid)) {
    const { name = '', deletionTimestamp } = metadata;
    if (kept.has(name) || deletionTimestamp !== undefined) continue;
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
