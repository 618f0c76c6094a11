import { Controller, keyOf, splitKey } from '../../cluster/client/index.ts';
import { type Cluster, type Plural, timestamp, withCondition } from '../../cluster/view/index.ts';
import type { HttpRoute, Ingress } from './routes/index.ts';

const controllerName = 'davit.dev/gateway';
const classes = new Set([undefined, 'istio']);

/** Says in the status of Ingresses and HTTPRoutes that this gateway serves them, and where it is. */
export function takingControllers(
  cluster: Cluster,
  kinds: readonly Plural[],
  address: string,
  onError: (key: string, error: unknown) => void,
): Controller[] {
  const controllers: Controller[] = [];
  if (kinds.includes('ingresses')) {
    controllers.push(following(cluster, 'ingresses', onError, key => takeIngress(cluster, key, address)));
  }
  if (kinds.includes(httpRoutes)) {
    controllers.push(following(cluster, httpRoutes, onError, key => takeRoute(cluster, key)));
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

async function takeRoute(cluster: Cluster, key: string): Promise<void> {
  const route = cluster.informer<HttpRoute>(httpRoutes).get(key);
  const parents = route === undefined ? undefined : parentsOf(route, cluster.now());
  if (route === undefined || parents === undefined) return;
  const { namespace, name } = splitKey(key);
  const { resourceVersion } = route.metadata;
  const patch = { metadata: { resourceVersion }, status: { parents } };
  await cluster.client(httpRoutes).patch(namespace, name, 'merge', patch, 'status');
}

type Parent = NonNullable<NonNullable<HttpRoute['status']>['parents']>[number];

/** What the status of a route should say of its parents; undefined when it does. `now` in milliseconds since 1970. Pure. */
export function parentsOf({ metadata, spec, status }: HttpRoute, now: number): Parent[] | undefined {
  const before = status?.parents ?? [];
  const ours = before.filter(one => one.controllerName === controllerName);
  const wanted = (spec?.parentRefs ?? []).filter(({ kind = 'Gateway' }) => kind === 'Gateway');
  const { generation = 0 } = metadata;
  const upToDate = (parentRef: object): boolean =>
    ours.some(
      one =>
        sameText(one.parentRef, parentRef) &&
        one.conditions?.some(({ observedGeneration }) => observedGeneration === generation) === true,
    );
  if (ours.length === wanted.length && wanted.every(upToDate)) return undefined;
  const time = timestamp(now);
  return [
    ...before.filter(one => one.controllerName !== controllerName),
    ...wanted.map(parentRef => {
      let conditions = ours.find(one => sameText(one.parentRef, parentRef))?.conditions;
      for (const type of ['Accepted', 'ResolvedRefs']) {
        const fresh = {
          type,
          status: 'True',
          reason: type,
          message: '',
          observedGeneration: generation,
        } as const;
        conditions = withCondition(conditions, fresh, time);
      }
      return { controllerName, parentRef, conditions: conditions ?? [] };
    }),
  ];
}

function sameText(one: object, other: object): boolean {
  const sorted = (object: object): string =>
    JSON.stringify(Object.entries(object).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return sorted(one) === sorted(other);
}
