import type { Configuration } from '../../../kserve/index.ts';
import type { KubeObject } from '../../../meta/index.ts';
import { controlledBy, inFurther } from '../../../view/index.ts';
import type { Child } from '../children.ts';
import { shown, shownAnnotations } from '../components/annotations.ts';
import type { Component } from '../components/component.ts';
import { servicePath } from '../knative/routes.ts';
import { hostName } from '../naming.ts';
import { type ComponentName, type InferenceService, transformerContainer } from '../shapes.ts';
import type { Said } from '../status/conditions.ts';
import type { Workloads } from '../workloads.ts';

const anyPath = '^/.*$';
const explainPaths = '^/v1/models/[\\w-]+:explain$';
const usualTimeout = '60s';

/** A route of the Gateway API, as much as says whether gateways take it. */
export interface HttpRoute extends KubeObject {
  readonly status?: {
    readonly parents?: readonly {
      readonly conditions?: readonly {
        readonly status: string;
        readonly reason: string;
        readonly message: string;
      }[];
    }[];
  };
}

/**
 * The routes of the Gateway API of a service: one for its own host and one for each component. Canaries that are ready get their share
 * of the requests. Pure.
 */
export function httpRoutesOf(
  service: InferenceService,
  workloads: Workloads,
  configuration: Configuration,
): Child[] {
  const { components, predictor } = workloads;
  const labels = { ...service.metadata.labels, ...predictor?.serverLabels };
  const route = (name: string, hosts: readonly string[], rules: readonly object[]): Child =>
    routeOf(service, labels, configuration, name, hosts, rules);
  const { name = '' } = service.metadata;
  return [
    ...components.map(one =>
      route(one.name, [hostName(one.name, service, configuration)], rulesOf(service, one, configuration)),
    ),
    route(name, hostsOf(service, configuration), ownRules(service, workloads, configuration)),
  ];
}

function routeOf(
  service: InferenceService,
  labels: Readonly<Record<string, string>>,
  configuration: Configuration,
  name: string,
  hostnames: readonly string[],
  rules: readonly object[],
): Child {
  const { namespace = '', annotations } = service.metadata;
  const [place = '', gateway = ''] = configuration.ingress.kserveIngressGateway.split('/');
  return {
    plural: 'httproutes.gateway.networking.k8s.io',
    object: {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: {
        name,
        namespace,
        labels: { ...shown(labels, configuration.inferenceService.serviceLabelDisallowedList) },
        annotations: { ...shownAnnotations(annotations, configuration) },
        ownerReferences: [controlledBy(service)],
      },
      spec: {
        hostnames,
        parentRefs: [
          { group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: place, name: gateway },
        ],
        rules,
      },
    },
  };
}

function hostsOf(service: InferenceService, configuration: Configuration): string[] {
  const { ingressDomain, additionalIngressDomains, pathTemplate } = configuration.ingress;
  const own = hostName(service.metadata.name ?? '', service, configuration);
  const more = inFurther(own, ingressDomain, additionalIngressDomains);
  return [...new Set([own, ...more, ...(pathTemplate === '' ? [] : [ingressDomain])])];
}

interface Backend {
  readonly name: string;
  readonly weight: number;
}

/** The rules of a service's own host: explanations go to the explainer, the rest to the transformer or predictor. */
function ownRules(service: InferenceService, workloads: Workloads, configuration: Configuration): object[] {
  const find = (name: ComponentName): Component | undefined =>
    workloads.components.find(one => one.component === name);
  const explainer = find('explainer');
  const entry = find('transformer') ?? find('predictor');
  if (entry === undefined) return [];
  const backends = entry.component === 'predictor' ? sharedWith(service, workloads, entry.name) : undefined;
  const { ingress } = configuration;
  const path = ingress.pathTemplate === '' ? undefined : servicePath(service, ingress).replace(/\/$/, '');
  const explaining = (paths: string): object[] =>
    explainer === undefined
      ? []
      : [
          rule(
            service,
            explainer,
            configuration,
            [pathMatch(paths)],
            [{ name: explainer.name, weight: 1 }],
            80,
          ),
        ];
  return [
    ...explaining(explainPaths),
    ...rulesOf(service, entry, configuration, backends),
    ...(path === undefined
      ? []
      : [
          ...explaining(`${path}(/v1/models/[\\w-]+:explain)$`),
          rule(
            service,
            entry,
            configuration,
            [pathMatch(`${path}/`)],
            backends ?? [{ name: entry.name, weight: 1 }],
            80,
          ),
        ]),
  ];
}

