import {
  type EventRecorder,
  Informer,
  type Resource,
  ResourceClient,
  type Transport,
} from '../client/index.ts';
import type { KubeObject } from '../meta/index.ts';

/** Collections that controllers look at: group, version, whether in namespaces. Names that several groups use are whole. */
const all = {
  namespaces: ['', 'v1', false],
  pods: ['', 'v1', true],
  services: ['', 'v1', true],
  replicationcontrollers: ['', 'v1', true],
  endpoints: ['', 'v1', true],
  nodes: ['', 'v1', false],
  serviceaccounts: ['', 'v1', true],
  configmaps: ['', 'v1', true],
  secrets: ['', 'v1', true],
  persistentvolumes: ['', 'v1', false],
  persistentvolumeclaims: ['', 'v1', true],
  resourcequotas: ['', 'v1', true],
  events: ['', 'v1', true],
  deployments: ['apps', 'v1', true],
  replicasets: ['apps', 'v1', true],
  statefulsets: ['apps', 'v1', true],
  daemonsets: ['apps', 'v1', true],
  controllerrevisions: ['apps', 'v1', true],
  jobs: ['batch', 'v1', true],
  cronjobs: ['batch', 'v1', true],
  endpointslices: ['discovery.k8s.io', 'v1', true],
  poddisruptionbudgets: ['policy', 'v1', true],
  clusterroles: ['rbac.authorization.k8s.io', 'v1', false],
  clusterrolebindings: ['rbac.authorization.k8s.io', 'v1', false],
  roles: ['rbac.authorization.k8s.io', 'v1', true],
  rolebindings: ['rbac.authorization.k8s.io', 'v1', true],
  profiles: ['kubeflow.org', 'v1', false],
  storageclasses: ['storage.k8s.io', 'v1', false],
  leases: ['coordination.k8s.io', 'v1', true],
  horizontalpodautoscalers: ['autoscaling', 'v2', true],
  ingresses: ['networking.k8s.io', 'v1', true],
  inferenceservices: ['serving.kserve.io', 'v1beta1', true],
  servingruntimes: ['serving.kserve.io', 'v1alpha1', true],
  clusterservingruntimes: ['serving.kserve.io', 'v1alpha1', false],
  clusterstoragecontainers: ['serving.kserve.io', 'v1alpha1', false],
  trainedmodels: ['serving.kserve.io', 'v1alpha1', true],
  inferencegraphs: ['serving.kserve.io', 'v1alpha1', true],
  'services.serving.knative.dev': ['serving.knative.dev', 'v1', true],
  'configurations.serving.knative.dev': ['serving.knative.dev', 'v1', true],
  'revisions.serving.knative.dev': ['serving.knative.dev', 'v1', true],
  'routes.serving.knative.dev': ['serving.knative.dev', 'v1', true],
  'ingresses.networking.internal.knative.dev': ['networking.internal.knative.dev', 'v1alpha1', true],
  'serverlessservices.networking.internal.knative.dev': ['networking.internal.knative.dev', 'v1alpha1', true],
  'podautoscalers.autoscaling.internal.knative.dev': ['autoscaling.internal.knative.dev', 'v1alpha1', true],
  'virtualservices.networking.istio.io': ['networking.istio.io', 'v1beta1', true],
  'httproutes.gateway.networking.k8s.io': ['gateway.networking.k8s.io', 'v1', true],
  'referencegrants.gateway.networking.k8s.io': ['gateway.networking.k8s.io', 'v1beta1', true],
} as const;

export type Plural = keyof typeof all;

/** What controllers see of the cluster: clients and one shared informer for each kind. */
export class Cluster {
  readonly transport: Transport;
  readonly events: EventRecorder;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly #clients: Map<Plural, ResourceClient>;
  readonly #informers: Map<Plural, Informer>;
  readonly #others: Informer[] = [];

  constructor(
    transport: Transport,
    events: EventRecorder,
    now: () => number,
    clients = new Map<Plural, ResourceClient>(),
    informers = new Map<Plural, Informer>(),
  ) {
    this.transport = transport;
    this.events = events;
    this.now = now;
    this.#clients = clients;
    this.#informers = informers;
  }

  /** The same cluster, with the same informers, whose events name another component. */
  recordingAs(events: EventRecorder): Cluster {
    return new Cluster(this.transport, events, this.now, this.#clients, this.#informers);
  }

  client<Item extends KubeObject = KubeObject>(plural: Plural): ResourceClient<Item> {
    let client = this.#clients.get(plural);
    if (client === undefined) {
      client = new ResourceClient(this.transport, resourceOf(plural));
      this.#clients.set(plural, client);
    }
    return client as unknown as ResourceClient<Item>;
  }

  informer<Item extends KubeObject = KubeObject>(plural: Plural): Informer<Item> {
    let informer = this.#informers.get(plural);
    if (informer === undefined) {
      informer = new Informer(this.client(plural));
      this.#informers.set(plural, informer);
    }
    return informer as unknown as Informer<Item>;
  }

  /** Keeps an informer of another collection, to be stopped with the others. */
  follow<Item extends KubeObject>(informer: Informer<Item>): Informer<Item> {
    this.#others.push(informer as unknown as Informer);
    return informer;
  }

  /** Starts every informer that was asked for, and waits for their first lists. */
  async ready(): Promise<void> {
    await Promise.all([...this.#informers.values()].map(informer => informer.ready()));
  }

  async stop(): Promise<void> {
    const all = [...this.#informers.values(), ...this.#others];
    await Promise.all(all.map(informer => informer.stop()));
  }
}

/** The collection of a kind of Kubernetes' own. */
export function resourceOf(plural: Plural): Resource {
  const [group, version, namespaced] = all[plural];
  const [name = plural] = plural.split('.', 1);
  return { group, version, plural: name, namespaced };
}
