import type { KubeObject, OwnerReference } from '../../../meta/index.ts';
import type { Resource } from '../../../client/index.ts';

/** An object as the garbage collector knows it. */
export interface Thing {
  readonly uid: string;
  readonly resource: Resource;
  readonly namespace: string;
  readonly name: string;
  readonly owners: readonly OwnerReference[];
  readonly deleting: boolean;
  readonly finalizers: readonly string[];
}

export function thingOf(resource: Resource, { metadata }: KubeObject): Thing {
  return {
    uid: metadata.uid ?? '',
    resource,
    namespace: metadata.namespace ?? '',
    name: metadata.name ?? '',
    owners: metadata.ownerReferences ?? [],
    deleting: metadata.deletionTimestamp !== undefined,
    finalizers: metadata.finalizers ?? [],
  };
}

/** Who owns whom, over all kinds. */
export class Graph {
  readonly #things = new Map<string, Thing>();
  readonly #dependents = new Map<string, Set<string>>();

  get(uid: string): Thing | undefined {
    return this.#things.get(uid);
  }

  put(thing: Thing): void {
    this.#unlink(thing.uid);
    this.#things.set(thing.uid, thing);
    for (const { uid } of thing.owners) {
      const dependents = this.#dependents.get(uid) ?? new Set();
      dependents.add(thing.uid);
      this.#dependents.set(uid, dependents);
    }
  }

  remove(uid: string): void {
    this.#unlink(uid);
    this.#things.delete(uid);
  }

  dependentsOf(uid: string): Thing[] {
    return [...(this.#dependents.get(uid) ?? [])].flatMap(one => this.#things.get(one) ?? []);
  }

  #unlink(uid: string): void {
    for (const owner of this.#things.get(uid)?.owners ?? []) {
      const dependents = this.#dependents.get(owner.uid);
      dependents?.delete(uid);
      if (dependents?.size === 0) this.#dependents.delete(owner.uid);
    }
  }
}
