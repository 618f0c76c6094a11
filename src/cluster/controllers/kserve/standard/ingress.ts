import type { Configuration } from '../../../kserve/index.ts';
import { controlledBy } from '../../../view/index.ts';
import type { Child } from '../children.ts';
import { componentName, hostName } from '../naming.ts';
import type { InferenceService } from '../shapes.ts';

/** Whether a service is to be reached from the cluster alone. */
export function isInternal({ metadata }: InferenceService, { ingress }: Configuration): boolean {
  const visibility = metadata.labels?.['networking.kserve.io/visibility'];
  return (
    visibility === 'cluster-local' ||
    ingress.ingressDomain === 'svc.cluster.local' ||
    ingress.disableIngressCreation
  );
}

/**
 * The Ingress of a service: its own host goes to the transformer or predictor, and each component has one of its own. Pure.
 * @throws Error when a host is no domain name.
 */
export function ingressOf(service: InferenceService, configuration: Configuration): Child {
  const { name = '', namespace = '', annotations = {} } = service.metadata;
  const { ingressClassName } = configuration.ingress;
  return {
    plural: 'ingresses',
    object: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: {
        name,
        namespace,
        annotations: { ...annotations },
        ownerReferences: [controlledBy(service)],
      },
      spec: {
        ...(ingressClassName !== undefined && { ingressClassName }),
        rules: targetsOf(service).map(({ host, backend }) =>
          rule(hostName(host, service, configuration), backend),
        ),
      },
    },
  };
}

interface Target {
  /** What the host is made of. */
  readonly host: string;
  /** Name of a Service. */
  readonly backend: string;
}

function targetsOf({ metadata, spec }: InferenceService): Target[] {
  const { name = '' } = metadata;
  const predictor = componentName(name, 'predictor', spec.predictor.name);
  const transformer = componentName(name, 'transformer');
  const explainer = componentName(name, 'explainer');
  const own = { host: predictor, backend: predictor };
  const explaining = spec.explainer === undefined ? [] : [{ host: explainer, backend: explainer }];
  if (spec.transformer === undefined) return [{ host: name, backend: predictor }, ...explaining, own];
  return [
    { host: name, backend: transformer },
    { host: transformer, backend: transformer },
    ...explaining,
    own,
  ];
}

function rule(host: string, name: string): object {
  const backend = { service: { name, port: { number: 80 } } };
  return { host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } };
}
