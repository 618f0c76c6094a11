import type { Controller } from '../../client/index.ts';
import { type Cluster, timestamp } from '../../view/index.ts';
import { current, settled } from './conditions.ts';
import { hostOf, ingressOf, placeholdersOf } from './ingress.ts';
import {
  annotations,
  type Configuration,
  type KnativeCondition,
  labels,
  type Observed,
  type Revision,
  type Route,
} from './shapes.ts';
import { type Lookup, type Resolved, resolve, routed, type Traffic } from './traffic.ts';
import { controllerFor } from './watching.ts';
import { ensure, failureOf, tell } from './writer.ts';

const plural = 'routes.serving.knative.dev';
const configurations = 'configurations.serving.knative.dev';
const revisions = 'revisions.serving.knative.dev';
const ingresses = 'ingresses.networking.internal.knative.dev';

/** A Route marks the revisions that it sends to and has an Ingress; while a new target is not ready, requests go where they went. */
export function routeController(
  cluster: Cluster,
  domain: string,
  onError: (key: string, error: unknown) => void,
): Controller {
  const routes = cluster.informer<Route>(plural);
  const among = (namespace: string, isMeant: (route: Route) => boolean): string[] =>
    routes
      .inNamespace(namespace)
      .filter(isMeant)
      .map(route => `${namespace}/${route.metadata.name}`);
  return controllerFor<Route>(cluster, {
    name: 'knative-route',
    plural,
    children: [ingresses, 'services'],
    others: {
      [configurations]: ({ metadata }) =>
        among(metadata.namespace ?? '', route =>
          (route.spec.traffic ?? []).some(one => one.configurationName === metadata.name),
        ),
      [revisions]: ({ metadata }) =>
        among(
          metadata.namespace ?? '',
          route =>
            routesOf(metadata.annotations).includes(route.metadata.name ?? '') ||
            (route.spec.traffic ?? []).some(
              one =>
                one.revisionName === metadata.name ||
                one.configurationName === metadata.labels?.[labels.configuration],
            ),
        ),
    },
    onError,
    reconcile: route => reconcile(cluster, route, domain),
  });
}

async function reconcile(cluster: Cluster, route: Route, domain: string): Promise<void> {
  const { namespace = '' } = route.metadata;
  const lookup: Lookup = {
    configuration: name => cluster.informer<Configuration>(configurations).get(`${namespace}/${name}`),
    revision: name => cluster.informer<Revision>(revisions).get(`${namespace}/${name}`),
  };
  const traffic = resolve(route, lookup);
  await mark(cluster, route, routed(route, traffic, lookup));
  let ingress: Observed | undefined;
  let failure: string | undefined;
  if (traffic.fault === undefined) {
    try {
      for (const service of placeholdersOf(route, traffic.targets))
        await ensure(cluster, 'services', service, 'given');
      ingress = (await ensure(cluster, ingresses, ingressOf(route, traffic.targets, domain))) as Observed;
    } catch (error) {
      failure = failureOf(error);
    }
  }
  const seen = { traffic, ingress, failure, domain };
  await tell(cluster, plural, route, statusOf(route, seen, timestamp(cluster.now())));
  if (failure !== undefined) throw new Error(failure);
}

/** Says on configurations and revisions that requests come by a route, and takes it off those where they no longer do. */
async function mark(cluster: Cluster, route: Route, active: ReadonlySet<string>): Promise<void> {
  const { namespace = '', name: own = '' } = route.metadata;
  const modified = { [annotations.routingStateModified]: timestamp(cluster.now()) };
  for (const revision of cluster.informer<Revision>(revisions).inNamespace(namespace)) {
    const { name = '', annotations: held = {}, labels: said = {} } = revision.metadata;
    const before = routesOf(held);
    const is = active.has(name);
    if (!is && !before.includes(own)) continue;
    const after = is ? [...new Set([...before, own])].toSorted() : before.filter(one => one !== own);
    const state = after.length > 0 ? 'active' : 'reserve';
    if (after.join() === before.join() && said[labels.routingState] === state) continue;
    const changes = { [annotations.routes]: after.length > 0 ? after.join() : null };
    await cluster.client(revisions).patch(namespace, name, 'merge', {
      metadata: {
        labels: { [labels.routingState]: state },
        annotations: { ...changes, ...(said[labels.routingState] !== state && modified) },
      },
    });
  }
  await markConfigurations(cluster, route);
}

