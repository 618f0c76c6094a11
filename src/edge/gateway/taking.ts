import { Controller, keyOf, splitKey } from '../../cluster/client/index.ts';
import {
  type Cluster,
  type Condition,
  type Plural,
  timestamp,
  withCondition,
} from '../../cluster/view/index.ts';
import { refusedText } from './refusing.ts';
import { type HttpRoute, type Ingress, isKept, OwnHosts } from './routes/index.ts';

const controllerName = 'davit.dev/gateway';
const classes = new Set([undefined, 'istio']);

/** Says in the status of Ingresses and HTTPRoutes that this gateway serves them, and where it is. */
export function takingControllers(
  cluster: Cluster,
  kinds: readonly Plural[],
  address: string,
  own: OwnHosts,
  onError: (key: string, error: unknown) => void,
): Controller[] {
  const controllers: Controller[] = [];
  if (kinds.includes('ingresses')) {
    controllers.push(following(cluster, 'ingresses', onError, key => takeIngress(cluster, key, address)));
  }
  if (kinds.includes(httpRoutes)) {
    controllers.push(following(cluster, httpRoutes, onError, key => takeRoute(cluster, key, own)));
  }
  return controllers;
}

const httpRoutes = 'httproutes.gateway.networking.k8s.io';

function following(
  cluster: Cluster,
  plural: Plural,
  onError: (key: string, error: unknown) => void,
  reconcile: (key: string) => Promise<void>,
): Controller {
  const controller = new Controller({ name: plural, reconcile, onError });
  const add = (object: Parameters<typeof keyOf>[0]): void => controller.queue.add(keyOf(object));
  cluster.informer(plural).on({ onAdd: add, onUpdate: (_, object) => add(object) });
  return controller;
}

async function takeIngress(cluster: Cluster, key: string, address: string): Promise<void> {
  const ingress = cluster.informer<Ingress>('ingresses').get(key);
  if (ingress === undefined || !classes.has(ingress.spec?.ingressClassName)) return;
  const told = ingress.status?.loadBalancer?.ingress ?? [];
  if (told.length === 1 && told[0]?.ip === address) return;
  const { namespace, name } = splitKey(key);
  const status = { loadBalancer: { ingress: [{ ip: address }] } };
  await cluster.client('ingresses').patch(namespace, name, 'merge', { status }, 'status');
}

async function takeRoute(cluster: Cluster, key: string, own: OwnHosts): Promise<void> {
  const route = cluster.informer<HttpRoute>(httpRoutes).get(key);
  const parents = route === undefined ? undefined : parentsOf(route, cluster.now(), own);
  if (route === undefined || parents === undefined) return;
  const { namespace, name } = splitKey(key);
  const { resourceVersion } = route.metadata;
  const patch = { metadata: { resourceVersion }, status: { parents } };
  await cluster.client(httpRoutes).patch(namespace, name, 'merge', patch, 'status');
}

type Parent = NonNullable<NonNullable<HttpRoute['status']>['parents']>[number];

/**
 * What the status of a route should say of its parents; undefined when it does. `now` in milliseconds since 1970. Pure.
 * @param own hosts that are kept from routes of users
 */
export function parentsOf(
  { metadata, spec, status }: HttpRoute,
  now: number,
  own: OwnHosts = new OwnHosts(),
): Parent[] | undefined {
  const before = status?.parents ?? [];
  const ours = before.filter(one => one.controllerName === controllerName);
  const wanted = (spec?.parentRefs ?? []).filter(({ kind = 'Gateway' }) => kind === 'Gateway');
  const { generation = 0, namespace = '' } = metadata;
  const hosts = (spec?.hostnames ?? []).map(host => host.toLowerCase());
  const kept = hosts.filter(host => isKept(host, namespace, startsOf(spec), own));
  const accepted = acceptance(kept, namespace, kept.length > 0 && kept.length === hosts.length);
  const upToDate = (parentRef: object): boolean =>
    ours.some(
      one =>
        sameText(one.parentRef, parentRef) &&
        one.conditions?.some(({ observedGeneration }) => observedGeneration === generation) === true &&
        one.conditions.every(({ type, ...said }) => type !== 'Accepted' || says(said, accepted)),
    );
  if (ours.length === wanted.length && wanted.every(upToDate)) return undefined;
  const time = timestamp(now);
  const fresh = [
    accepted,
    { type: 'ResolvedRefs', status: 'True', reason: 'ResolvedRefs', message: '' },
  ] as const;
  return [
    ...before.filter(one => one.controllerName !== controllerName),
    ...wanted.map(parentRef => {
      let conditions = ours.find(one => sameText(one.parentRef, parentRef))?.conditions;
      for (const one of fresh) {
        conditions = withCondition(conditions, { ...one, observedGeneration: generation }, time);
      }
      return { controllerName, parentRef, conditions: conditions ?? [] };
    }),
  ];
}

/** What the paths of a route begin with. */
function startsOf(spec: HttpRoute['spec']): string[] {
  return (spec?.rules ?? []).flatMap(({ matches = [{}] }) =>
    matches.map(({ path }) => (path?.value ?? '/').replace(/^\^/, '')),
  );
}

/** Whether a route is taken, as the Gateway API has it; one of whose hosts each is kept from it is not. */
function acceptance(
  kept: readonly string[],
  namespace: string,
  all: boolean,
): Omit<Condition, 'lastTransitionTime'> {
  const message = kept.map(host => refusedText(host, 'gateway', namespace)).join(' ');
  return all
    ? { type: 'Accepted', status: 'False', reason: 'NoMatchingListenerHostname', message }
    : { type: 'Accepted', status: 'True', reason: 'Accepted', message };
}

function says(said: Pick<Condition, 'status'> & Partial<Condition>, wanted: Partial<Condition>): boolean {
  return said.status === wanted.status && (said.message ?? '') === wanted.message;
}

function sameText(one: object, other: object): boolean {
  const sorted = (object: object): string =>
    JSON.stringify(Object.entries(object).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return sorted(one) === sorted(other);
}
