import { callersAnnotation, publicAnnotation } from '../../meta/index.ts';
import { release, resourcesOf } from './containers.ts';
import type { Section } from './section.ts';
import type {
  CollectorConfiguration,
  DeployConfiguration,
  DeploymentMode,
  IngressConfiguration,
  LocalModelConfiguration,
  ServiceConfiguration,
} from './shape.ts';

const oldModes: Readonly<Record<string, DeploymentMode>> = {
  Serverless: 'Knative',
  RawDeployment: 'Standard',
};

export function deployOf(section: Section): DeployConfiguration {
  const said = section.optionalText('defaultDeploymentMode') ?? '';
  const mode = oldModes[said] ?? said;
  if (mode !== 'Knative' && mode !== 'Standard' && mode !== 'ModelMesh') {
    throw section.fault('defaultDeploymentMode', 'one of Knative, Standard and ModelMesh');
  }
  const rollout = section.section('deploymentRolloutStrategy').optionalSection('defaultRollout');
  if (rollout === undefined) return { defaultDeploymentMode: mode };
  const maxSurge = rollout.text('maxSurge', '');
  const maxUnavailable = rollout.text('maxUnavailable', '');
  return { defaultDeploymentMode: mode, defaultRollout: { maxSurge, maxUnavailable } };
}

export function ingressOf(section: Section): IngressConfiguration {
  const enableGatewayApi = section.flag('enableGatewayApi', false);
  const kserveIngressGateway = section.text('kserveIngressGateway', '');
  if (
    enableGatewayApi &&
    !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?\/[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(kserveIngressGateway)
  ) {
    throw section.fault(
      'kserveIngressGateway',
      'NAMESPACE/NAME of a Gateway, since enableGatewayApi is true',
    );
  }
  const ingressGateway = section.text('ingressGateway', '');
  if (ingressGateway === '') throw section.fault('ingressGateway', 'NAMESPACE/NAME of a gateway');
  const ingressDomain = section.text('ingressDomain', '');
  const pathTemplate = section.text('pathTemplate', '');
  if (pathTemplate !== '' && ingressDomain === '') {
    throw section.fault('ingressDomain', 'a domain, since pathTemplate is given');
  }
  const localGatewayService = section.text('localGatewayService', '');
  const ingressClassName = section.optionalText('ingressClassName');
  return {
    enableGatewayApi,
    kserveIngressGateway,
    ingressGateway,
    localGateway: section.text('localGateway', ''),
    localGatewayService,
    knativeLocalGatewayService: section.text('knativeLocalGatewayService', '') || localGatewayService,
    ingressDomain: ingressDomain || 'example.com',
    ...(ingressClassName !== undefined && { ingressClassName }),
    additionalIngressDomains: section.texts('additionalIngressDomains'),
    domainTemplate: section.text('domainTemplate', '') || '{{ .Name }}-{{ .Namespace }}.{{ .IngressDomain }}',
    pathTemplate,
    urlScheme: section.text('urlScheme', '') || 'http',
    disableIstioVirtualHost: section.flag('disableIstioVirtualHost', false),
    disableIngressCreation: section.flag('disableIngressCreation', false),
    disableHTTPRouteTimeout: section.flag('disableHTTPRouteTimeout', false),
    enableLLMInferenceServiceTLS: section.flag('enableLLMInferenceServiceTLS', false),
    modelBasedRoutingHeaderName: section.text('modelBasedRoutingHeaderName', '') || 'X-Gateway-Model-Name',
    modelBasedRoutingMode: section.text('modelBasedRoutingMode', '') || 'enabled',
  };
}

/** What KServe never hands on to revisions (`pkg/constants`), and what is no matter of pods: who may call. */
const ownAnnotations = [
  'autoscaling.knative.dev/min-scale',
  'autoscaling.knative.dev/max-scale',
  'internal.serving.kserve.io/storage-initializer-sourceuri',
  'kubectl.kubernetes.io/last-applied-configuration',
  'modelFormat',
  callersAnnotation,
  publicAnnotation,
];
const none = { cpuRequest: '', cpuLimit: '', memoryRequest: '', memoryLimit: '' };
const ownLabels = ['networking.knative.dev/visibility'];

export function serviceOf(section: Section): ServiceConfiguration {
  return {
    serviceAnnotationDisallowedList: [...ownAnnotations, ...section.texts('serviceAnnotationDisallowedList')],
    serviceLabelDisallowedList: [...ownLabels, ...section.texts('serviceLabelDisallowedList')],
    resource: resourcesOf(section.section('resource'), none),
  };
}

export function collectorOf(section: Section): CollectorConfiguration {
  const usual = { cpuRequest: '200m', cpuLimit: '1', memoryRequest: '512Mi', memoryLimit: '2Gi' };
  return {
    scrapeInterval: section.text('scrapeInterval', '5s'),
    metricReceiverEndpoint: section.text('metricReceiverEndpoint', 'keda-otel-scaler.keda.svc:4317'),
    metricScalerEndpoint: section.text('metricScalerEndpoint', 'keda-otel-scaler.keda.svc:4318'),
    resource: resourcesOf(section.section('resource'), usual),
  };
}

export function localModelOf(section: Section): LocalModelConfiguration {
  const fsGroup = section.optionalNumber('fsGroup');
  const jobTTLSecondsAfterFinished = section.optionalNumber('jobTTLSecondsAfterFinished');
  const reconcilationFrequencyInSecs = section.optionalNumber('reconcilationFrequencyInSecs');
  return {
    enabled: section.flag('enabled', false),
    jobNamespace: section.text('jobNamespace', 'kserve-localmodel-jobs'),
    defaultJobImage: section.text('defaultJobImage', `kserve/storage-initializer:${release}`),
    ...(fsGroup !== undefined && { fsGroup }),
    ...(jobTTLSecondsAfterFinished !== undefined && { jobTTLSecondsAfterFinished }),
    ...(reconcilationFrequencyInSecs !== undefined && { reconcilationFrequencyInSecs }),
    disableVolumeManagement: section.flag('disableVolumeManagement', false),
  };
}
