import type { KubeObject } from '../../../../meta/index.ts';
import { specOf } from '../../filling.ts';
import { headless, type ServiceSpec } from './shape.ts';

const hints = 'service.kubernetes.io/topology-aware-hints';
const mode = 'service.kubernetes.io/topology-mode';

/** What the API warns of in a Service (`GetWarningsForService`). */
export function serviceWarnings(object: KubeObject): string[] {
  const spec = specOf<ServiceSpec>(object);
  const { annotations = {} } = object.metadata;
  const warnings: string[] = [];
  if (Object.hasOwn(annotations, hints)) {
    warnings.push(`annotation ${hints} is deprecated, please use ${mode} instead`);
  }
  if (headless(spec)) {
    if ((spec.loadBalancerIP ?? '') !== '') {
      warnings.push('spec.loadBalancerIP is ignored for headless services');
    }
    if ((spec.externalIPs ?? []).length > 0) {
      warnings.push('spec.externalIPs is ignored for headless services');
    }
    if (spec.sessionAffinity !== 'None') {
      warnings.push('spec.SessionAffinity is ignored for headless services');
    }
  }
  if (spec.trafficDistribution === 'PreferClose') {
    warnings.push('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"');
  }
  return warnings;
}
