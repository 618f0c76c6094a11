import { isStatusError, type KubeObject } from '../../meta/index.ts';
import { type Cluster, controllerOf, type Plural } from '../../view/index.ts';
import { annotations, labels, type Revision, type Route, type TrafficTarget } from './shapes.ts';

type Metadata = KubeObject['metadata'];

interface Patch {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string | null>>;
}

interface Place {
  readonly namespace: string;
  readonly name: string;
}

const revisions = 'revisions.serving.knative.dev';
const configurations = 'configurations.serving.knative.dev';
const routes = 'routes.serving.knative.dev';
/** Of revisions and configurations, by the routes that they say lead to them. */
const byRoute = 'route';
/** Of routes, by the revisions and configurations that they send requests to. */
const byTarget = 'target';

/** Finds what a route concerns without looking at everything; before the informers start. */
export function indexRouting(cluster: Cluster): void {
  for (const plural of [revisions, configurations] as const) {
    cluster
      .informer(plural)
      .index(byRoute, ({ metadata }) =>
        namesIn(metadata.annotations).map(route => `${metadata.namespace}/${route}`),
      );
  }
  cluster.informer<Route>(routes).index(byTarget, ({ metadata, spec, status }) => {
    const all = [...(spec.traffic ?? []), ...(status?.traffic ?? [])];
    const targets = all.flatMap(({ configurationName, revisionName }) => [
      ...(configurationName === undefined ? [] : [`Configuration/${configurationName}`]),
      ...(revisionName === undefined ? [] : [`Revision/${revisionName}`]),
    ]);
    return [...new Set(targets)].map(target => `${metadata.namespace}/${target}`);
  });
}

/** The keys of routes that a revision or configuration may change something for: those that lead to it, and those it says do. */
export function routesConcerning(cluster: Cluster, { kind, metadata }: KubeObject): string[] {
  const { namespace, name, labels: own } = metadata;
  const of = own?.[labels.configuration];
  const targets = [
    `${kind}/${name}`,
    ...(kind === 'Revision' && of !== undefined ? [`Configuration/${of}`] : []),
  ];
  const leading = targets.flatMap(target => cluster.informer(routes).by(byTarget, `${namespace}/${target}`));
  const names = [...leading.map(route => route.metadata.name ?? ''), ...namesIn(metadata.annotations)];
  return [...new Set(names)].map(route => `${namespace}/${route}`);
}

/**
 * Revisions and configurations say which routes lead to them, so that what nobody reaches can be let go (Knative's labeler). A merge
 * patch is enough: nothing else of them is meant.
 */
export async function mark(
  cluster: Cluster,
  { namespace, name }: Place,
  traffic: readonly TrafficTarget[],
  time: string,
): Promise<void> {
  const key = `${namespace}/${name}`;
  const both = (plural: typeof revisions | typeof configurations, named: readonly (string | undefined)[]) => {
    const informer = cluster.informer(plural);
    const reached = named.flatMap(one => informer.get(`${namespace}/${one}`) ?? []);
    return new Set([...reached, ...informer.by(byRoute, key)]);
  };
  const reached = traffic.map(target => target.revisionName);
  const asked = traffic.map(target => target.configurationName);
  await Promise.all([
    ...[...both(revisions, reached)]
      .filter(one => !isOnItsWayOut(cluster, one))
      .map(one => {
        const patch = revisionPatch(one as Revision, name, reached.includes(one.metadata.name), time);
        return applied(cluster, revisions, one, patch);
      }),
    ...[...both(configurations, asked)].map(one => {
      const said = routesOf(one.metadata, name, asked.includes(one.metadata.name));
      const patch = said === undefined ? undefined : { annotations: { [annotations.routes]: said } };
      return applied(cluster, configurations, one, patch);
    }),
  ]);
}

/** Whether a revision goes with its configuration, so that what it says of routes is of no use any more. */
function isOnItsWayOut(cluster: Cluster, revision: KubeObject): boolean {
  const owner = controllerOf(revision);
  if (owner === undefined) return false;
  const found = cluster.informer(configurations).get(`${revision.metadata.namespace}/${owner.name}`);
  return found === undefined || found.metadata.deletionTimestamp !== undefined;
}

async function applied(
  cluster: Cluster,
  plural: Plural,
  { metadata }: KubeObject,
  patch: Patch | undefined,
): Promise<void> {
  if (patch === undefined || metadata.deletionTimestamp !== undefined) return;
  const { namespace = '', name = '' } = metadata;
  try {
    await cluster.client(plural).patch(namespace, name, 'merge', { metadata: patch });
  } catch (error) {
    if (!isStatusError(error) || error.reason !== 'NotFound') throw error;
  }
}

/** What changes of a revision that a route leads to, or no longer does; undefined where nothing does. */
export function revisionPatch(
  { metadata }: Revision,
  route: string,
  reached: boolean,
  time: string,
): Patch | undefined {
  const routes = routesOf(metadata, route, reached);
  if (routes === undefined) return undefined;
  const state = routes === null ? 'reserve' : 'active';
  const moved = metadata.labels?.[labels.routingState] !== state;
  return {
    ...(moved && { labels: { [labels.routingState]: state } }),
    annotations: {
      [annotations.routes]: routes,
      ...(moved && { [annotations.routingStateModified]: time }),
    },
  };
}

/** The routes that lead to something, when one of them begins or ends to; null for none. */
function routesOf(
  { annotations: own }: Metadata,
  route: string,
  reached: boolean,
): string | null | undefined {
  const before = namesIn(own);
  if (before.includes(route) === reached) return undefined;
  const routes = reached ? [...before, route].toSorted() : before.filter(one => one !== route);
  return routes.length === 0 ? null : routes.join(',');
}

function namesIn(own: Metadata['annotations']): string[] {
  return (own?.[annotations.routes] ?? '').split(',').filter(one => one !== '');
}
