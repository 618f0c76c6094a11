import type { RecordKind, Records, Row } from './contract.ts';

/** Records that end with the process: where nothing is to be kept, and in tests. */
export class MemoryRecords implements Records {
  readonly #kinds = new Map<RecordKind, Map<string, Row>>();
  readonly #now: () => number;
  #undoing: (() => unknown)[] | undefined;

  /** `now` in milliseconds since 1970. */
  constructor(now: () => number) {
    this.#now = now;
  }

  get(kind: RecordKind, id: string): Row | undefined {
    const row = this.#of(kind).get(id);
    return row !== undefined && row.expires > this.#now() ? row : undefined;
  }

  put(kind: RecordKind, row: Row): void {
    this.#note(kind, row.id);
    this.#of(kind).set(row.id, row);
  }

  take(kind: RecordKind, id: string): Row | undefined {
    const row = this.get(kind, id);
    this.#remove(kind, id);
    return row;
  }

  list(kind: RecordKind, owner?: string): Row[] {
    this.#sweep(kind);
    return [...this.#of(kind).values()].filter(row => owner === undefined || row.owner === owner);
  }

  count(kind: RecordKind, owner?: string): number {
    if (owner !== undefined) return this.list(kind, owner).length;
    this.#sweep(kind);
    return this.#of(kind).size;
  }

  removeOwned(kind: RecordKind, owner: string): Row[] {
    const rows = this.list(kind, owner);
    for (const { id } of rows) this.#remove(kind, id);
    return rows;
  }

  largestOwner(kind: RecordKind): string | undefined {
    const counts = new Map<string, number>();
    for (const { owner } of this.list(kind)) counts.set(owner, (counts.get(owner) ?? 0) + 1);
    return [...counts].toSorted(([, one], [, other]) => other - one)[0]?.[0];
  }

  removeOldest(kind: RecordKind, owner?: string): Row | undefined {
    const [oldest] = this.list(kind, owner).toSorted((a, b) => a.expires - b.expires);
    if (oldest !== undefined) this.#remove(kind, oldest.id);
    return oldest;
  }

  together<T>(act: () => T): T {
    const outer = this.#undoing;
    const undoing = (this.#undoing = outer ?? []);
    try {
      return act();
    } catch (error) {
      if (outer === undefined) for (const undo of undoing.toReversed()) undo();
      throw error;
    } finally {
      this.#undoing = outer;
    }
  }

  #remove(kind: RecordKind, id: string): void {
    this.#note(kind, id);
    this.#of(kind).delete(id);
  }

  /** Remembers what a row was, where it may have to be that again. */
  #note(kind: RecordKind, id: string): void {
    const rows = this.#of(kind);
    const before = rows.get(id);
    this.#undoing?.push(() => (before === undefined ? rows.delete(id) : rows.set(id, before)));
  }

  #of(kind: RecordKind): Map<string, Row> {
    let rows = this.#kinds.get(kind);
    if (rows === undefined) this.#kinds.set(kind, (rows = new Map()));
    return rows;
  }

  #sweep(kind: RecordKind): void {
    const rows = this.#of(kind);
    const now = this.#now();
    for (const { id, expires } of rows.values()) if (expires <= now) rows.delete(id);
  }
}
