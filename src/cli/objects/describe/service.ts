import type { KubeObject } from '../../../cluster/meta/index.ts';
import type { Beside } from './beside.ts';
import { describeAnnotations, describeLabels } from './metadata.ts';
import type { Shaped, Texts } from './shapes.ts';
import { inOrder, orNone } from './words.ts';
import type { Description } from './writer.ts';

interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly protocol?: string;
  readonly targetPort?: number | string;
  readonly nodePort?: number;
  readonly appProtocol?: string;
}

interface ServiceSpec {
  readonly selector?: Texts;
  readonly type?: string;
  readonly ipFamilyPolicy?: string;
  readonly ipFamilies?: readonly string[];
  readonly clusterIP?: string;
  readonly clusterIPs?: readonly string[];
  readonly externalIPs?: readonly string[];
  readonly loadBalancerIP?: string;
  readonly externalName?: string;
  readonly ports?: readonly ServicePort[];
  readonly sessionAffinity?: string;
  readonly externalTrafficPolicy?: string;
  readonly internalTrafficPolicy?: string;
  readonly healthCheckNodePort?: number;
  readonly loadBalancerSourceRanges?: readonly string[];
  readonly trafficDistribution?: string;
}

interface Ingress {
  readonly ip?: string;
  readonly ipMode?: string;
  readonly hostname?: string;
}

type Service = Shaped<ServiceSpec, { readonly loadBalancer?: { readonly ingress?: readonly Ingress[] } }>;

interface Slice extends KubeObject {
  readonly ports?: readonly { readonly name?: string; readonly port?: number }[] | null;
  readonly endpoints?:
    | readonly {
        readonly addresses: readonly string[];
        readonly conditions?: { readonly ready?: boolean };
      }[]
    | null;
}

/** Endpoints that are named; of others only how many there are. */
const named = 3;

/** A Service with its endpoints, out of the slices of it. */
export function describeService(out: Description, object: KubeObject, { found }: Beside): void {
  const { metadata, spec, status } = object as Service;
  const slices = (found['slices']?.items ?? []) as readonly Slice[];
  out.line(0, 'Name:', metadata.name ?? '');
  out.line(0, 'Namespace:', metadata.namespace ?? '');
  describeLabels(out, 'Labels', metadata.labels);
  describeAnnotations(out, 'Annotations', metadata.annotations);
  out.line(
    0,
    'Selector:',
    orNone(
      inOrder(spec.selector)
        .map(pair => pair.join('='))
        .join(','),
    ),
  );
  out.line(0, 'Type:', spec.type ?? '');
  describeAddresses(out, spec);
  const ingress = status?.loadBalancer?.ingress ?? [];
  if (ingress.length > 0) out.line(0, 'LoadBalancer Ingress:', ingress.map(ingressText).join(', '));
  for (const port of spec.ports ?? []) describePort(out, port, slices);
  describePolicies(out, spec);
}

function describeAddresses(out: Description, spec: ServiceSpec): void {
  const { ipFamilies = [], clusterIPs = [], externalIPs = [], loadBalancerIP = '', externalName = '' } = spec;
  if (spec.ipFamilyPolicy !== undefined) out.line(0, 'IP Family Policy:', spec.ipFamilyPolicy);
  out.line(0, 'IP Families:', orNone(ipFamilies.join(',')));
  out.line(0, 'IP:', spec.clusterIP ?? '');
  out.line(0, 'IPs:', orNone(clusterIPs.join(',')));
  if (externalIPs.length > 0) out.line(0, 'External IPs:', externalIPs.join(','));
  if (loadBalancerIP !== '') out.line(0, 'Desired LoadBalancer IP:', loadBalancerIP);
  if (externalName !== '') out.line(0, 'External Name:', externalName);
}

function ingressText({ ip = '', ipMode, hostname = '' }: Ingress): string {
  if (ip === '') return hostname;
  return ipMode === undefined ? ip : `${ip} (${ipMode})`;
}

function describePort(out: Description, port: ServicePort, slices: readonly Slice[]): void {
  const { protocol = '', targetPort = 0, appProtocol, nodePort = 0 } = port;
  const name = port.name === undefined || port.name === '' ? '<unset>' : port.name;
  out.line(0, 'Port:', name, `${port.port}/${protocol}`);
  out.line(0, 'TargetPort:', `${targetPort}/${protocol}`);
  if (appProtocol !== undefined) out.line(0, 'AppProtocol:', appProtocol);
  if (nodePort !== 0) out.line(0, 'NodePort:', name, `${nodePort}/${protocol}`);
  out.line(0, 'Endpoints:', endpointsText(slices, port.name ?? ''));
}

/** `10.0.0.1:80,10.0.0.2:80,10.0.0.3:80 + 2 more...` */
function endpointsText(slices: readonly Slice[], port: string): string {
  if (slices.length === 0) return '<none>';
  const all = slices.flatMap(({ ports, endpoints }) => {
    const ready = (endpoints ?? [])
      .filter(({ conditions }) => conditions?.ready !== false)
      .map(({ addresses }) => addresses[0] ?? '');
    if (ports === undefined || ports === null || ports.length === 0) return ready;
    return ports
      .filter(({ name = '' }) => name === port)
      .flatMap(one => ready.map(address => `${bracketed(address)}:${one.port}`));
  });
  const text = all.slice(0, named).join(',');
  return all.length > named ? `${text} + ${all.length - named} more...` : text;
}

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

function describePolicies(out: Description, spec: ServiceSpec): void {
  const { externalTrafficPolicy = '', internalTrafficPolicy, healthCheckNodePort = 0 } = spec;
  const { loadBalancerSourceRanges = [], trafficDistribution } = spec;
  out.line(0, 'Session Affinity:', spec.sessionAffinity ?? '');
  if (externalTrafficPolicy !== '') out.line(0, 'External Traffic Policy:', externalTrafficPolicy);
  if (internalTrafficPolicy !== undefined) out.line(0, 'Internal Traffic Policy:', internalTrafficPolicy);
  if (healthCheckNodePort !== 0) out.line(0, 'HealthCheck NodePort:', `${healthCheckNodePort}`);
  if (loadBalancerSourceRanges.length > 0) {
    out.line(0, 'LoadBalancer Source Ranges:', loadBalancerSourceRanges.join(','));
  }
  if (trafficDistribution !== undefined) out.line(0, 'Traffic Distribution:', trafficDistribution);
}
