import type { Configuration } from '../../../kserve/index.ts';
import { controlledBy, inFurther } from '../../../view/index.ts';
import { shownAnnotations } from '../components/annotations.ts';
import type { Child } from '../children.ts';
import { componentName, localHost } from '../naming.ts';
import { expanded } from '../runtimes/templates.ts';
import type { InferenceService } from '../shapes.ts';

const mesh = 'mesh';
const explainPaths = '/v1/models/[\\w-]+:explain';

/** Whether a service, whose host is given, is to be reached from the cluster alone. */
function isInternal({ metadata }: InferenceService, host: string): boolean {
  const { name = '', namespace = '', labels = {} } = metadata;
  return (
    labels['networking.knative.dev/visibility'] === 'cluster-local' || host === localHost(name, namespace)
  );
}

/** Istio's route of a service: its host goes to the transformer or predictor, the paths of explanations to the explainer. Pure. */
export function virtualServiceOf(
  service: InferenceService,
  host: string,
  configuration: Configuration,
  serverLabels: Readonly<Record<string, string>> = {},
): Child {
  const { ingress } = configuration;
  const { name = '', namespace = '', labels, annotations } = service.metadata;
  const internal = isInternal(service, host);
  const local = localHost(name, namespace);
  const { spec } = service;
  const backend = componentName(
    name,
    spec.transformer === undefined ? 'predictor' : 'transformer',
    spec.transformer === undefined ? spec.predictor.name : undefined,
  );
  const hosts = internal
    ? []
    : [host, ...inFurther(host, ingress.ingressDomain, ingress.additionalIngressDomains)];
  const route = (to: string, paths?: string): object => ({
    headers: { request: { set: headersOf(service, to) } },
    match: matchesOf(ingress, local, hosts, paths),
    route: [destinationOf(ingress)],
  });
  const explaining = spec.explainer !== undefined;
  const explainer = componentName(name, 'explainer');
  return {
    plural: 'virtualservices.networking.istio.io',
    object: {
      apiVersion: 'networking.istio.io/v1beta1',
      kind: 'VirtualService',
      metadata: {
        name,
        namespace,
        labels: { ...labels, ...serverLabels },
        annotations: { ...shownAnnotations(annotations, configuration) },
        ownerReferences: [controlledBy(service)],
      },
      spec: {
        gateways: [ingress.localGateway, mesh, ...(internal ? [] : [ingress.ingressGateway])],
        hosts: [local, ...hosts, ...(ingress.pathTemplate === '' ? [] : [ingress.ingressDomain])],
        http: [
          ...(explaining ? [route(explainer, `^${explainPaths}$`)] : []),
          route(backend),
          ...pathRoutes(service, backend, explaining ? explainer : undefined, ingress),
        ],
      },
    },
  };
}

type Ingress = Configuration['ingress'];

function headersOf({ metadata }: InferenceService, to: string): object {
  const { name = '', namespace = '' } = metadata;
  return {
    Host: localHost(to, namespace),
    'KServe-Isvc-Name': name,
    'KServe-Isvc-Namespace': namespace,
  };
}

function matchesOf(
  ingress: Ingress,
  local: string,
  hosts: readonly string[],
  paths: string | undefined,
): object[] {
  const uri = paths === undefined ? {} : { uri: { regex: paths } };
  return [
    { authority: { regex: hostPattern(local) }, gateways: [ingress.localGateway, mesh], ...uri },
    ...hosts.map(host => ({
      authority: { regex: hostPattern(host) },
      gateways: [ingress.ingressGateway],
      ...uri,
    })),
  ];
}

function destinationOf(ingress: Ingress): object {
  return { destination: { host: ingress.knativeLocalGatewayService, port: { number: 80 } }, weight: 100 };
}

/** The same service below a path of one domain, where the configuration has a template for it. */
function pathRoutes(
  service: InferenceService,
  backend: string,
  explainer: string | undefined,
  ingress: Ingress,
): object[] {
  if (ingress.pathTemplate === '') return [];
  const path = servicePath(service, ingress).replace(/\/$/, '');
  const route = (to: string, uris: readonly object[], rewrite: object): object => ({
    headers: { request: { set: headersOf(service, to) } },
    match: uris.map(uri => ({
      authority: { regex: hostPattern(ingress.ingressDomain) },
      gateways: [ingress.ingressGateway],
      uri,
    })),
    rewrite,
    route: [destinationOf(ingress)],
  });
  const explaining = `${path}(${explainPaths})$`;
  return [
    ...(explainer === undefined
      ? []
      : [
          route(explainer, [{ regex: explaining }], {
            uriRegexRewrite: { match: explaining, rewrite: '\\1' },
          }),
        ]),
    route(backend, [{ prefix: `${path}/` }, { exact: path }], { uri: '/' }),
  ];
}

/** Where a service is below the domain. */
export function servicePath({ metadata }: InferenceService, { pathTemplate }: Ingress): string {
  return expanded(pathTemplate, { Name: metadata.name ?? '', Namespace: metadata.namespace ?? '' });
}

/** Matches a host with any port, and nothing else. */
function hostPattern(host: string): string {
  return `^${host.replace(/[.\\+*?()|[\]{}^$]/g, '\\$&')}(?::\\d{1,5})?$`;
}

/** The name by which a service is reached in the cluster: the local gateway's. Pure. */
export function externalServiceOf(service: InferenceService, { ingress }: Configuration): Child {
  const { name = '', namespace = '' } = service.metadata;
  return {
    plural: 'services',
    object: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace, ownerReferences: [controlledBy(service)] },
      spec: { type: 'ExternalName', externalName: ingress.localGatewayService, sessionAffinity: 'None' },
    },
  };
}
