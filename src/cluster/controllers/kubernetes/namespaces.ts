import { Controller, type Discovered, type Outcome, ResourceClient } from '../../client/index.ts';
import { isStatusError, type KubeObject } from '../../meta/index.ts';
import { type Cluster, type Condition, timestamp, withCondition } from '../../view/index.ts';
import { type Discovery } from './discovery.ts';

interface Namespace extends KubeObject {
  readonly spec?: { readonly finalizers?: readonly string[] };
  readonly status?: { readonly phase?: string; readonly conditions?: readonly Condition[] };
}

/** Milliseconds until what is still in a namespace is looked at again. */
const pause = 1000;
const mine = 'kubernetes';

/** What is left of one kind in a namespace. */
interface Remains {
  readonly kind: Discovered;
  readonly objects: readonly KubeObject[];
}

/** Empties namespaces that are being deleted and lets them go (kube-controller-manager's namespace controller). */
export function namespaceController(
  cluster: Cluster,
  discovery: Discovery,
  onError: (key: string, error: unknown) => void,
): Controller {
  const namespaces = cluster.informer<Namespace>('namespaces');
  const controller = new Controller({
    name: 'namespace',
    workers: 4,
    reconcile: key => reconcile(cluster, discovery, namespaces.get(key)),
    onError,
  });
  const add = (namespace: Namespace): void => {
    if (namespace.metadata.deletionTimestamp !== undefined) {
      controller.queue.add(namespace.metadata.name ?? '');
    }
  };
  namespaces.on({ onAdd: add, onUpdate: (_, namespace) => add(namespace) });
  return controller;
}

async function reconcile(
  cluster: Cluster,
  discovery: Discovery,
  namespace: Namespace | undefined,
): Promise<Outcome | undefined> {
  if (namespace?.metadata.deletionTimestamp === undefined) return undefined;
  const { name = '' } = namespace.metadata;
  const finalizers = namespace.spec?.finalizers ?? [];
  if (!finalizers.includes(mine)) return undefined;
  await discovery.renew();
  const remains = await emptied(cluster, discovery, name);
  if (remains.length > 0) {
    await tell(cluster, name, remains);
    return { again: pause };
  }
  const left = finalizers.filter(one => one !== mine);
  await finalized(cluster, { ...namespace, spec: { ...namespace.spec, finalizers: left } });
  return undefined;
}

/** Deletes everything in a namespace, what pods may use not before they have gone; gives what is still there. */
async function emptied(cluster: Cluster, discovery: Discovery, namespace: string): Promise<Remains[]> {
  const kinds = discovery
    .preferred()
    .filter(({ namespaced, verbs }) => namespaced && verbs.includes('delete') && verbs.includes('list'));
  const isPods = ({ group, plural }: Discovered): boolean => group === '' && plural === 'pods';
  const pods = await emptiedOf(cluster, kinds.filter(isPods), namespace);
  if (pods.length > 0) return pods;
  return emptiedOf(
    cluster,
    kinds.filter(kind => !isPods(kind)),
    namespace,
  );
}

async function emptiedOf(
  cluster: Cluster,
  kinds: readonly Discovered[],
  namespace: string,
): Promise<Remains[]> {
  const remains: Remains[] = [];
  for (const kind of kinds) {
    const client = new ResourceClient(cluster.transport, kind, 'metadata');
    const { items } = await client.list({ namespace });
    for (const { metadata } of items) {
      if (metadata.deletionTimestamp !== undefined) continue;
      await gone(() => client.delete(namespace, metadata.name ?? '', { propagation: 'Background' }));
    }
    const { items: left } = items.length === 0 ? { items } : await client.list({ namespace });
    if (left.length > 0) remains.push({ kind, objects: left });
  }
  return remains;
}

/** Says in the namespace's conditions what it waits for. */
async function tell(cluster: Cluster, name: string, remains: readonly Remains[]): Promise<void> {
  const client = cluster.client<Namespace>('namespaces');
  await gone(async () => {
    const current = await client.get('', name);
    const time = timestamp(cluster.now());
    let { conditions } = current.status ?? {};
    const before = conditions;
    for (const condition of conditionsOf(remains)) conditions = withCondition(conditions, condition, time);
    if (JSON.stringify(before) === JSON.stringify(conditions)) return;
    await client.patch('', name, 'merge', { status: { conditions } }, 'status');
  });
}

/** The five conditions of a namespace that is going. Pure. */
export function conditionsOf(remains: readonly Remains[]): Condition[] {
  const resources = remains.map(({ kind, objects }) => {
    const name = kind.group === '' ? `${kind.plural}.` : `${kind.plural}.${kind.group}`;
    return `${name} has ${objects.length} resource instances`;
  });
  const finalizers = new Map<string, number>();
  for (const { objects } of remains) {
    for (const { metadata } of objects) {
      for (const one of metadata.finalizers ?? []) finalizers.set(one, (finalizers.get(one) ?? 0) + 1);
    }
  }
  const held = [...finalizers].map(([one, count]) => `${one} in ${count} resource instances`).toSorted();
  return [
    quiet(
      'NamespaceDeletionDiscoveryFailure',
      'ResourcesDiscovered',
      'All resources successfully discovered',
    ),
    quiet(
      'NamespaceDeletionGroupVersionParsingFailure',
      'ParsedGroupVersions',
      'All legacy kube types successfully parsed',
    ),
    quiet(
      'NamespaceDeletionContentFailure',
      'ContentDeleted',
      'All content successfully deleted, may be waiting on finalization',
    ),
    resources.length === 0
      ? quiet('NamespaceContentRemaining', 'ContentRemoved', 'All content successfully removed')
      : {
          type: 'NamespaceContentRemaining',
          status: 'True',
          reason: 'SomeResourcesRemain',
          message: `Some resources are remaining: ${resources.toSorted().join(', ')}`,
        },
    held.length === 0
      ? quiet(
          'NamespaceFinalizersRemaining',
          'ContentHasNoFinalizers',
          'All content-preserving finalizers finished',
        )
      : {
          type: 'NamespaceFinalizersRemaining',
          status: 'True',
          reason: 'SomeFinalizersRemain',
          message: `Some content in the namespace has finalizers remaining: ${held.join(', ')}`,
        },
  ];
}

function quiet(type: string, reason: string, message: string): Condition {
  return { type, status: 'False', reason, message };
}

async function finalized(cluster: Cluster, namespace: Namespace): Promise<void> {
  await gone(async () => {
    await cluster.client<Namespace>('namespaces').update(namespace, 'finalize');
  });
}

async function gone(act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!isStatusError(error) || error.reason !== 'NotFound') throw error;
  }
}
