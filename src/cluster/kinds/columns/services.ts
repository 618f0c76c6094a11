import type { KubeObject } from '../../meta/index.ts';
import type { Column } from '../kind.ts';
import type { ServiceSpec } from '../rules/core/services/shape.ts';
import { age, labelsText, named, partOf, text, wide } from './cells.ts';

export interface Balanced {
  readonly loadBalancer?: {
    readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[];
  };
}

/** Where a load balancer takes requests, as one text. */
export function balancerText(object: KubeObject): string {
  const { loadBalancer } = partOf<Balanced>(object, 'status');
  const places = (loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '');
  return [...new Set(places.filter(place => place !== ''))].toSorted().join(',');
}

function externalText(object: KubeObject): string {
  const { type, externalIPs = [], externalName = '' } = partOf<ServiceSpec>(object, 'spec');
  if (type === 'ExternalName') return externalName;
  if (type === 'LoadBalancer') {
    const balanced = balancerText(object);
    const all = [...(balanced === '' ? [] : [balanced]), ...externalIPs].join(',');
    return all === '' ? '<pending>' : all;
  }
  if (type === 'ClusterIP' || type === 'NodePort') return externalIPs.join(',') || '<none>';
  return '<unknown>';
}

function portsText({ ports = [] }: ServiceSpec): string {
  const texts = ports.map(({ port = 0, nodePort = 0, protocol = '' }) =>
    nodePort > 0 ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
  );
  return texts.join(',') || '<none>';
}

/** Columns of Service (`printService`). */
export const services: readonly Column[] = [
  named(),
  text('Type', 'How it can be reached', object => partOf<ServiceSpec>(object, 'spec').type ?? ''),
  text(
    'Cluster-IP',
    'Its address in the cluster',
    object => partOf<ServiceSpec>(object, 'spec').clusterIPs?.[0] ?? '<none>',
  ),
  text('External-IP', 'Its addresses outside the cluster', externalText),
  text('Port(s)', 'Its ports, those of the nodes after a colon', object =>
    portsText(partOf<ServiceSpec>(object, 'spec')),
  ),
  age,
  wide('Selector', 'Labels of its pods', object => labelsText(partOf<ServiceSpec>(object, 'spec').selector)),
];
