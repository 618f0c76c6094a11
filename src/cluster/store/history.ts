import { storeErrors } from './errors.ts';
import type { Change } from './contract.ts';

/** Changes that are remembered, whatever their age. */
const mostChanges = 200_000;

interface Remembered {
  readonly change: Change;
  readonly time: number;
}

/** The last changes of all resources, in order. */
export class History {
  #changes: Remembered[] = [];
  /** Changes up to here are forgotten. */
  #oldest: number;

  constructor(oldest: number) {
    this.#oldest = oldest;
  }

  get oldest(): number {
    return this.#oldest;
  }

  add(change: Change, time: number): void {
    this.#changes.push({ change, time });
    if (this.#changes.length > mostChanges * 1.25) this.#drop(this.#changes.length - mostChanges);
  }

  /**
   * Changes of a resource after a revision, oldest first.
   * @throws `store-compacted`.
   */
  after(resource: string, revision: number): Change[] {
    if (revision < this.#oldest) {
      const text = `Revision ${revision} is older than ${this.#oldest}, from which history is kept.`;
      throw storeErrors.make['store-compacted'](text);
    }
    return this.#changes
      .slice(this.#firstAfter(revision))
      .filter(({ change }) => change.stored.place.resource === resource)
      .map(({ change }) => change);
  }

  /** The last revision of a time or before, to forget up to. */
  revisionAt(time: number): number {
    let found = this.#oldest;
    for (const { change, time: made } of this.#changes) {
      if (made > time) break;
      found = change.stored.revision;
    }
    return found;
  }

  forget(through: number): void {
    this.#drop(this.#firstAfter(through));
    this.#oldest = Math.max(this.#oldest, through);
  }

  #drop(count: number): void {
    const last = this.#changes[count - 1];
    if (last === undefined) return;
    this.#oldest = Math.max(this.#oldest, last.change.stored.revision);
    this.#changes = this.#changes.slice(count);
  }

  #firstAfter(revision: number): number {
    let low = 0;
    let high = this.#changes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#changes[middle] as Remembered).change.stored.revision <= revision) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
