import { Controller, type Discovered, Informer, ResourceClient, unlessGone } from '../../../client/index.ts';
import { isStatusError, parseApiVersion, type KubeObject, type OwnerReference } from '../../../meta/index.ts';
import { type Cluster } from '../../../view/index.ts';
import { type Discovery } from '../discovery.ts';
import { messageOf } from '../pods/upkeep.ts';
import { decide, type Decision, foreground, orphan, type OwnerState, waitsForOthers } from './decide.ts';
import { Graph, type Thing, thingOf } from './graph.ts';

/** Milliseconds that the first lists of all kinds are waited for. */
const patience = 30_000;

/** Milliseconds in which it is told once that deletions wait, and after which it is told first where nobody knows why. */
const tellEvery = 60_000;
const tellAfter = 5000;

/** Owners that are remembered as gone; one that is forgotten is asked for again. */
const rememberedAbsent = 10_000;

/** Kinds that own nothing and are owned by nothing, or are too many to look at. */
const ignored = new Set(['events']);

/**
 * Deletes what has lost all its owners, and carries out foreground and orphaning deletions, over every kind of the server
 * (kube-controller-manager's garbage collector).
 */
export class GarbageCollector {
  readonly controller: Controller;
  readonly #cluster: Cluster;
  readonly #discovery: Discovery;
  readonly #graph = new Graph();
  readonly #informers = new Map<string, Informer>();
  /** Owners that a question to the server has shown to be gone. */
  readonly #absent = new Set<string>();
  /** Objects that may own more than is known yet. */
  readonly #putOff = new Set<string>();

  readonly #onError: (key: string, error: unknown) => void;
  #patience: NodeJS.Timeout | undefined;
  #telling: NodeJS.Timeout | undefined;
  #told = Number.NEGATIVE_INFINITY;
  #begun = false;

  constructor(cluster: Cluster, discovery: Discovery, onError: (key: string, error: unknown) => void) {
    this.#cluster = cluster;
    this.#discovery = discovery;
    this.#onError = onError;
    this.controller = new Controller({
      name: 'garbage-collector',
      workers: 4,
      reconcile: uid => this.#reconcile(uid),
      onError,
    });
  }