/** The stable predictor and the canaries that are ready, with the percentages that they get; undefined without canaries. */
function sharedWith(
  { status }: InferenceService,
  { canaries }: Workloads,
  stable: string,
): Backend[] | undefined {
  const told = (status?.canaryStatuses ?? []) as readonly { name: string; ready: boolean }[];
  const ready = canaries.filter(({ canary }) =>
    told.some(one => one.ready && one.name === canary.predictor.name),
  );
  if (ready.length === 0) return undefined;
  const shares = ready.map(({ name, canary }) => ({ name, weight: canary.trafficPercent }));
  const taken = shares.reduce((sum, { weight }) => sum + weight, 0);
  return [{ name: stable, weight: 100 - taken }, ...shares];
}

/** The rules of a component: gRPC goes to its port of that, where it has both. */
function rulesOf(
  service: InferenceService,
  component: Component,
  configuration: Configuration,
  backends: readonly Backend[] = [{ name: component.name, weight: 1 }],
): object[] {
  const ports = portsOf(component);
  const any = [pathMatch(anyPath)];
  if (ports === undefined) return [rule(service, component, configuration, any, backends, 80)];
  const grpc = {
    ...pathMatch('^/inference\\.GRPCInferenceService/.*$'),
    headers: [{ type: 'RegularExpression', name: 'content-type', value: '^application/grpc.*' }],
  };
  return [
    rule(service, component, configuration, [grpc], backends, ports.grpc),
    rule(service, component, configuration, any, backends, ports.rest),
  ];
}

function portsOf({ pod }: Component): { grpc: number; rest: number } | undefined {
  const entry = pod.containers.find(one => one.name === transformerContainer) ?? pod.containers[0];
  const ports = (entry?.ports ?? []).map(({ name = '', containerPort }, place) => ({
    grpc: /grpc|h2c/i.test(name),
    port: place === 0 ? 80 : containerPort,
  }));
  const grpc = ports.find(one => one.grpc)?.port;
  const rest = ports.find(one => !one.grpc)?.port;
  return grpc === undefined || rest === undefined ? undefined : { grpc, rest };
}

function pathMatch(value: string): object {
  return { path: { type: 'RegularExpression', value } };
}

function rule(
  { metadata }: InferenceService,
  { extension }: Component,
  { ingress }: Configuration,
  matches: readonly object[],
  backends: readonly Backend[],
  port: number,
): object {
  const { name = '', namespace = '' } = metadata;
  const timeout = extension.timeout === undefined ? usualTimeout : `${extension.timeout}s`;
  const set = [
    { name: 'KServe-Isvc-Name', value: name },
    { name: 'KServe-Isvc-Namespace', value: namespace },
  ];
  return {
    matches,
    filters: [{ type: 'RequestHeaderModifier', requestHeaderModifier: { set } }],
    backendRefs: backends.map(one => ({ group: '', kind: 'Service', namespace, port, ...one })),
    ...(!ingress.disableHTTPRouteTimeout && { timeouts: { request: timeout } }),
  };
}

/** Whether gateways take the routes; why not, as they say it. Pure. */
export function acceptedOf(wanted: readonly Child[], seen: ReadonlyMap<string, HttpRoute>): Said {
  for (const { object } of wanted) {
    const route = seen.get(object.metadata.name ?? '');
    const parents = route?.status?.parents ?? [];
    const about = `HTTPRoute ${object.metadata.name}`;
    if (parents.length === 0) {
      const message = `${about}: no gateway has taken it yet`;
      return { status: 'False', reason: 'ParentStatusNotAvailable', message };
    }
    const refused = parents.flatMap(one => one.conditions ?? []).find(one => one.status === 'False');
    if (refused !== undefined) {
      return { status: 'False', reason: refused.reason, message: `${about}: ${refused.message}` };
    }
  }
  return { status: 'True' };
}