async function markConfigurations(cluster: Cluster, { metadata, spec }: Route): Promise<void> {
  const { namespace = '', name: own = '' } = metadata;
  for (const { configurationName = '' } of spec.traffic ?? []) {
    const found = cluster.informer(configurations).get(`${namespace}/${configurationName}`);
    const before = routesOf(found?.metadata.annotations);
    if (found === undefined || before.includes(own)) continue;
    await cluster.client(configurations).patch(namespace, configurationName, 'merge', {
      metadata: { annotations: { [annotations.routes]: [...before, own].toSorted().join() } },
    });
  }
}

function routesOf(held: Readonly<Record<string, string>> | undefined): string[] {
  const text = held?.[annotations.routes] ?? '';
  return text === '' ? [] : text.split(',');
}

interface Seen {
  readonly traffic: Traffic;
  readonly ingress: Observed | undefined;
  readonly failure: string | undefined;
  readonly domain: string;
}

export function statusOf(route: Route, { traffic, ingress, failure, domain }: Seen, time: string): object {
  const { name = '', namespace = '', generation } = route.metadata;
  const { fault } = traffic;
  const old = route.status;
  const before = (type: string): Omit<KnativeCondition, 'type'> => {
    const { type: _, ...said } = old?.conditions?.find(one => one.type === type) ?? {
      type,
      status: 'Unknown',
    };
    return said;
  };
  const conditions = settled(
    old?.conditions,
    [
      { type: 'AllTrafficAssigned', ...(fault ?? { status: 'True' }) },
      {
        type: 'CertificateProvisioned',
        ...(fault === undefined
          ? { status: 'True', reason: 'TLSNotEnabled', message: 'external-domain-tls is not enabled' }
          : before('CertificateProvisioned')),
      },
      {
        type: 'IngressReady',
        ...(fault === undefined ? reached(ingress, failure) : waiting(before('IngressReady'))),
      },
    ],
    time,
  );
  const assigned = fault === undefined ? assignedOf(route, traffic.targets, domain) : old?.traffic;
  const url = fault === undefined ? `http://${hostOf(route, domain)}` : old?.url;
  return {
    ...((fault === undefined || old?.address !== undefined) && {
      address: { url: `http://${name}.${namespace}.svc.cluster.local` },
    }),
    conditions,
    observedGeneration: generation,
    ...(assigned !== undefined && { traffic: assigned }),
    ...(url !== undefined && { url }),
  };
}

const notConfigured = {
  status: 'Unknown',
  reason: 'IngressNotConfigured',
  message: 'Ingress has not yet been reconciled.',
} as const;

function waiting(said: Omit<KnativeCondition, 'type'>): Omit<KnativeCondition, 'type'> {
  return said.status === 'Unknown' ? notConfigured : said;
}

function reached(ingress: Observed | undefined, failure: string | undefined): Omit<KnativeCondition, 'type'> {
  if (failure !== undefined) return { status: 'False', reason: 'NotOwned', message: failure };
  const ready = current(ingress);
  if (ready === undefined) return notConfigured;
  const { status, reason, message } = ready;
  return { status, ...(reason !== undefined && { reason }), ...(message !== undefined && { message }) };
}

/** Targets as a status tells them: without the configuration, with the address of their tag. */
function assignedOf(route: Route, targets: readonly Resolved[], domain: string): object[] {
  return targets.map(({ configurationName, latestRevision, percent, revisionName, tag }) => ({
    latestRevision: latestRevision ?? configurationName !== undefined,
    ...(percent !== undefined && { percent }),
    revisionName,
    ...(tag !== undefined && tag !== '' && { tag, url: `http://${hostOf(route, domain, tag)}` }),
  }));
}
