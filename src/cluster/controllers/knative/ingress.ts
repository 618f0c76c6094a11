import type { KubeObject } from '../../meta/index.ts';
import { controlledBy } from '../../view/index.ts';
import { isForKubectl, labels, type Route, type TrafficTarget, without } from './shapes.ts';

/** Where names of a cluster lead from within, as Knative with Istio names its gateways. */
export const localGateway = 'knative-local-gateway.istio-system.svc.cluster.local';
export const publicGateway = 'istio-ingressgateway.istio-system.svc.cluster.local';

const visibility = 'networking.knative.dev/visibility';

type Assigned = TrafficTarget & { readonly revisionName: string };

/** Whether a route has a name in the cluster alone. */
export function isLocal({ metadata }: Pick<Route, 'metadata'>): boolean {
  return metadata.labels?.[visibility] === 'cluster-local';
}

/** Tags that traffic has; '' is the route itself. */
export function tagsOf(traffic: readonly TrafficTarget[]): string[] {
  return ['', ...new Set(traffic.flatMap(({ tag }) => tag ?? []))].toSorted();
}

export function hostLabel({ metadata }: Pick<Route, 'metadata'>, tag: string): string {
  return tag === '' ? (metadata.name ?? '') : `${tag}-${metadata.name}`;
}

export function localHost(route: Pick<Route, 'metadata'>, tag = ''): string {
  return `${hostLabel(route, tag)}.${route.metadata.namespace}.svc.cluster.local`;
}

export function urlOf(route: Pick<Route, 'metadata'>, domain: string, tag = ''): string {
  const host = isLocal(route)
    ? localHost(route, tag)
    : `${hostLabel(route, tag)}.${route.metadata.namespace}.${domain}`;
  return `http://${host}`;
}

/** What a gateway needs to know of a route: hosts, and the share of each revision (Knative's `MakeIngress`). */
export function ingressOf(route: Route, traffic: readonly Assigned[], domain: string): KubeObject {
  const { name = '', namespace = '' } = route.metadata;
  return {
    apiVersion: 'networking.internal.knative.dev/v1alpha1',
    kind: 'Ingress',
    metadata: {
      name,
      namespace,
      labels: { ...route.metadata.labels, [labels.route]: name, [labels.routeNamespace]: namespace },
      annotations: {
        ...without(route.metadata.annotations, isForKubectl),
        'networking.internal.knative.dev/rollout': rolloutOf(traffic),
        'networking.knative.dev/ingress.class': 'istio.ingress.networking.knative.dev',
      },
      ownerReferences: [controlledBy(route)],
    },
    spec: {
      httpOption: 'Enabled',
      rules: tagsOf(traffic).flatMap(tag => rulesOf(route, tag, splitsOf(traffic, tag, namespace), domain)),
    },
  };
}

function rulesOf(route: Route, tag: string, splits: readonly object[], domain: string): object[] {
  const { namespace } = route.metadata;
  const short = `${hostLabel(route, tag)}.${namespace}`;
  const http = { paths: [{ splits }] };
  const local = {
    hosts: [short, `${short}.svc`, `${short}.svc.cluster.local`],
    http,
    visibility: 'ClusterLocal',
  };
  return isLocal(route)
    ? [local]
    : [local, { hosts: [`${short}.${domain}`], http, visibility: 'ExternalIP' }];
}

/** A tag's requests all go to its revision; the route's own are shared by the percentages, added up for each revision. */
function splitsOf(traffic: readonly Assigned[], tag: string, namespace: string): object[] {
  const shares = new Map<string, number>();
  for (const target of traffic) {
    const percent = tag === '' ? (target.percent ?? 0) : 100;
    if ((tag === '' || target.tag === tag) && percent > 0) {
      const before = tag === '' ? (shares.get(target.revisionName) ?? 0) : 0;
      shares.set(target.revisionName, before + percent);
    }
  }
  return [...shares].map(([revision, percent]) => ({
    appendHeaders: { 'Knative-Serving-Namespace': namespace, 'Knative-Serving-Revision': revision },
    percent,
    serviceName: revision,
    serviceNamespace: namespace,
    servicePort: 80,
  }));
}

function rolloutOf(traffic: readonly Assigned[]): string {
  const latest = traffic.filter(target => target.latestRevision === true);
  const configurations = latest.map(({ configurationName, tag, percent = 0, revisionName }) => ({
    configurationName,
    ...(tag !== undefined && { tag }),
    percent,
    revisions: [{ revisionName, percent }],
    stepParams: {},
  }));
  return JSON.stringify({ configurations });
}

/** The names that a route has in the cluster: they lead to the gateway, which knows the shares. */
export function placeholdersOf(route: Route, traffic: readonly Assigned[]): KubeObject[] {
  const { name = '', namespace = '' } = route.metadata;
  return tagsOf(traffic).map(tag => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: hostLabel(route, tag),
      namespace,
      labels: {
        ...route.metadata.labels,
        [labels.route]: name,
        ...(tag !== '' && { 'serving.knative.dev/tag': tag }),
      },
      annotations: without(route.metadata.annotations, isForKubectl),
      ownerReferences: [controlledBy(route)],
    },
    spec: {
      type: 'ExternalName',
      sessionAffinity: 'None',
      externalName: localGateway,
      ports: [{ name: 'http2', protocol: 'TCP', appProtocol: 'kubernetes.io/h2c', port: 80, targetPort: 80 }],
    },
  }));
}
