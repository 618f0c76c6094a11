import { isStatusError, type KubeObject } from '../meta/index.ts';
import { type Resource, ResourceClient, type Transport } from '../client/index.ts';

/** Where the API server is, and the address by which pods know it. */
export interface OwnService {
  /** The first address of services. */
  readonly clusterAddress: string;
  readonly host: string;
  readonly port: number;
}

const namespace = 'default';
const name = 'kubernetes';
const services: Resource = { group: '', version: 'v1', plural: 'services', namespaced: true };
const endpoints: Resource = { group: '', version: 'v1', plural: 'endpoints', namespaced: true };
const slices: Resource = {
  group: 'discovery.k8s.io',
  version: 'v1',
  plural: 'endpointslices',
  namespaced: true,
};

/** The Service `kubernetes` and what stands behind it, as every API server keeps them for itself. */
export async function ensureOwnService(transport: Transport, own: OwnService): Promise<void> {
  for (const [resource, object] of [
    [services, serviceOf(own)],
    [endpoints, endpointsOf(own)],
    [slices, sliceOf(own)],
  ] as const) {
    await ensure(new ResourceClient(transport, resource), object);
  }
}

/** Makes an object, or gives the one that is there the same content. */
async function ensure(client: ResourceClient, object: KubeObject): Promise<void> {
  try {
    await client.create(object);
  } catch (error) {
    if (!isStatusError(error) || error.reason !== 'AlreadyExists') throw error;
    await client.patch(namespace, name, 'merge', object);
  }
}

function serviceOf({ clusterAddress, port }: OwnService): KubeObject {
  const labels = { component: 'apiserver', provider: 'kubernetes' };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels },
    spec: {
      clusterIP: clusterAddress,
      type: 'ClusterIP',
      sessionAffinity: 'None',
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: port }],
    },
  };
}

function endpointsOf({ host, port }: OwnService): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name, namespace, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
    subsets: [{ addresses: [{ ip: host }], ports: [{ name: 'https', port, protocol: 'TCP' }] }],
  };
}

function sliceOf({ host, port }: OwnService): KubeObject {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name, namespace, labels: { 'kubernetes.io/service-name': name } },
    addressType: host.includes(':') ? 'IPv6' : 'IPv4',
    endpoints: [{ addresses: [host], conditions: { ready: true } }],
    ports: [{ name: 'https', port, protocol: 'TCP' }],
  };
}