  /**
   * Begins to follow all kinds, and to collect once they are listed. Objects that only a webhook can turn into the version that is
   * listed may come late or never: nobody waits for them longer than a while, the webhook may itself be one of the pods to come. Owners that are to go before or after
   * what they own alone wait on.
   */
  start(): void {
    this.#discovery.onChange(() => this.#follow());
    this.#follow();
    const begin = (): void => {
      clearTimeout(this.#patience);
      if (!this.#begun) this.controller.start();
      this.#begun = true;
    };
    this.#patience = setTimeout(begin, patience).unref();
    void Promise.all([...this.#informers.values()].map(informer => informer.ready())).then(begin);
  }

  async stop(): Promise<void> {
    clearTimeout(this.#patience);
    clearInterval(this.#telling);
    this.#begun = true;
    await this.controller.stop();
    await Promise.all([...this.#informers.values()].map(informer => informer.stop()));
  }

  /** Follows each kind that can be listed, watched and deleted, and no longer those that are gone. */
  #follow(): void {
    const wanted = new Map(
      this.#discovery
        .preferred()
        .filter(isFollowed)
        .map(one => [keyOf(one), one]),
    );
    for (const [key, informer] of this.#informers) {
      if (wanted.has(key)) continue;
      this.#informers.delete(key);
      for (const object of informer.values()) this.#graph.remove(object.metadata.uid ?? '');
      void informer.stop();
    }
    for (const [key, resource] of wanted) if (!this.#informers.has(key)) this.#add(key, resource);
    this.#takeUp();
  }

  #add(key: string, resource: Discovered): void {
    const informer = new Informer(new ResourceClient(this.#cluster.transport, resource, 'metadata'));
    const put = (object: KubeObject): void => {
      const thing = thingOf(resource, object);
      this.#graph.put(thing);
      this.#absent.delete(thing.uid);
      if (thing.owners.length > 0 || thing.deleting) this.controller.queue.add(thing.uid);
      if (thing.deleting) this.#addDependents(thing.uid);
    };
    informer.on({
      onAdd: put,
      onUpdate: (_, object) => put(object),
      onDelete: object => this.#gone(object),
    });
    this.#informers.set(key, informer);
    void informer.ready().then(() => this.#takeUp());
  }

  /** Whether all that an object owns is known. */
  #knowsAll(): boolean {
    return [...this.#informers.values()].every(informer => informer.synced);
  }

  /** Has what was put off looked at again, once every kind is listed. */
  #takeUp(): void {
    if (this.#putOff.size === 0 || !this.#knowsAll()) return;
    clearInterval(this.#telling);
    this.#telling = undefined;
    for (const uid of this.#putOff) this.controller.queue.add(uid);
    this.#putOff.clear();
  }

  #gone({ metadata: { uid = '' } }: KubeObject): void {
    this.#putOff.delete(uid);
    const owners = this.#graph.get(uid)?.owners ?? [];
    this.#graph.remove(uid);
    this.#isAbsent(uid);
    this.#addDependents(uid);
    for (const owner of owners) this.controller.queue.add(owner.uid);
  }

  #isAbsent(uid: string): void {
    this.#absent.add(uid);
    const oldest = this.#absent.values().next();
    if (this.#absent.size > rememberedAbsent && oldest.done !== true) this.#absent.delete(oldest.value);
  }

  #addDependents(uid: string): void {
    for (const dependent of this.#graph.dependentsOf(uid)) this.controller.queue.add(dependent.uid);
  }

  async #reconcile(uid: string): Promise<void> {
    const thing = this.#graph.get(uid);
    if (thing === undefined) return;
    const states = new Map<string, OwnerState>();
    for (const owner of thing.owners) states.set(owner.uid, await this.#stateOf(thing, owner));
    const decision = decide(
      thing,
      owner => this.#graph.dependentsOf(owner),
      owner => states.get(owner.uid) ?? 'solid',
    );
    await this.#carryOut(thing, decision);
  }

  async #stateOf(thing: Thing, owner: OwnerReference): Promise<OwnerState> {
    const known = this.#graph.get(owner.uid);
    if (known !== undefined) {
      const sameScope = known.namespace === '' || known.namespace === thing.namespace;
      if (!sameScope) return 'dangling';
      return waitsForOthers(known) ? 'waiting' : 'solid';
    }
    if (this.#absent.has(owner.uid)) return 'dangling';
    return this.#askedState(thing, owner);
  }

  /** The cache may be behind: an owner that it does not know is asked for. */
  async #askedState(thing: Thing, owner: OwnerReference): Promise<OwnerState> {
    const { group, version } = parseApiVersion(owner.apiVersion);
    const resource = this.#discovery.ofKind(group, version, owner.kind);
    if (resource === undefined) return 'solid';
    try {
      const client = new ResourceClient(this.#cluster.transport, resource);
      const found = await client.get(resource.namespaced ? thing.namespace : '', owner.name);
      if (found.metadata.uid === owner.uid) return 'solid';
    } catch (error) {
      if (!isStatusError(error) || error.reason !== 'NotFound') throw error;
    }
    this.#isAbsent(owner.uid);
    return 'dangling';
  }

  async #carryOut(thing: Thing, decision: Decision): Promise<void> {
    // What it owns of a kind that is not listed would be left without it, and deleted later.
    if (letsGo(decision) && !this.#knowsAll()) {
      this.#putOff.add(thing.uid);
      this.#telling ??= setInterval(() => this.#tellWaiting(true), tellAfter).unref();
      this.#tellWaiting(false);
      return;
    }
    switch (decision.do) {
      case 'nothing':
        return;
      case 'delete':
        await this.#delete(thing, decision.propagation);
        return;
      case 'drop-owners':
        await this.#dropOwners(thing, decision.uids);
        return;
      case 'orphan':
        for (const dependent of decision.dependents) await this.#dropOwners(dependent, [thing.uid]);
        await this.#dropFinalizer(thing, orphan);
        return;
      case 'finish-foreground':
        await this.#dropFinalizer(thing, foreground);
        return;
      case 'delete-dependents':
        for (const dependent of decision.dependents) this.controller.queue.add(dependent.uid);
    }
  }

  /**
   * Tells of kinds that cannot be listed while deletions wait for them: a webhook that turns their objects into another version may
   * never answer.
   * @param isLate whether a list that has neither come nor failed is told of, too
   */
  #tellWaiting(isLate: boolean): void {
    const now = this.#cluster.now();
    const waiting = this.#putOff.size;
    if (waiting === 0 || now - this.#told < tellEvery) return;
    for (const [kind, informer] of this.#informers) {
      if (informer.synced || (informer.failure === undefined && !isLate)) continue;
      this.#told = now;
      const why = informer.failure === undefined ? 'there is no answer' : messageOf(informer.failure);
      const what = `foreground and orphaning deletions (${waiting}) wait until this kind can be listed`;
      this.#onError(kind, new Error(`${what}: ${why}`));
    }
  }

  #client(thing: Thing): ResourceClient {
    return new ResourceClient(this.#cluster.transport, thing.resource);
  }

  async #delete(thing: Thing, propagation: 'Background' | 'Foreground' | 'Orphan'): Promise<void> {
    await unlessGone(() =>
      this.#client(thing).delete(thing.namespace, thing.name, { uid: thing.uid, propagation }),
    );
  }

  async #dropOwners(thing: Thing, uids: readonly string[]): Promise<void> {
    await unlessGone(async () => {
      const { metadata } = await this.#client(thing).get(thing.namespace, thing.name);
      if (metadata.uid !== thing.uid) return;
      const ownerReferences = (metadata.ownerReferences ?? []).filter(owner => !uids.includes(owner.uid));
      if (ownerReferences.length === (metadata.ownerReferences ?? []).length) return;
      await this.#patchMeta(thing, metadata.resourceVersion, { ownerReferences });
    });
  }

  async #dropFinalizer(thing: Thing, finalizer: string): Promise<void> {
    await unlessGone(async () => {
      const { metadata } = await this.#client(thing).get(thing.namespace, thing.name);
      const finalizers = (metadata.finalizers ?? []).filter(one => one !== finalizer);
      if (metadata.uid !== thing.uid || finalizers.length === (metadata.finalizers ?? []).length) return;
      await this.#patchMeta(thing, metadata.resourceVersion, { finalizers });
    });
  }

  async #patchMeta(thing: Thing, resourceVersion: string | undefined, changes: object): Promise<void> {
    const patch = { metadata: { uid: thing.uid, resourceVersion, ...changes } };
    await this.#client(thing).patch(thing.namespace, thing.name, 'merge', patch);
  }
}

/** Whether an object goes for that nothing is left that it is kept for. */
function letsGo({ do: what }: Decision): boolean {
  return what === 'orphan' || what === 'finish-foreground';
}

function isFollowed({ plural, verbs }: Discovered): boolean {
  return !ignored.has(plural) && ['list', 'watch', 'delete'].every(verb => verbs.includes(verb));
}

function keyOf({ group, version, plural }: Discovered): string {
  return `${group}/${version}/${plural}`;
}
