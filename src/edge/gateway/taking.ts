import { Controller, keyOf, splitKey } from '../../cluster/client/index.ts';
import {
  type Cluster,
  type Condition,
  type Plural,
  timestamp,
  withCondition,
} from '../../cluster/view/index.ts';
import { refusedText } from './refusing.ts';
import {
  Grants,
  type HttpRoute,
  httpRouteKind,
  type Ingress,
  OwnHosts,
  type Owners,
  type ReferenceGrant,
  refusalOf,
} from './routes/index.ts';

const controllerName = 'davit.dev/gateway';
const classes = new Set([undefined, 'istio']);

/** What says in the status of Ingresses and HTTPRoutes that this gateway serves them, and where it is. */
export interface Taking {
  start(): void;
  /** Looks at every HTTPRoute again: what decides about them has changed. */
  again(): void;
  stop(): Promise<void>;
}

export function createTaking(
  cluster: Cluster,
  kinds: readonly Plural[],
  address: string,
  owners: Owners,
  onError: (key: string, error: unknown) => void,
): Taking {
  const controllers: Controller[] = [];
  let again = (): void => {};
  if (kinds.includes('ingresses')) {
    controllers.push(following(cluster, 'ingresses', onError, key => takeIngress(cluster, key, address)));
  }
  if (kinds.includes(httpRoutes)) {
    const granted = kinds.includes(referenceGrants);
    const routes = following(cluster, httpRoutes, onError, key => takeRoute(cluster, key, owners, granted));
    controllers.push(routes);
    again = () => {
      for (const route of cluster.informer(httpRoutes).values()) routes.queue.add(keyOf(route));
    };
    if (granted) cluster.informer(referenceGrants).on({ onAdd: again, onUpdate: again, onDelete: again });
  }
  return {
    again,
    start: () => controllers.forEach(one => one.start()),
    stop: async () => void (await Promise.all(controllers.map(one => one.stop()))),
  };
}

const httpRoutes = 'httproutes.gateway.networking.k8s.io';
const referenceGrants = 'referencegrants.gateway.networking.k8s.io';

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

async function takeRoute(cluster: Cluster, key: string, owners: Owners, granted: boolean): Promise<void> {
  const route = cluster.informer<HttpRoute>(httpRoutes).get(key);
  const grants = new Grants(granted ? cluster.informer<ReferenceGrant>(referenceGrants).values() : []);
  const parents = route === undefined ? undefined : parentsOf(route, cluster.now(), owners, grants);
  if (route === undefined || parents === undefined) return;
  const { namespace, name } = splitKey(key);
  const { resourceVersion } = route.metadata;
  const patch = { metadata: { resourceVersion }, status: { parents } };
  await cluster.client(httpRoutes).patch(namespace, name, 'merge', patch, 'status');
}

/** Characters of the message of a condition. */
const longestMessage = 32_768;
const nobodys: Owners = { own: new OwnHosts(), ownerOf: () => undefined };

type Said = Omit<Condition, 'lastTransitionTime'>;
type Parent = NonNullable<NonNullable<HttpRoute['status']>['parents']>[number];

/**
 * What the status of a route should say of its parents; undefined when it does. `now` in milliseconds since 1970. Pure.
 * @param owners whose the hosts are that are kept from routes of users
 * @param grants by which they lead to Services of other namespaces
 */
export function parentsOf(
  { metadata, spec, status }: HttpRoute,
  now: number,
  owners: Owners = nobodys,
  grants: Grants = new Grants([]),
): Parent[] | undefined {
  const before = status?.parents ?? [];
  const ours = before.filter(one => one.controllerName === controllerName);
  const wanted = (spec?.parentRefs ?? []).filter(({ kind = 'Gateway' }) => kind === 'Gateway');
  const { generation = 0, namespace = '' } = metadata;
  const hosts = (spec?.hostnames ?? []).map(host => host.toLowerCase());
  const starts = startsOf(spec);
  const refused = hosts.flatMap(host => {
    const reason = refusalOf(host, namespace, starts, owners);
    return reason === undefined ? [] : [refusedText(host, reason, namespace)];
  });
  const accepted = acceptance(refused, refused.length > 0 && refused.length === hosts.length);
  const fresh = [accepted, resolution(spec, namespace, grants)];
  const upToDate = (parentRef: object): boolean =>
    ours.some(
      one =>
        sameText(one.parentRef, parentRef) &&
        one.conditions?.some(({ observedGeneration }) => observedGeneration === generation) === true &&
        fresh.every(wanted => one.conditions?.some(said => says(said, wanted)) === true),
    );
  if (ours.length === wanted.length && wanted.every(upToDate)) return undefined;
  const time = timestamp(now);
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
function acceptance(refused: readonly string[], all: boolean): Said {
  const message = refused.join(' ').slice(0, longestMessage);
  return all
    ? { type: 'Accepted', status: 'False', reason: 'NoMatchingListenerHostname', message }
    : { type: 'Accepted', status: 'True', reason: 'Accepted', message };
}

/** Whether a route may lead where it says, as the Gateway API has it. */
function resolution(spec: HttpRoute['spec'], namespace: string, grants: Grants): Said {
  const [group, kind] = httpRouteKind;
  const refs = (spec?.rules ?? []).flatMap(({ backendRefs = [] }) => backendRefs);
  const refused = refs.find(
    one => !grants.allows({ group, kind, namespace }, one.namespace ?? namespace, one.name),
  );
  if (refused === undefined)
    return { type: 'ResolvedRefs', status: 'True', reason: 'ResolvedRefs', message: '' };
  const message = `No ReferenceGrant in ${refused.namespace} lets an HTTPRoute of ${namespace} lead to the Service ${refused.name}.`;
  return { type: 'ResolvedRefs', status: 'False', reason: 'RefNotPermitted', message };
}

function says(said: Condition, wanted: Said): boolean {
  return (
    said.type === wanted.type && said.status === wanted.status && (said.message ?? '') === wanted.message
  );
}

function sameText(one: object, other: object): boolean {
  const sorted = (object: object): string =>
    JSON.stringify(Object.entries(object).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return sorted(one) === sorted(other);
}
