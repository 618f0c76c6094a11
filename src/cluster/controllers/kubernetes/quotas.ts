import {
  Controller,
  Informer,
  keyOf,
  type Outcome,
  ResourceClient,
  splitKey,
  unlessGone,
} from '../../client/index.ts';
import { formatQuantity, type KubeObject, type Quantity } from '../../meta/index.ts';
import { add, countedUntil, inScope, type Quota, usageOf, zero } from '../../usage/index.ts';
import type { Cluster, Plural } from '../../view/index.ts';
import type { Discovery } from './discovery.ts';

/** Kinds that quotas have names of their own for. */
const named: Readonly<Record<string, Plural>> = {
  pods: 'pods',
  services: 'services',
  secrets: 'secrets',
  configmaps: 'configmaps',
  persistentvolumeclaims: 'persistentvolumeclaims',
  replicationcontrollers: 'replicationcontrollers',
  resourcequotas: 'resourcequotas',
};

/** What is counted for the name of a limit: `pods`, `requests.cpu`, `count/deployments.apps`. */
function countedBy(limit: string): { group: string; plural: string } {
  if (limit.startsWith('count/')) {
    const [plural = '', ...group] = limit.slice('count/'.length).split('.');
    return { plural, group: group.join('.') };
  }
  if (limit.startsWith('services.')) return { plural: 'services', group: '' };
  if (/(^|\/)(requests\.storage|persistentvolumeclaims)$/.test(limit)) {
    return { plural: 'persistentvolumeclaims', group: '' };
  }
  return { plural: named[limit] ?? 'pods', group: '' };
}

/** Keeps in the status of each quota what is used of it. */
export function quotaController(
  cluster: Cluster,
  discovery: Discovery,
  onError: (key: string, error: unknown) => void,
): Controller {
  const quotas = cluster.informer<Quota>('resourcequotas');
  const counted = new Counted(cluster, discovery, namespace => {
    for (const quota of quotas.inNamespace(namespace)) controller.queue.add(keyOf(quota));
  });
  const controller = new Controller({
    name: 'resourcequota',
    onError,
    reconcile: key => settle(cluster, counted, quotas.get(key)),
  });
  const look = (quota: Quota): void => controller.queue.add(keyOf(quota));
  quotas.on({ onAdd: look, onUpdate: (_, quota) => look(quota) });
  return controller;
}

/** The objects that some quota counts: a kind is followed from the first quota on that names it. */
class Counted {
  readonly #cluster: Cluster;
  readonly #discovery: Discovery;
  readonly #touched: (namespace: string) => void;
  readonly #informers = new Map<string, Informer>();

  constructor(cluster: Cluster, discovery: Discovery, touched: (namespace: string) => void) {
    this.#cluster = cluster;
    this.#discovery = discovery;
    this.#touched = touched;
  }

  /** Objects of a namespace; none of a kind that the server does not know. */
  async objects(group: string, plural: string, namespace: string): Promise<KubeObject[]> {
    const informer = this.#informer(group, plural);
    await informer?.ready();
    return informer?.inNamespace(namespace) ?? [];
  }

  #informer(group: string, plural: string): Informer | undefined {
    const key = `${plural}.${group}`;
    const known = this.#informers.get(key);
    if (known !== undefined) return known;
    const informer = this.#make(group, plural);
    if (informer === undefined) return undefined;
    const touch = ({ metadata }: KubeObject): void => this.#touched(metadata.namespace ?? '');
    informer.on({
      onAdd: touch,
      onDelete: touch,
      onUpdate: (old, object) => {
        if (essence(old) !== essence(object)) touch(object);
      },
    });
    this.#informers.set(key, informer);
    return informer;
  }

  #make(group: string, plural: string): Informer | undefined {
    const own = named[plural];
    if (group === '' && own !== undefined) return this.#cluster.informer(own);
    const kind = this.#discovery.preferred().find(one => one.group === group && one.plural === plural);
    if (kind === undefined || !kind.namespaced) return undefined;
    return this.#cluster.follow(new Informer(new ResourceClient(this.#cluster.transport, kind, 'metadata')));
  }
}

/** What of an object can matter to quotas; nothing of one of which only the metadata is followed. */
function essence({ metadata, spec, status }: KubeObject & { spec?: unknown; status?: unknown }): string {
  const { annotations, deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  return JSON.stringify([spec, status, annotations, deletionTimestamp, deletionGracePeriodSeconds]);
}

/** @returns milliseconds after which something counts no more by the clock alone; nothing when nothing does */
async function settle(
  cluster: Cluster,
  counted: Counted,
  quota: Quota | undefined,
): Promise<Outcome | undefined> {
  if (quota === undefined || quota.metadata.deletionTimestamp !== undefined) return undefined;
  const now = cluster.now();
  let next = Infinity;
  const { namespace } = splitKey(keyOf(quota));
  const hard = quota.spec?.hard ?? {};
  const sums = new Map<string, Quantity>();
  const kinds = new Map(Object.keys(hard).map(limit => [JSON.stringify(countedBy(limit)), countedBy(limit)]));
  for (const { group, plural } of kinds.values()) {
    const resource = group === '' ? plural : `${group}/${plural}`;
    for (const object of await counted.objects(group, plural, namespace)) {
      if (!inScope(quota, resource, object)) continue;
      const until = countedUntil(resource, object);
      if (until >= now) next = Math.min(next, until);
      for (const [limit, amount] of usageOf({ kind: { group, plural, resource }, object, now })) {
        add(sums, limit, amount);
      }
    }
  }
  const used = Object.fromEntries(
    Object.keys(hard).map(limit => [limit, formatQuantity(sums.get(limit) ?? zero)]),
  );
  if (!same(quota.status?.hard, hard) || !same(quota.status?.used, used)) {
    await unlessGone(() =>
      cluster.client<Quota>('resourcequotas').update({ ...quota, status: { hard, used } }, 'status'),
    );
  }
  // At the moment itself a pod counts still.
  return next === Infinity ? undefined : { again: next + 1 - now };
}

function same(
  one: Readonly<Record<string, string>> | undefined,
  other: Readonly<Record<string, string>>,
): boolean {
  const rows = Object.entries(other);
  return Object.keys(one ?? {}).length === rows.length && rows.every(([key, value]) => one?.[key] === value);
}
