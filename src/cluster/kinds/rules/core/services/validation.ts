import {
  duplicateValue,
  type FieldError,
  forbiddenField,
  invalidValue,
  type KubeObject,
  labelErrors,
  requiredValue,
} from '../../../../meta/index.ts';
import { addressFamily, endpointAddress, isCIDR, isIP } from '../../addresses.ts';
import {
  among,
  dnsLabel,
  dnsSubdomain,
  oneOf,
  portNumber,
  portNumberOrName,
  qualifiedName,
} from '../../checks.ts';
import { goValue } from '../../difference/index.ts';
import { specOf } from '../../filling.ts';
import { protocols } from '../../pod/containers.ts';
import { external, headless, type ServicePort, type ServiceSpec } from './shape.ts';

/** Rules of a Service (`validateService`), in the order of Kubernetes. */
export function serviceErrors(object: KubeObject): FieldError[] {
  const spec = specOf<ServiceSpec>(object);
  return [
    ...portsNeeded(spec),
    ...typeErrors(spec),
    ...portErrors(spec),
    ...labelErrors(spec.selector, 'spec.selector'),
    ...affinityErrors(spec),
    ...addressErrors(spec),
    ...externalIPErrors(spec),
    ...oneOf(spec.type, serviceTypes, 'spec.type'),
    ...nodePortErrors(spec),
    ...repeatedPorts(spec),
    ...loadBalancerErrors(spec, object),
    ...trafficErrors(spec),
  ];
}

const serviceTypes = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];

function portsNeeded(spec: ServiceSpec): FieldError[] {
  const none = (spec.ports ?? []).length === 0;
  return none && !headless(spec) && spec.type !== 'ExternalName' ? [requiredValue('spec.ports')] : [];
}

function typeErrors(spec: ServiceSpec): FieldError[] {
  if (spec.type === 'LoadBalancer' || spec.type === 'NodePort') {
    if (!headless(spec)) return [];
    const detail = `may not be set to 'None' for ${spec.type} services`;
    return [invalidValue('spec.clusterIPs[0]', 'None', detail)];
  }
  if (spec.type !== 'ExternalName') return [];
  const detail = 'may not be set for ExternalName services';
  const errors: FieldError[] = [];
  if ((spec.clusterIPs ?? []).length > 0) errors.push(forbiddenField('spec.clusterIPs', detail));
  if ((spec.ipFamilies ?? []).length > 0) errors.push(forbiddenField('spec.ipFamilies', detail));
  if (spec.ipFamilyPolicy !== undefined) errors.push(forbiddenField('spec.ipFamilyPolicy', detail));
  const name = (spec.externalName ?? '').replace(/\.$/, '');
  return [
    ...errors,
    ...(name === '' ? [requiredValue('spec.externalName')] : dnsSubdomain(name, 'spec.externalName')),
  ];
}

function portErrors({ ports = [] }: ServiceSpec): FieldError[] {
  const names = new Set<string>();
  return ports.flatMap((port, index) => onePortErrors(port, ports.length > 1, names, `spec.ports[${index}]`));
}

function onePortErrors(port: ServicePort, named: boolean, names: Set<string>, field: string): FieldError[] {
  const { name = '', appProtocol } = port;
  const errors: FieldError[] = [];
  if (name !== '') {
    errors.push(...dnsLabel(name, `${field}.name`));
    if (names.has(name)) errors.push(duplicateValue(`${field}.name`, name));
    names.add(name);
  } else if (named) errors.push(requiredValue(`${field}.name`));
  return [
    ...errors,
    ...portNumber(port.port ?? 0, `${field}.port`),
    ...oneOf(port.protocol, protocols, `${field}.protocol`),
    ...portNumberOrName(port.targetPort, `${field}.targetPort`),
    ...(appProtocol === undefined ? [] : qualifiedName(appProtocol, `${field}.appProtocol`)),
  ];
}

const longestAffinity = 86400;

function affinityErrors({ sessionAffinity, sessionAffinityConfig: config }: ServiceSpec): FieldError[] {
  const errors = oneOf(sessionAffinity, ['ClientIP', 'None'], 'spec.sessionAffinity');
  const field = 'spec.sessionAffinityConfig.clientIP.timeoutSeconds';
  const seconds = config?.clientIP?.timeoutSeconds;
  if (sessionAffinity !== 'ClientIP' || seconds === undefined) return errors;
  if (seconds > 0 && seconds <= longestAffinity) return errors;
  const detail = `must be greater than 0 and less than ${longestAffinity}`;
  return [...errors, invalidValue(field, seconds, detail)];
}

