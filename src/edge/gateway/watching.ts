import { discover, Informer, type Transport } from '../../cluster/client/index.ts';
import { isStatusError, type KubeObject } from '../../cluster/meta/index.ts';
import { type Cluster, type Plural, resourceOf } from '../../cluster/view/index.ts';
import {
  domainsOf,
  noDomains,
  type OwnHosts,
  type Refused,
  routesOf,
  type Snapshot,
  type Table,
} from './routes/index.ts';

const sources = {
  inferenceServices: 'inferenceservices',
  virtualServices: 'virtualservices.networking.istio.io',
  ingresses: 'ingresses',
  knativeIngresses: 'ingresses.networking.internal.knative.dev',
  httpRoutes: 'httproutes.gateway.networking.k8s.io',
  referenceGrants: 'referencegrants.gateway.networking.k8s.io',
  services: 'services',
  slices: 'endpointslices',
} as const satisfies Record<keyof Snapshot, Plural>;

const nothing = Object.fromEntries(Object.keys(sources).map(key => [key, []])) as unknown as Snapshot;

/** KServe's configuration: in which domains InferenceServices have hosts. */
const configuration = { namespace: 'kserve', name: 'inferenceservice-config' };

/** Milliseconds in which changes are gathered: what comes together is looked at once. */
const gathering = 5;

/** Which of the kinds that routes are made of the API has: a cluster need not have Knative, Istio or the Gateway API. */
export async function servedSources(transport: Transport): Promise<Plural[]> {
  const found = await discover(transport);
  return Object.values(sources).filter(plural => {
    const { group, version, plural: name } = resourceOf(plural);
    return found.some(one => one.group === group && one.version === version && one.plural === name);
  });
}

/** Routes that follow the API. */
export class Watching {
  readonly #cluster: Cluster;
  readonly #served: readonly Plural[];
  readonly #own: OwnHosts;
  readonly #onRefused: (refused: readonly Refused[]) => void;
  readonly #onError: (what: string, error: unknown) => void;
  #table: Table = routesOf(nothing);
  #domains = noDomains;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param own hosts that are not for users to route
   * @param onRefused told of what is not routed, each time that routes are made
   * @param onError told of what is tried again
   */
  constructor(
    cluster: Cluster,
    served: readonly Plural[],
    own: OwnHosts,
    onRefused: (refused: readonly Refused[]) => void,
    onError: (what: string, error: unknown) => void,
  ) {
    this.#cluster = cluster;
    this.#served = served;
    this.#own = own;
    this.#onRefused = onRefused;
    this.#onError = onError;
    const touch = (): void => void (this.#timer ??= setTimeout(() => this.look(), gathering));
    for (const plural of served) {
      cluster.informer(plural).on({
        onAdd: touch,
        onUpdate: (old, object) => {
          if (differs(plural, old, object)) touch();
        },
        onDelete: touch,
      });
    }
  }

  /**
   * Learns in which domains InferenceServices have hosts, and follows that from then on. Without the right to it, and without KServe, the
   * one that they tell is all there is; so it is until it could be read, where that fails.
   */
  async learn(): Promise<void> {
    const { namespace, name } = configuration;
    const client = this.#cluster.client('configmaps');
    try {
      this.#domains = domainsOf(await client.get(namespace, name), noDomains);
    } catch (error) {
      const absent = isStatusError(error) && (error.code === 403 || error.code === 404);
      if (!absent) this.#onError('the domains of KServe', error);
    }
    const following = new Informer(client, { namespace, fieldSelector: `metadata.name=${name}` });
    const take = (map?: KubeObject): void => {
      this.#domains = domainsOf(map, this.#domains);
      this.look();
    };
    following.on({ onAdd: take, onUpdate: (_, map) => take(map), onDelete: () => take() });
    this.#cluster.follow(following).start();
  }

  get table(): Table {
    return this.#table;
  }

  /** The routes with every change that has come, also with those that are gathered yet. */
  latest(): Table {
    if (this.#timer !== undefined) this.look();
    return this.#table;
  }

  /** Makes the routes anew of what is known now. */
  look(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const all = Object.entries(sources).map(([key, plural]) => [
      key,
      this.#served.includes(plural) ? [...this.#cluster.informer(plural).values()] : [],
    ]);
    this.#table = routesOf(Object.fromEntries(all) as Snapshot, this.#own, this.#domains);
    this.#onRefused(this.#table.refused);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

/** Status matters of InferenceServices alone: their URL and why they have none. */
function differs(plural: Plural, old: KubeObject, object: KubeObject): boolean {
  const { generation } = object.metadata;
  if (plural === 'inferenceservices' || plural === 'services' || plural === 'endpointslices') return true;
  return generation === undefined || generation !== old.metadata.generation;
}
