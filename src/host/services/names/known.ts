import type { Cluster } from '../../../cluster/view/index.ts';
import type { Service, Slice } from '../doors.ts';
import type { Known } from './meaning.ts';

/** Looks names and addresses up in what informers hold; to be made before they are started. */
export function knownIn(cluster: Cluster): Known {
  const services = cluster.informer<Service>('services');
  const slices = cluster.informer<Slice>('endpointslices');
  services.index('address', ({ spec: { clusterIP = '' } }) => [clusterIP]);
  slices.index('endpoint', ({ ports, endpoints }) =>
    (endpoints ?? []).flatMap(({ addresses, conditions }) =>
      conditions?.ready === false
        ? []
        : addresses.flatMap(host => (ports ?? []).map(({ port }) => `${host} ${port}`)),
    ),
  );
  return {
    service: (namespace, name) => services.get(`${namespace}/${name}`),
    serviceAt: address => services.by('address', address)[0],
    isEndpoint: ({ host, port }) => slices.by('endpoint', `${host} ${port}`).length > 0,
  };
}
