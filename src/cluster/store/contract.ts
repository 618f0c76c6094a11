import type { KubeObject } from '../meta/index.ts';

/**
 * Where an object lies: `group/plural` (or `plural` in the core group), namespace (empty for what has none) and name. Versions of a
 * kind share the place; the object is stored in the storage version.
 */
export interface Place {
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

/** A stored object; `object.metadata.resourceVersion` is its revision in decimal. */
export interface Stored {
  readonly place: Place;
  readonly object: KubeObject;
  /** The revision of the write that made it. */
  readonly revision: number;
}

/** One change, in the order of revisions. */
export interface Change {
  readonly type: 'added' | 'modified' | 'deleted';
  /** After the change; for `deleted` the last state, with the revision of the deletion as its resourceVersion. */
  readonly stored: Stored;
  /** Before the change; absent for `added`. */
  readonly previous?: Stored;
}

/** What a writer decides, given the newest state of the place (which may not be durable yet). */
export type Decision =
  | { readonly write: KubeObject }
  | { readonly remove: true }
  /** Nothing changes: the current object is the answer, without a revision of its own. */
  | { readonly keep: true };

export interface WriteResult {
  /** What the place holds now; of a removal, what it held, with the revision of the deletion. */
  readonly stored: Stored | undefined;
  readonly changed: boolean;
}

export interface ListResult {
  readonly items: readonly Stored[];
  /** The revision the list is true of. */
  readonly revision: number;
  /** Place to go on from, when `limit` cut the list. */
  readonly next?: { readonly namespace: string; readonly name: string };
  /** How many more there are, when `limit` cut the list and there is no `where`. */
  readonly remaining?: number;
}

export interface ListOptions {
  /** Only this namespace; all of them when absent. */
  readonly namespace?: string | undefined;
  readonly limit?: number | undefined;
  /** Goes on after a place of an earlier list. */
  readonly after?: { readonly namespace: string; readonly name: string } | undefined;
  /** As the collection was at a revision; `StoreGone` when it is compacted. */
  readonly at?: number | undefined;
  /** Which objects count; `limit` counts those that pass. */
  readonly where?: ((object: KubeObject) => boolean) | undefined;
}

export interface Watcher {
  /** Called for each change in order, after it is durable; must not throw and must not wait. */
  onChange(change: Change): void;
  /** Called on each `progress` tick with the newest revision that is durable and delivered. */
  onProgress?(revision: number): void;
  /** The store closes. */
  onEnd?(): void;
}

/**
 * The one place of the cluster's state. Reads see only what is durable. A write is decided on the calling thread against the
 * newest state (chained on writes still on their way to disk), gets the next revision at once, and resolves when it is durable,
 * in memory and delivered to watchers.
 */
export interface Store {
  /** The newest durable revision. */
  readonly revision: number;
  get(place: Place): Stored | undefined;
  list(resource: string, options?: ListOptions): ListResult;
  /** The number of objects of a resource. */
  count(resource: string): number;
  /**
   * Decides and writes. `decide` is called exactly once, synchronously, with the newest state; what it throws rejects the promise.
   * The store sets `metadata.resourceVersion` of what is written.
   * @throws `store-unavailable` when the disk refuses (reads go on).
   */
  write(
    place: Place,
    decide: (current: Stored | undefined, nextRevision: number) => Decision,
  ): Promise<WriteResult>;
  /**
   * Changes of a resource after a revision: first those of history, then new ones, none missing, twice or out of order.
   * @returns ends the watch.
   * @throws `store-compacted` when history does not reach back to `after`.
   */
  watch(resource: string, after: number, watcher: Watcher): () => void;
  /** The oldest revision a watch or an exact list can start from. */
  readonly oldest: number;
  close(): Promise<void>;
}
