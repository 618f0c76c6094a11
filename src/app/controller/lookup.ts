import type { Lookup } from '../../cluster/admission/index.ts';
import type { Informer } from '../../cluster/client/index.ts';
import type { Cluster, Plural } from '../../cluster/view/index.ts';

/** What KServe's steps of admission look up, by the names that admission has for it. */
const lookedUp: Readonly<Record<string, Plural>> = {
  configmaps: 'configmaps',
  secrets: 'secrets',
  serviceaccounts: 'serviceaccounts',
  'serving.kserve.io/clusterstoragecontainers': 'clusterstoragecontainers',
  'serving.kserve.io/servingruntimes': 'servingruntimes',
  'serving.kserve.io/clusterservingruntimes': 'clusterservingruntimes',
  'serving.kserve.io/inferenceservices': 'inferenceservices',
};

/** Looks up in informers of a cluster whose API may be anybody's. */
export function lookupOf(cluster: Cluster): Lookup {
  const informers = new Map<string, Informer>(
    Object.entries(lookedUp).map(([resource, plural]) => [resource, cluster.informer(plural)]),
  );
  return {
    get: (resource, namespace, name) =>
      informers.get(resource)?.get(namespace === '' ? name : `${namespace}/${name}`),
    list: (resource, namespace) => {
      const informer = informers.get(resource);
      if (namespace === undefined) return [...(informer?.values() ?? [])];
      return informer?.inNamespace(namespace) ?? [];
    },
  };
}
