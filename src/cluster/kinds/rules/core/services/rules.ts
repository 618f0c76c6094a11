import type { KubeObject } from '../../../../meta/index.ts';
import type { Rules } from '../../../kind.ts';
import { filled, filledZero, mapped, mappedEach, specOf, withSpec, without } from '../../filling.ts';
import { same } from '../../sameness.ts';
import { updates, withStatus } from '../../strategy.ts';
import { external, needsClusterIP, needsNodePort, type ServicePort, type ServiceSpec } from './shape.ts';
import { serviceErrors, serviceUpdateErrors } from './validation.ts';
import { serviceWarnings } from './warnings.ts';

/** Rules of Service (registry/core/service): addresses and node ports are given by the server, not here. */
export const services: Rules = {
  complete: object =>
    filled<KubeObject>(withSpec<ServiceSpec>(object, completeService), { status: { loadBalancer: {} } }),
  prepareCreate: (object, context) =>
    withSpec<ServiceSpec>(
      withStatus({ loadBalancer: {} }).prepareCreate?.(object, context) ?? object,
      withBothAddresses,
    ),
  prepareUpdate: (object, old, { subresource }) =>
    subresource === 'status'
      ? object
      : withSpec<ServiceSpec>(object, spec => carriedOver(spec, specOf<ServiceSpec>(old))),
  validateCreate: object => serviceErrors(object),
  ...updates(serviceUpdateErrors),
  warnings: object => serviceWarnings(object),
};

/** Three hours, in seconds. */
const affinityPeriod = 10800;

function completeService(spec: ServiceSpec): ServiceSpec {
  let next = filledZero(spec, { sessionAffinity: 'None', type: 'ClusterIP' });
  if (next.sessionAffinity === 'None') next = without(next, 'sessionAffinityConfig');
  if (
    next.sessionAffinity === 'ClientIP' &&
    next.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined
  ) {
    next = { ...next, sessionAffinityConfig: { clientIP: { timeoutSeconds: affinityPeriod } } };
  }
  next = mappedEach(next, 'ports', completePort);
  if (external(next)) next = filledZero(next, { externalTrafficPolicy: 'Cluster' });
  if (needsClusterIP(next)) next = filled(next, { internalTrafficPolicy: 'Cluster' });
  return next.type === 'LoadBalancer' ? filled(next, { allocateLoadBalancerNodePorts: true }) : next;
}

function completePort(port: ServicePort): ServicePort {
  return filledZero(filledZero(port, { protocol: 'TCP' }), { targetPort: port.port ?? 0 });
}

/** The address in both of its fields. */
function withBothAddresses(spec: ServiceSpec): ServiceSpec {
  const { clusterIP = '', clusterIPs = [] } = spec;
  return clusterIP !== '' && clusterIPs.length === 0 ? { ...spec, clusterIPs: [clusterIP] } : spec;
}

/** What the server once gave is kept when a client leaves it out, and goes when the type has no use for it. */
function carriedOver(spec: ServiceSpec, old: ServiceSpec): ServiceSpec {
  return withoutUseless(withGiven(normalized(spec, old), old), old);
}

function normalized(spec: ServiceSpec, old: ServiceSpec): ServiceSpec {
  const { clusterIP = '', clusterIPs = [] } = spec;
  const sameList = same(clusterIPs, old.clusterIPs);
  if (clusterIP === (old.clusterIP ?? '') || !sameList) return spec;
  if (clusterIP === '') return without(spec, 'clusterIPs');
  return { ...spec, clusterIPs: [clusterIP, ...clusterIPs.slice(1)] };
}

function withGiven(spec: ServiceSpec, old: ServiceSpec): ServiceSpec {
  let next = spec;
  if (needsClusterIP(old) && needsClusterIP(next)) {
    if ((next.clusterIP ?? '') === '' && old.clusterIP !== undefined) {
      next = { ...next, clusterIP: old.clusterIP };
    }
    if ((next.clusterIPs ?? []).length === 0 && next.clusterIP === old.clusterIP) {
      next = old.clusterIPs === undefined ? next : { ...next, clusterIPs: old.clusterIPs };
    }
    if (same(next.clusterIPs, old.clusterIPs)) {
      next = filled<ServiceSpec>(next, {
        ...(old.ipFamilies !== undefined && { ipFamilies: old.ipFamilies }),
        ...(old.ipFamilyPolicy !== undefined && { ipFamilyPolicy: old.ipFamilyPolicy }),
      });
    }
  }
  if (needsNodePort(old) && needsNodePort(next)) next = withNodePorts(next, old);
  if (old.externalTrafficPolicy === 'Local' && next.externalTrafficPolicy === 'Local') {
    next = filledZero(next, { healthCheckNodePort: old.healthCheckNodePort ?? 0 });
  }
  return next;
}

function withNodePorts(spec: ServiceSpec, old: ServiceSpec): ServiceSpec {
  const used = new Set((spec.ports ?? []).map(port => port.nodePort));
  const key = (port: ServicePort) => `${port.protocol}/${port.port}`;
  const given = new Map((old.ports ?? []).map(port => [key(port), port.nodePort]));
  return mappedEach(spec, 'ports', port => {
    const nodePort = given.get(key(port));
    if ((port.nodePort ?? 0) !== 0 || nodePort === undefined || used.has(nodePort)) return port;
    return { ...port, nodePort };
  });
}

function withoutUseless(spec: ServiceSpec, old: ServiceSpec): ServiceSpec {
  let next = spec;
  if (needsClusterIP(old) && !needsClusterIP(next) && same(next.clusterIPs, old.clusterIPs)) {
    next = without(next, 'clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy', 'internalTrafficPolicy');
  }
  if (needsNodePort(old) && !needsNodePort(next) && same(portsOf(next), portsOf(old))) {
    next = mappedEach(next, 'ports', port => without(port, 'nodePort'));
  }
  if (external(old) && !external(next) && next.externalTrafficPolicy === old.externalTrafficPolicy) {
    next = without(next, 'externalTrafficPolicy');
  }
  for (const field of ['allocateLoadBalancerNodePorts', 'loadBalancerClass'] as const) {
    const useless = old.type === 'LoadBalancer' && next.type !== 'LoadBalancer';
    if (useless && next[field] === old[field]) next = without(next, field);
  }
  return mapped(next, 'healthCheckNodePort', port =>
    next.type === 'LoadBalancer' && next.externalTrafficPolicy === 'Local' ? port : undefined,
  );
}

function portsOf({ ports = [] }: ServiceSpec): readonly number[] {
  return ports.map(port => port.nodePort ?? 0);
}
