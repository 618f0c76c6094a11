import { storeErrors } from './errors.ts';
import type { Change } from './contract.ts';

/** What is remembered at most, whatever its age: so many changes, of so many characters together. */
const mostChanges = 200_000;
const mostCharacters = 64 * 1024 * 1024;

interface Remembered {
  readonly change: Change;
  /** When it was made. */
  readonly time: number;
  /** Of the object as JSON. */
  readonly characters: number;
}

/** The last changes of all resources, in order. */
export class History {
  #changes: Remembered[] = [];
  #characters = 0;
  /** Changes up to here are forgotten. */
  #oldest: number;

  constructor(oldest: number) {
    this.#oldest = oldest;
  }

  get oldest(): number {
    return this.#oldest;
  }

  add(change: Change, time: number, characters: number): void {
    this.#changes.push({ change, time, characters });
    this.#characters += characters;
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
    const changes: Change[] = [];
    for (let at = this.#firstAfter(revision); at < this.#changes.length; at++) {
      const { change } = this.#changes[at] as Remembered;
      if (change.stored.place.resource === resource) changes.push(change);
    }
    return changes;
  }

  /** The first changes up to a revision, at most so many. */
  upTo(revision: number, most: number): readonly Change[] {
    return this.#changes.slice(0, Math.min(most, this.#firstAfter(revision))).map(({ change }) => change);
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

  /** When there is too much to remember, the revision up to which the older half lies. */
  get excess(): number | undefined {
    if (this.#changes.length <= mostChanges && this.#characters <= mostCharacters) return undefined;
    let [count, characters] = [this.#changes.length, this.#characters];
    for (const one of this.#changes) {
      count--;
      characters -= one.characters;
      if (count <= mostChanges / 2 && characters <= mostCharacters / 2) return one.change.stored.revision;
    }
    return undefined;
  }

  forget(through: number): void {
    const count = this.#firstAfter(through);
    for (let at = 0; at < count; at++) this.#characters -= (this.#changes[at] as Remembered).characters;
    this.#changes = this.#changes.slice(count);
    this.#oldest = Math.max(this.#oldest, through);
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
