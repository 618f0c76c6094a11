import { Controller } from '../../client/index.ts';
import { isEnding, isStatusError, type KubeObject } from '../../meta/index.ts';
import type { Cluster } from '../../view/index.ts';

const rootCertificate = 'kube-root-ca.crt';
const description = 'The certificates by which clients in the cluster know that they talk to its API server.';

/** Gives each namespace its `default` service account. */
export function serviceAccountController(
  cluster: Cluster,
  onError: (key: string, error: unknown) => void,
): Controller {
  return inEachNamespace(cluster, 'serviceaccount', 'serviceaccounts', 'default', onError, async name => {
    await unlessThere(() =>
      cluster.client('serviceaccounts').create({
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: 'default', namespace: name },
      }),
    );
  });
}

/** Gives each namespace the ConfigMap with the certificates of the API server, and keeps it as it is to be. */
export function rootCertificateController(
  cluster: Cluster,
  certificates: string,
  onError: (key: string, error: unknown) => void,
): Controller {
  const maps = cluster.informer('configmaps');
  const data = { 'ca.crt': certificates };
  return inEachNamespace(
    cluster,
    'root-ca-certificate-publisher',
    'configmaps',
    rootCertificate,
    onError,
    async name => {
      const current = maps.get(`${name}/${rootCertificate}`);
      if (current === undefined) {
        const annotations = { 'kubernetes.io/description': description };
        await unlessThere(() =>
          cluster.client('configmaps').create({
            apiVersion: 'v1',
            kind: 'ConfigMap',
            metadata: { name: rootCertificate, namespace: name, annotations },
            data,
          }),
        );
      } else if (JSON.stringify(current['data']) !== JSON.stringify(data)) {
        await cluster.client('configmaps').update({ ...current, data });
      }
    },
  );
}

/** Works on a namespace when it is new, and when the named object in it changes. */
function inEachNamespace(
  cluster: Cluster,
  name: string,
  plural: 'serviceaccounts' | 'configmaps',
  object: string,
  onError: (key: string, error: unknown) => void,
  settle: (namespace: string) => Promise<void>,
): Controller {
  const namespaces = cluster.informer('namespaces');
  const controller = new Controller({
    name,
    workers: 4,
    onError,
    reconcile: async key => {
      const namespace = namespaces.get(key);
      if (namespace === undefined || namespace.metadata.deletionTimestamp !== undefined) return;
      await settle(key);
    },
  });
  const add = ({ metadata }: KubeObject): void => controller.queue.add(metadata.name ?? '');
  namespaces.on({ onAdd: add, onUpdate: (_, namespace) => add(namespace) });
  const changed = ({ metadata }: KubeObject): void => {
    if (metadata.name === object) controller.queue.add(metadata.namespace ?? '');
  };
  cluster.informer(plural).on({ onUpdate: (_, one) => changed(one), onDelete: changed });
  return controller;
}

async function unlessThere(create: () => Promise<unknown>): Promise<void> {
  try {
    await create();
  } catch (error) {
    const known = isStatusError(error) && ['AlreadyExists', 'NotFound'].includes(error.reason ?? '');
    if (!known && !isEnding(error)) throw error;
  }
}
