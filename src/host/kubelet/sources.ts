import type { KubeObject } from '../../cluster/meta/index.ts';
import { isStatusError } from '../../cluster/meta/index.ts';
import type { Cluster } from '../../cluster/view/index.ts';

export interface ConfigMap extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
}

export interface Secret extends KubeObject {
  /** Base64. */
  readonly data?: Readonly<Record<string, string>>;
}

export interface ServiceObject extends KubeObject {
  readonly spec?: {
    readonly clusterIP?: string;
    readonly ports?: readonly { readonly name?: string; readonly port: number; readonly protocol?: string }[];
  };
}

/** What pods refer to: config maps, secrets, services. */
export class Sources {
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    // Asked for before the cluster is started, so that their first lists are in when pods are looked at.
    for (const plural of ['configmaps', 'secrets', 'services'] as const) cluster.informer(plural);
  }

  /** Undefined when there is none. One that was made a moment ago may not be in the cache yet. */
  configMap(namespace: string, name: string): Promise<ConfigMap | undefined> {
    return this.#find<ConfigMap>('configmaps', namespace, name);
  }

  secret(namespace: string, name: string): Promise<Secret | undefined> {
    return this.#find<Secret>('secrets', namespace, name);
  }

  /** Services that a pod is told of: those of its namespace and the API server's own. */
  services(namespace: string): ServiceObject[] {
    const all = this.#cluster.informer<ServiceObject>('services');
    const own = all.inNamespace(namespace);
    const api = all.get('default/kubernetes');
    return api === undefined || own.includes(api) ? own : [api, ...own];
  }

  async #find<Item extends KubeObject>(
    plural: 'configmaps' | 'secrets',
    namespace: string,
    name: string,
  ): Promise<Item | undefined> {
    const known = this.#cluster.informer<Item>(plural).get(`${namespace}/${name}`);
    if (known !== undefined) return known;
    try {
      return await this.#cluster.client<Item>(plural).get(namespace, name);
    } catch (error) {
      if (isStatusError(error) && error.reason === 'NotFound') return undefined;
      throw error;
    }
  }
}

/** The files of a config map. */
export function configMapFiles({ data = {}, binaryData = {} }: ConfigMap): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (const [key, text] of Object.entries(data)) files.set(key, Buffer.from(text));
  for (const [key, text] of Object.entries(binaryData)) files.set(key, Buffer.from(text, 'base64'));
  return files;
}

/** The files of a secret. */
export function secretFiles({ data = {} }: Secret): Map<string, Buffer> {
  return new Map(Object.entries(data).map(([key, text]) => [key, Buffer.from(text, 'base64')]));
}
