import { subdomainFaults } from '../../meta/index.ts';
import type { KubeObject } from '../../meta/index.ts';
import type { Configuration } from '../../kserve/index.ts';
import type { ComponentName } from './shapes.ts';
import { expanded } from './runtimes/templates.ts';

/** The name of what runs a component; a predictor may have one of its own. */
export function componentName(service: string, component: ComponentName, own = ''): string {
  return own === '' ? `${service}-${component}` : `${service}-${own}-${component}`;
}

/** A name of a Service inside the cluster. */
export function localHost(name: string, namespace: string): string {
  return `${name}.${namespace}.svc.cluster.local`;
}

/**
 * The host name of a component outside the cluster, by the configuration's template (a Go template over Name, Namespace,
 * IngressDomain, Annotations and Labels).
 * @throws Error when it is no domain name.
 */
export function hostName(name: string, service: KubeObject, { ingress }: Configuration): string {
  const { namespace = '', annotations = {}, labels = {} } = service.metadata;
  const host = expanded(ingress.domainTemplate, {
    Name: name,
    Namespace: namespace,
    IngressDomain: ingress.ingressDomain,
    Annotations: annotations,
    Labels: labels,
  });
  const fault = domainFault(host);
  if (fault !== undefined) throw new Error(`invalid domain name ${JSON.stringify(host)}: ${fault}`);
  return host;
}

/** Kubernetes' rules for a fully qualified domain name, worded as it words them. */
function domainFault(host: string): string | undefined {
  const invalid = (value: string, said: string): string =>
    `url: Invalid value: ${JSON.stringify(value)}: ${said}`;
  const bare = host.replace(/\.$/, '');
  const whole = subdomainFaults(bare);
  if (whole.length > 0) return invalid(bare, whole.join(', '));
  const labels = bare.split('.');
  if (labels.length < 2)
    return invalid(bare, 'should be a domain with at least two segments separated by dots');
  const long = labels.filter(label => label.length > 63);
  if (long.length === 0) return undefined;
  const faults = long.map(label => invalid(label, 'must be no more than 63 characters'));
  return faults.length === 1 ? faults[0] : `[${faults.join(', ')}]`;
}
