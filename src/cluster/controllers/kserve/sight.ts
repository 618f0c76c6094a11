import { discover, Informer, type Resource, ResourceClient, type Transport } from '../../client/index.ts';
import { configMapPlace, LiveConfiguration, installedConfiguration } from '../../kserve/index.ts';
import type { KubeObject } from '../../meta/index.ts';
import {
  type Cluster,
  controllerOf,
  type Deployment,
  type Plural,
  type Pod,
  resourceOf,
} from '../../view/index.ts';
import type { StorageContainer } from './components/storage.ts';
import { type InferenceService, type KnativeService, type Runtime, serviceLabel } from './shapes.ts';
import { byName, type Snapshot } from './snapshot.ts';
import type { HttpRoute } from './standard/httproutes.ts';

/** Kinds of which a service may have children; whoever gives a service's routes their turn comes last. */
const childPlurals = [
  'configmaps',
  'services',
  'deployments',
  'horizontalpodautoscalers',
  'services.serving.knative.dev',
  'ingresses',
  'virtualservices.networking.istio.io',
  'httproutes.gateway.networking.k8s.io',
] as const satisfies readonly Plural[];

const byOwner = 'owner';
const byService = 'service';

/** What the controllers of KServe see: services, runtimes, children by owner, pods by service, and the configuration in force. */
export class Sight {
  readonly cluster: Cluster;
  readonly configurations: Informer;
  readonly #live: LiveConfiguration;
  readonly #lookup: Snapshot['lookup'];
  /** Of the kinds of children, those that the API has: a cluster need not have Knative, Istio or the Gateway API. */
  readonly served: ReadonlySet<Plural>;

  constructor(cluster: Cluster, served: ReadonlySet<Plural>, onFault: (fault: Error) => void) {
    this.cluster = cluster;
    this.served = served;
    this.#live = new LiveConfiguration(installedConfiguration, onFault);
    for (const plural of served) cluster.informer(plural).index(byOwner, ownersOf);
    cluster.informer<Pod>('pods').index(byService, placesOf);
    this.#lookup = lookupIn(cluster);
    const { namespace, name } = configMapPlace;
    const client = new ResourceClient(cluster.transport, resourceOf('configmaps'));
    const selection = { namespace, fieldSelector: `metadata.name=${name}` };
    this.configurations = cluster.follow(new Informer(client, selection));
  }

  service(key: string): InferenceService | undefined {
    return this.cluster.informer<InferenceService>('inferenceservices').get(key);
  }

  /** The children of a service, by kind. */
  children(service: InferenceService): Map<Plural, KubeObject[]> {
    const { uid = '' } = service.metadata;
    return new Map([...this.served].map(plural => [plural, this.cluster.informer(plural).by(byOwner, uid)]));
  }

  snapshot(service: InferenceService): Snapshot {
    const { namespace = '', name = '' } = service.metadata;
    const { cluster } = this;
    const children = this.children(service);
    return {
      service,
      configuration: this.#live.take([...this.configurations.values()][0]),
      runtimes: {
        inNamespace: cluster.informer<Runtime>('servingruntimes').inNamespace(namespace),
        inCluster: [...cluster.informer<Runtime>('clusterservingruntimes').values()],
      },
      storageContainers: [...cluster.informer<StorageContainer>('clusterstoragecontainers').values()],
      pods: cluster.informer<Pod>('pods').by(byService, `${namespace}/${name}`),
      deployments: byName((children.get('deployments') ?? []) as Deployment[]),
      knativeServices: byName((children.get('services.serving.knative.dev') ?? []) as KnativeService[]),
      httpRoutes: byName((children.get('httproutes.gateway.networking.k8s.io') ?? []) as HttpRoute[]),
      served: this.served,
      lookup: this.#lookup,
      now: cluster.now(),
    };
  }
}

/** What decides how models are fetched, by resource as admission names it. */
function lookupIn(cluster: Cluster): Snapshot['lookup'] {
  const informers = new Map([
    ['secrets', cluster.informer('secrets')],
    ['serviceaccounts', cluster.informer('serviceaccounts')],
    ['serving.kserve.io/clusterstoragecontainers', cluster.informer('clusterstoragecontainers')],
  ]);
  return {
    get: (resource, namespace, name) =>
      informers.get(resource)?.get(namespace === '' ? name : `${namespace}/${name}`),
    list: (resource, namespace) => {
      const informer = informers.get(resource);
      return namespace === undefined
        ? [...(informer?.values() ?? [])]
        : (informer?.inNamespace(namespace) ?? []);
    },
  };
}

/** Of the kinds of children, those that an API has. */
export async function servedBy(transport: Transport): Promise<Set<Plural>> {
  const key = ({ group, version, plural }: Resource): string => `${group}/${version}/${plural}`;
  const all = new Set((await discover(transport)).map(key));
  return new Set(childPlurals.filter(plural => all.has(key(resourceOf(plural)))));
}

function ownersOf(object: KubeObject): string[] {
  const owner = controllerOf(object);
  return owner?.kind === 'InferenceService' ? [owner.uid] : [];
}

/** The service that a pod serves. */
export function placesOf({ metadata }: KubeObject): string[] {
  const name = metadata.labels?.[serviceLabel];
  return name === undefined ? [] : [`${metadata.namespace}/${name}`];
}