function addressErrors(spec: ServiceSpec): FieldError[] {
  const { clusterIP = '', clusterIPs = [], ipFamilies = [], ipFamilyPolicy } = spec;
  if (spec.type === 'ExternalName') return [];
  const field = 'spec.clusterIPs';
  const errors: FieldError[] = [];
  if (clusterIP === '' && clusterIPs.length > 0) {
    errors.push(invalidValue(field, clusterIPs, 'must be empty when `clusterIP` is not specified'));
  } else if (clusterIP !== '' && clusterIPs[0] !== clusterIP) {
    errors.push(invalidValue(field, clusterIPs, 'first value must match `clusterIP`'));
  }
  for (const [index, family] of ipFamilies.entries()) {
    errors.push(...among(family, ['IPv4', 'IPv6'], `spec.ipFamilies[${index}]`));
    if (ipFamilies.indexOf(family) !== index) {
      errors.push(duplicateValue(`spec.ipFamilies[${index}]`, family));
    }
  }
  if (ipFamilyPolicy !== undefined) errors.push(...among(ipFamilyPolicy, policies, 'spec.ipFamilyPolicy'));
  return [...errors, ...listErrors(clusterIPs, field)];
}

const policies = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];

function listErrors(clusterIPs: readonly string[], field: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [index, ip] of clusterIPs.entries()) {
    if (ip !== 'None') errors.push(...isIP(ip, `${field}[${index}]`));
    else if (index > 0) {
      errors.push(invalidValue(`${field}[${index}]`, ip, "'None' must be the first and only value"));
    }
  }
  if (errors.length > 0) return errors;
  if (clusterIPs.length > 2) {
    return [invalidValue(field, clusterIPs, 'may only hold up to 2 values')];
  }
  if (clusterIPs.length < 2 || addressFamily(clusterIPs[0] ?? '') !== addressFamily(clusterIPs[1] ?? ''))
    return [];
  return [invalidValue(field, clusterIPs, 'may specify no more than one IP for each IP family')];
}

function externalIPErrors({ externalIPs = [] }: ServiceSpec): FieldError[] {
  return externalIPs.flatMap((ip, index) => {
    const field = `spec.externalIPs[${index}]`;
    const errors = isIP(ip, field);
    if (errors.length > 0) return errors;
    if (ip.startsWith('127.') || ip === '::1') {
      return [invalidValue(field, ip, 'may not be in the loopback range (127.0.0.0/8, ::1/128)')];
    }
    return endpointAddress(ip, field);
  });
}

function nodePortErrors({ type, ports = [] }: ServiceSpec): FieldError[] {
  const taken = new Set<string>();
  const errors: FieldError[] = [];
  if (type === 'ClusterIP') {
    for (const [index, { nodePort = 0 }] of ports.entries()) {
      if (nodePort === 0) continue;
      const detail = "may not be used when `type` is 'ClusterIP'";
      errors.push(forbiddenField(`spec.ports[${index}].nodePort`, detail));
    }
  }
  for (const [index, { nodePort = 0, protocol }] of ports.entries()) {
    if (nodePort === 0) continue;
    const key = `${protocol}/${nodePort}`;
    if (taken.has(key)) errors.push(duplicateValue(`spec.ports[${index}].nodePort`, nodePort));
    taken.add(key);
  }
  return errors;
}

function repeatedPorts({ ports = [] }: ServiceSpec): FieldError[] {
  const seen = new Set<string>();
  return ports.flatMap(({ protocol = '', port = 0 }, index) => {
    const key = `${protocol}/${port}`;
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    return [duplicateValue(`spec.ports[${index}]`, goValue('ServicePort', { protocol, port }))];
  });
}

const rangesAnnotation = 'service.beta.kubernetes.io/load-balancer-source-ranges';
const onlyLoadBalancer = "may only be used when `type` is 'LoadBalancer'";

