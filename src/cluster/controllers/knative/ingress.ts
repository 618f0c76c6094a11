import type { KubeObject } from '../../meta/index.ts';
import { controlledBy } from '../../view/index.ts';
import { labels, type Route } from './shapes.ts';
import type { Resolved } from './traffic.ts';

export const gateways = {
  local: 'knative-local-gateway.istio-system.svc.cluster.local',
  external: 'istio-ingressgateway.istio-system.svc.cluster.local',
} as const;

const visibility = 'networking.knative.dev/visibility';
const applied = 'kubectl.kubernetes.io/last-applied-configuration';

/** Whether a route is for the cluster alone. */
export function isLocal({ metadata }: Route): boolean {
  return metadata.labels?.[visibility] === 'cluster-local';
}

/** The name under which a route, or one of its tags, is called. */
export function hostOf(route: Route, domain: string, tag = ''): string {
  const { name = '', namespace = '' } = route.metadata;
  const first = tag === '' ? name : `${tag}-${name}`;
  return isLocal(route) ? `${first}.${namespace}.svc.cluster.local` : `${first}.${namespace}.${domain}`;
}

/** The Ingress by which a gateway finds the revisions of a route (Knative's `MakeIngress`). */
export function ingressOf(route: Route, targets: readonly Resolved[], domain: string): KubeObject {
  const { annotations: { [applied]: _, ...annotations } = {}, namespace = '' } = route.metadata;
  const tags = ['', ...new Set(targets.flatMap(({ tag }) => (tag === undefined || tag === '' ? [] : [tag])))];
  return {
    apiVersion: 'networking.internal.knative.dev/v1alpha1',
    kind: 'Ingress',
    metadata: {
      ...placeOf(route),
      labels: { ...ownLabels(route), [labels.routeNamespace]: namespace },
      annotations: {
        ...annotations,
        'networking.internal.knative.dev/rollout': rolloutOf(targets),
        'networking.knative.dev/ingress.class': 'istio.ingress.networking.knative.dev',
      },
    },
    spec: {
      httpOption: 'Enabled',
      rules: tags
        .toSorted()
        .flatMap(tag => rulesOf(route, tag, tag === '' ? targets : ofTag(targets, tag), domain)),
    },
  };
}

/** Services in the names of a route and its tags, which lead to the gateway. */
export function placeholdersOf(route: Route, targets: readonly Resolved[]): KubeObject[] {
  const { name = '', annotations: { [applied]: _, ...annotations } = {} } = route.metadata;
  const tags = new Set(['', ...targets.map(({ tag = '' }) => tag)]);
  return [...tags].map(tag => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      ...placeOf(route),
      name: tag === '' ? name : `${tag}-${name}`,
      labels: { ...ownLabels(route), ...(tag !== '' && { 'serving.knative.dev/tag': tag }) },
      annotations,
    },
    spec: {
      type: 'ExternalName',
      externalName: gateways.local,
      sessionAffinity: 'None',
      ports: [{ name: 'http2', protocol: 'TCP', appProtocol: 'kubernetes.io/h2c', port: 80, targetPort: 80 }],
    },
  }));
}

function placeOf(route: Route): Pick<KubeObject['metadata'], 'name' | 'namespace' | 'ownerReferences'> {
  const { name, namespace } = route.metadata;
  return {
    ...(name !== undefined && { name }),
    ...(namespace !== undefined && { namespace }),
    ownerReferences: [controlledBy(route)],
  };
}

function ownLabels({ metadata }: Route): Record<string, string> {
  return { ...metadata.labels, [labels.route]: metadata.name ?? '' };
}

function ofTag(targets: readonly Resolved[], tag: string): Resolved[] {
  return targets.filter(one => one.tag === tag).map(one => ({ ...one, percent: 100 }));
}

function rulesOf(route: Route, tag: string, targets: readonly Resolved[], domain: string): object[] {
  const { name = '', namespace = '' } = route.metadata;
  const first = `${tag === '' ? name : `${tag}-${name}`}.${namespace}`;
  const http = { paths: [{ splits: splitsOf(targets, namespace) }] };
  const inside = {
    hosts: [first, `${first}.svc`, `${first}.svc.cluster.local`],
    http,
    visibility: 'ClusterLocal',
  };
  return isLocal(route)
    ? [inside]
    : [inside, { hosts: [`${first}.${domain}`], http, visibility: 'ExternalIP' }];
}

/** One split for each revision that gets requests. */
function splitsOf(targets: readonly Resolved[], namespace: string): object[] {
  const shares = new Map<string, number>();
  for (const { revisionName, percent = 0 } of targets) {
    if (percent > 0) shares.set(revisionName, (shares.get(revisionName) ?? 0) + percent);
  }
  return [...shares].map(([revision, percent]) => ({
    appendHeaders: { 'Knative-Serving-Namespace': namespace, 'Knative-Serving-Revision': revision },
    percent,
    serviceName: revision,
    serviceNamespace: namespace,
    servicePort: 80,
  }));
}

function rolloutOf(targets: readonly Resolved[]): string {
  const configurations = targets
    .filter(one => one.configurationName !== undefined)
    .map(({ configurationName, tag, percent = 0, revisionName }) => ({
      configurationName,
      ...(tag !== undefined && tag !== '' && { tag }),
      percent,
      revisions: [{ revisionName, percent }],
      stepParams: {},
    }));
  return JSON.stringify({ configurations });
}
