import type { KubeObject } from '../../meta/index.ts';
import type { Cluster, Plural } from '../../view/index.ts';
import { annotations, labels, type Revision, type Route, type TrafficTarget } from './shapes.ts';

type Metadata = KubeObject['metadata'];

interface Patch {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string | null>>;
}

/**
 * Revisions and configurations say which routes lead to them, so that what nobody reaches can be let go (Knative's labeler). A merge
 * patch is enough: nothing else of them is meant.
 */
export async function mark(
  cluster: Cluster,
  route: Route,
  traffic: readonly TrafficTarget[],
  time: string,
): Promise<void> {
  const { namespace = '', name = '' } = route.metadata;
  const reached = new Set(traffic.map(target => target.revisionName));
  for (const revision of cluster.informer<Revision>('revisions.serving.knative.dev').inNamespace(namespace)) {
    const patch = revisionPatch(revision, name, reached.has(revision.metadata.name), time);
    await applied(cluster, 'revisions.serving.knative.dev', revision, patch);
  }
  const asked = new Set(traffic.map(target => target.configurationName));
  for (const one of cluster.informer('configurations.serving.knative.dev').inNamespace(namespace)) {
    const routes = routesOf(one.metadata, name, asked.has(one.metadata.name));
    const patch = routes === undefined ? undefined : { annotations: { [annotations.routes]: routes } };
    await applied(cluster, 'configurations.serving.knative.dev', one, patch);
  }
}

async function applied(
  cluster: Cluster,
  plural: Plural,
  { metadata }: KubeObject,
  patch: Patch | undefined,
): Promise<void> {
  if (patch === undefined || metadata.deletionTimestamp !== undefined) return;
  await cluster
    .client(plural)
    .patch(metadata.namespace ?? '', metadata.name ?? '', 'merge', { metadata: patch });
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
  const before = (own?.[annotations.routes] ?? '').split(',').filter(one => one !== '');
  if (before.includes(route) === reached) return undefined;
  const routes = reached ? [...before, route].toSorted() : before.filter(one => one !== route);
  return routes.length === 0 ? null : routes.join(',');
}
