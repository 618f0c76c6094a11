import { ResourceClient, type Transport } from '../../../cluster/client/index.ts';
import { isStatusError, type KubeObject } from '../../../cluster/meta/index.ts';
import { type Plural, resourceOf } from '../../../cluster/view/index.ts';
import { ensure } from '../ensure.ts';

const namespace = 'auth';
const name = 'dex';
/** As Dex's Service has it. */
const port = 5556;

/**
 * Makes the objects by which the gateway, and whoever is in the cluster, find the issuer: those that Kubeflow has of Dex.
 * @param at where it listens on this machine
 * @param path that it serves, such as `/dex`
 */
export async function announceIssuer(
  transport: Transport,
  at: { readonly host: string; readonly port: number },
  path: string,
): Promise<void> {
  const rows: readonly [Plural, KubeObject][] = [
    ['namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }],
    ['services', service],
    ['endpointslices', sliceOf(at)],
    ['virtualservices.networking.istio.io', virtualServiceOf(path)],
  ];
  for (const [plural, object] of rows) await ensure(transport, plural, object);
}

/**
 * Removes what `announceIssuer` made at an earlier start: nothing listens there now. A Service that selects pods is somebody else's
 * Dex, and so is the way to it.
 */
export async function withdrawIssuer(transport: Transport): Promise<void> {
  if (!(await remove(transport, 'endpointslices'))) return;
  const client = new ResourceClient<Found>(transport, resourceOf('services'));
  const found = await client.get(namespace, name).catch(unlessGone);
  if (found?.spec?.selector !== undefined) return;
  await remove(transport, 'virtualservices.networking.istio.io');
  await remove(transport, 'services');
}

interface Found extends KubeObject {
  readonly spec?: { readonly selector?: Readonly<Record<string, string>> };
}

/** @returns whether it was there */
async function remove(transport: Transport, plural: Plural): Promise<boolean> {
  const client = new ResourceClient(transport, resourceOf(plural));
  const removed = client.delete(namespace, name).then(() => true);
  return (await removed.catch(unlessGone)) ?? false;
}

function unlessGone(error: unknown): undefined {
  if (!isStatusError(error) || error.reason !== 'NotFound') throw error;
  return undefined;
}

const service: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace, labels: { app: name } },
  spec: { type: 'ClusterIP', ports: [{ name: 'http', port, protocol: 'TCP', targetPort: port }] },
};

function sliceOf({ host, port: own }: { readonly host: string; readonly port: number }): KubeObject {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name, namespace, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [host], conditions: { ready: true } }],
    ports: [{ name: 'http', port: own, protocol: 'TCP' }],
  };
}

function virtualServiceOf(path: string): KubeObject {
  const host = `${name}.${namespace}.svc.cluster.local`;
  const match = [{ uri: { prefix: `${path}/` } }];
  return {
    apiVersion: 'networking.istio.io/v1beta1',
    kind: 'VirtualService',
    metadata: { name, namespace },
    spec: {
      gateways: ['kubeflow/kubeflow-gateway'],
      hosts: ['*'],
      http: [{ match, route: [{ destination: { host, port: { number: port } } }] }],
    },
  };
}
