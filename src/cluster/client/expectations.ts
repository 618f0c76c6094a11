/** Milliseconds after which what never showed up is no longer waited for. */
const patience = 5 * 60_000;

/**
 * What a controller has created or deleted and not seen yet in its cache: until then the cache is not to be believed (client-go's
 * UIDTrackingControllerExpectations). Names of created objects are not known in advance, so creations are counted.
 */
export class Expectations {
  readonly #entries = new Map<string, { creations: number; deletions: Set<string>; since: number }>();
  readonly #now: () => number;

  /** `now` in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  expectCreations(key: string, count: number): void {
    this.#entry(key).creations += count;
  }

  expectDeletions(key: string, uids: readonly string[]): void {
    const { deletions } = this.#entry(key);
    for (const uid of uids) deletions.add(uid);
  }

  sawCreation(key: string): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined && entry.creations > 0) entry.creations--;
  }

  sawDeletion(key: string, uid: string): void {
    this.#entries.get(key)?.deletions.delete(uid);
  }

  /** Whether all that was expected has been seen, or was waited for long enough. */
  satisfied(key: string): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined) return true;
    const done = entry.creations === 0 && entry.deletions.size === 0;
    if (!done && this.#now() - entry.since < patience) return false;
    this.#entries.delete(key);
    return true;
  }

  /** Milliseconds until what never shows up is no longer waited for: then the key is to come again, though nothing tells of it. */
  remaining(key: string): number {
    const entry = this.#entries.get(key);
    return entry === undefined ? 0 : Math.max(0, entry.since + patience - this.#now());
  }

  forget(key: string): void {
    this.#entries.delete(key);
  }

  #entry(key: string): { creations: number; deletions: Set<string>; since: number } {
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const entry = { creations: 0, deletions: new Set<string>(), since: this.#now() };
    this.#entries.set(key, entry);
    return entry;
  }
}