function loadBalancerErrors(spec: ServiceSpec, { metadata }: KubeObject): FieldError[] {
  const { loadBalancerSourceRanges: ranges = [], type } = spec;
  const errors: FieldError[] = [];
  const text = metadata.annotations?.[rangesAnnotation];
  if (ranges.length > 0) {
    const field = 'spec.LoadBalancerSourceRanges';
    if (type !== 'LoadBalancer') errors.push(forbiddenField(field, onlyLoadBalancer));
    errors.push(...ranges.flatMap((range, index) => isCIDR(range.trim(), `${field}[${index}]`)));
  } else if (text !== undefined) {
    const field = `metadata.annotations[${rangesAnnotation}]`;
    if (type !== 'LoadBalancer') errors.push(forbiddenField(field, onlyLoadBalancer));
    const parts = text.trim() === '' ? [] : text.split(',');
    errors.push(...parts.flatMap(range => isCIDR(range.trim(), field)));
  }
  if (spec.allocateLoadBalancerNodePorts !== undefined && type !== 'LoadBalancer') {
    errors.push(forbiddenField('spec.allocateLoadBalancerNodePorts', onlyLoadBalancer));
  }
  return [...errors, ...classErrors(spec)];
}

function classErrors({ type, loadBalancerClass }: ServiceSpec): FieldError[] {
  if (loadBalancerClass === undefined) return [];
  const field = 'spec.loadBalancerClass';
  if (type === 'LoadBalancer') return qualifiedName(loadBalancerClass, field);
  return [forbiddenField(field, onlyLoadBalancer)];
}

const distributions = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];

function trafficErrors(spec: ServiceSpec): FieldError[] {
  const { externalTrafficPolicy: policy = '', healthCheckNodePort: port = 0 } = spec;
  const field = 'spec.externalTrafficPolicy';
  const errors: FieldError[] = [];
  if (external(spec)) errors.push(...oneOf(policy, ['Cluster', 'Local'], field));
  else if (policy !== '') {
    errors.push(invalidValue(field, policy, 'may only be set for externally-accessible services'));
  }
  if (port !== 0 && !(spec.type === 'LoadBalancer' && policy === 'Local')) {
    const detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    errors.push(invalidValue('spec.healthCheckNodePort', port, detail));
  }
  if (spec.internalTrafficPolicy !== undefined) {
    errors.push(...among(spec.internalTrafficPolicy, ['Cluster', 'Local'], 'spec.internalTrafficPolicy'));
  }
  if (spec.trafficDistribution === undefined) return errors;
  return [...errors, ...among(spec.trafficDistribution, distributions, 'spec.trafficDistribution')];
}

/** Further rules at update: addresses, once given, stay. */
export function serviceUpdateErrors(object: KubeObject, before: KubeObject): FieldError[] {
  const [spec, old] = [specOf<ServiceSpec>(object), specOf<ServiceSpec>(before)];
  const errors = [...addressChange(spec, old), ...familyChange(spec, old)];
  if (
    spec.type === 'LoadBalancer' &&
    old.type === 'LoadBalancer' &&
    spec.loadBalancerClass !== old.loadBalancerClass
  ) {
    errors.push(invalidValue('spec.loadBalancerClass', spec.loadBalancerClass, 'may not change once set'));
  }
  return [...errors, ...classErrors(spec), ...serviceErrors(object)];
}

function addressChange(spec: ServiceSpec, old: ServiceSpec): FieldError[] {
  if (spec.type === 'ExternalName' || old.type === 'ExternalName') return [];
  if (headless(spec) && headless(old)) return [];
  const [next = [], before = []] = [spec.clusterIPs, old.clusterIPs];
  const field = 'spec.clusterIPs';
  if (next.length === before.length) {
    return before.flatMap((ip, index) =>
      ip === next[index] ? [] : [invalidValue(`${field}[${index}]`, next, 'may not change once set')],
    );
  }
  if (next.length === 0) return [invalidValue(`${field}[0]`, next, 'primary clusterIP can not be unset')];
  const errors: FieldError[] = [];
  if (before.length > 0 && next[0] !== before[0]) {
    errors.push(invalidValue(`${field}[0]`, next, 'may not change once set'));
  }
  if (before.length > next.length && spec.ipFamilyPolicy !== 'SingleStack') {
    const detail = "must be set to 'SingleStack' when releasing the secondary clusterIP";
    errors.push(invalidValue('spec.ipFamilyPolicy', spec.ipFamilyPolicy, detail));
  }
  return errors;
}

function familyChange(spec: ServiceSpec, old: ServiceSpec): FieldError[] {
  if (spec.type === 'ExternalName' || old.type === 'ExternalName') return [];
  if (headless(spec) || headless(old)) return [];
  const [next = [], before = []] = [spec.ipFamilies, old.ipFamilies];
  if (next.length !== before.length) return [];
  return before.flatMap((family, index) =>
    family === next[index] ? [] : [invalidValue('spec.ipFamilies[0]', next, 'may not change once set')],
  );
}
