import { Controller, keyOf, type Outcome } from '../../client/index.ts';
import type { KubeObject } from '../../meta/index.ts';
import { type Cluster, controllerOf, type Plural } from '../../view/index.ts';
import { labels } from './shapes.ts';

/** The index of objects by the uid of what controls them. */
export const byOwner = 'owner';

export function indexByOwner(cluster: Cluster, plural: Plural): void {
  cluster.informer(plural).index(byOwner, object => {
    const owner = controllerOf(object);
    return owner === undefined ? [] : [owner.uid];
  });
}

/** The index of pods by the revision that they are of, `NAMESPACE/NAME`. */
export const byRevision = 'knative-revision';

export function indexPods(cluster: Cluster): void {
  cluster.informer('pods').index(byRevision, revisionsOf);
}

/** The revision that a pod is of. */
export function revisionsOf({ metadata }: KubeObject): string[] {
  const name = metadata.labels?.[labels.revision];
  return name === undefined ? [] : [`${metadata.namespace}/${name}`];
}

interface Watching<Item extends KubeObject> {
  readonly name: string;
  readonly plural: Plural;
  /** Kinds whose objects wake the owner they are controlled by. */
  readonly children?: readonly Plural[];
  /** Other kinds, and the keys that a change of theirs concerns. */
  readonly others?: Readonly<Partial<Record<Plural, (object: KubeObject) => readonly string[]>>>;
  /** Tidies up after an object that is no longer there. */
  readonly gone?: (key: string) => Promise<void>;
  readonly reconcile: (object: Item) => Promise<Outcome | void>;
  readonly onError: (key: string, error: unknown) => void;
}

/** A controller of one kind, woken by its objects, by what they own, and by what else concerns them. */
export function controllerFor<Item extends KubeObject>(
  cluster: Cluster,
  watching: Watching<Item>,
): Controller {
  const { name, plural, children = [], others = {}, onError } = watching;
  const informer = cluster.informer<Item>(plural);
  const controller = new Controller({
    name,
    workers: 4,
    onError,
    reconcile: async key => {
      const object = informer.get(key);
      if (object === undefined) return watching.gone?.(key);
      if (object.metadata.deletionTimestamp !== undefined) return undefined;
      return watching.reconcile(object);
    },
  });
  const on = (from: Plural, keysOf: (object: KubeObject) => readonly string[]): void => {
    const wake = (object: KubeObject): void => keysOf(object).forEach(key => controller.queue.add(key));
    cluster.informer(from).on({ onAdd: wake, onUpdate: (_, object) => wake(object), onDelete: wake });
  };
  on(plural, object => [keyOf(object)]);
  const kind = kinds[plural];
  for (const child of children) {
    on(child, object => {
      const owner = controllerOf(object);
      return owner !== undefined && owner.kind === kind ? [`${object.metadata.namespace}/${owner.name}`] : [];
    });
  }
  for (const [other, keysOf] of Object.entries(others)) on(other as Plural, keysOf);
  return controller;
}

const kinds: Readonly<Partial<Record<Plural, string>>> = {
  'services.serving.knative.dev': 'Service',
  'configurations.serving.knative.dev': 'Configuration',
  'revisions.serving.knative.dev': 'Revision',
  'routes.serving.knative.dev': 'Route',
  'podautoscalers.autoscaling.internal.knative.dev': 'PodAutoscaler',
  'serverlessservices.networking.internal.knative.dev': 'ServerlessService',
  'ingresses.networking.internal.knative.dev': 'Ingress',
};
