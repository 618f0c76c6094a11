import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type RecordKind, recordKinds, type Records, type Row } from '../../../edge/identity/index.ts';
import { explained, openFile } from './file.ts';

/** Kinds of which no acknowledged row may be missing after a power cut. */
const lasting: ReadonlySet<RecordKind> = new Set([
  'user',
  'api-token',
  'signing-key',
  'refresh-token',
  'revoked-grant',
  'secret',
]);

/** Rows that one sweep takes away at most: it holds others up. */
const sweptAtOnce = 5000;

/**
 * Records in a file. What a call has done is there after the process is killed at any moment. After a power cut the last
 * sessions, codes and marks may be missing, whose people log in again; everything that ends a credential, and the kinds that
 * are `lasting`, is on the disk when the call returns.
 */
export class FileRecords implements Records {
  readonly #path: string;
  readonly #now: () => number;
  readonly #database: DatabaseSync;
  readonly #counts: Map<RecordKind, number>;
  readonly #statements: ReturnType<typeof statementsOf>;
  /** Whether what is done now is part of something. */
  #whole = false;

  /**
   * Opens or makes the file; `now` in milliseconds since 1970.
   * @throws `identity-locked`, `identity-newer`, `identity-damaged`, `identity-unavailable`.
   */
  constructor(path: string, now: () => number) {
    this.#path = path;
    this.#now = now;
    this.#database = openFile(path);
    this.#statements = statementsOf(this.#database);
    const count = this.#database.prepare('SELECT count(*) AS count FROM rows WHERE kind = ?');
    this.#counts = new Map(recordKinds.map(kind => [kind, Number(count.get(kind)?.['count'])]));
  }

  get(kind: RecordKind, id: string): Row | undefined {
    return this.#read(() => rowOf(this.#statements.get.get(kind, id, this.#now())));
  }

  put(kind: RecordKind, { id, value, owner, expires }: Row): void {
    this.#write(lasting.has(kind), () => {
      const isNew = this.#statements.known.get(kind, id) === undefined;
      this.#statements.put.run(kind, id, value, owner, expires);
      if (isNew) this.#count(kind, 1);
    });
  }

  take(kind: RecordKind, id: string): Row | undefined {
    const row = rowOf(this.#write(kind !== 'request', () => this.#statements.take.get(kind, id)));
    if (row === undefined) return undefined;
    this.#count(kind, -1);
    return row.expires > this.#now() ? row : undefined;
  }

  list(kind: RecordKind, owner?: string): Row[] {
    const { list, listOwned } = this.#statements;
    const now = this.#now();
    return this.#read(() =>
      (owner === undefined ? list.all(kind, now) : listOwned.all(kind, owner, now)).flatMap(
        found => rowOf(found) ?? [],
      ),
    );
  }

  count(kind: RecordKind, owner?: string): number {
    if (owner !== undefined) {
      const found = this.#read(() => this.#statements.countOwned.get(kind, owner, this.#now()));
      return Number(found?.['count']);
    }
    const expired = this.#read(() => this.#statements.expired.get(kind, this.#now()));
    return (this.#counts.get(kind) ?? 0) - Number(expired?.['count']);
  }

  removeOwned(kind: RecordKind, owner: string): Row[] {
    const removed = this.#write(true, () => this.#statements.removeOwned.all(kind, owner));
    this.#count(kind, -removed.length);
    const now = this.#now();
    return removed.flatMap(found => rowOf(found) ?? []).filter(({ expires }) => expires > now);
  }

  removeOldest(kind: RecordKind, owner?: string): Row | undefined {
    const { removeOldest, removeOldestOwned } = this.#statements;
    const now = this.#now();
    const removed = this.#write(false, () =>
      owner === undefined ? removeOldest.get(kind, kind, now) : removeOldestOwned.get(kind, kind, owner, now),
    );
    if (removed !== undefined) this.#count(kind, -1);
    return rowOf(removed);
  }

  largestOwner(kind: RecordKind): string | undefined {
    const found = this.#read(() => this.#statements.largestOwner.get(kind, this.#now()));
    return found === undefined ? undefined : String(found['owner']);
  }

  together<T>(act: () => T): T {
    if (this.#whole) return act();
    return this.#read(() => {
      this.#database.exec('PRAGMA synchronous = FULL; BEGIN IMMEDIATE');
      this.#whole = true;
      const counts = new Map(this.#counts);
      try {
        const done = act();
        this.#database.exec('COMMIT');
        return done;
      } catch (error) {
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
        for (const [kind, count] of counts) this.#counts.set(kind, count);
        throw error;
      } finally {
        this.#whole = false;
        this.#database.exec('PRAGMA synchronous = NORMAL');
      }
    });
  }

  /** Takes away what has expired, some thousands at a time; how many that was. */
  sweep(): number {
    let swept = 0;
    for (const kind of recordKinds) {
      if (swept >= sweptAtOnce) break;
      const { changes } = this.#write(false, () =>
        this.#statements.sweep.run(kind, kind, this.#now(), sweptAtOnce),
      );
      this.#count(kind, -Number(changes));
      swept += Number(changes);
    }
    return swept;
  }

  close(): void {
    this.#database.close();
  }

  #count(kind: RecordKind, change: number): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + change);
  }

  #read<T>(act: () => T): T {
    try {
      return act();
    } catch (error) {
      throw explained(error, this.#path);
    }
  }

  /** @param flushed whether it is to be on the disk when this returns, with all that was written before */
  #write<T>(flushed: boolean, act: () => T): T {
    return this.#read(() => {
      // Within a transaction it is the end of the whole that is flushed.
      if (!flushed || this.#whole) return act();
      this.#database.exec('PRAGMA synchronous = FULL');
      try {
        return act();
      } finally {
        this.#database.exec('PRAGMA synchronous = NORMAL');
      }
    });
  }
}

type Found = ReturnType<StatementSync['get']>;

/** SQLite's objects have no prototype. */
function rowOf(found: Found): Row | undefined {
  return found && ({ ...found } as unknown as Row);
}

function statementsOf(database: DatabaseSync): Record<Name, StatementSync> {
  const made = Object.entries(texts).map(([name, text]) => [name, database.prepare(text)]);
  return Object.fromEntries(made) as Record<Name, StatementSync>;
}

const columns = 'id, value, owner, expires';
type Name = keyof typeof texts;
const texts = {
  get: `SELECT ${columns} FROM rows WHERE kind = ? AND id = ? AND expires > ?`,
  known: 'SELECT 1 FROM rows WHERE kind = ? AND id = ?',
  put: 'INSERT OR REPLACE INTO rows (kind, id, value, owner, expires) VALUES (?, ?, ?, ?, ?)',
  take: `DELETE FROM rows WHERE kind = ? AND id = ? RETURNING ${columns}`,
  list: `SELECT ${columns} FROM rows WHERE kind = ? AND expires > ?`,
  listOwned: `SELECT ${columns} FROM rows WHERE kind = ? AND owner = ? AND expires > ?`,
  expired: 'SELECT count(*) AS count FROM rows WHERE kind = ? AND expires <= ?',
  removeOwned: `DELETE FROM rows WHERE kind = ? AND owner = ? RETURNING ${columns}`,
  removeOldest: `DELETE FROM rows WHERE kind = ? AND id =
    (SELECT id FROM rows WHERE kind = ? AND expires > ? ORDER BY expires LIMIT 1) RETURNING ${columns}`,
  removeOldestOwned: `DELETE FROM rows WHERE kind = ? AND id =
    (SELECT id FROM rows WHERE kind = ? AND owner = ? AND expires > ? ORDER BY expires LIMIT 1) RETURNING ${columns}`,
  largestOwner:
    'SELECT owner FROM rows WHERE kind = ? AND expires > ? GROUP BY owner ORDER BY count(*) DESC LIMIT 1',
  countOwned: 'SELECT count(*) AS count FROM rows WHERE kind = ? AND owner = ? AND expires > ?',
  sweep: `DELETE FROM rows WHERE kind = ? AND id IN
    (SELECT id FROM rows WHERE kind = ? AND expires <= ? LIMIT ?)`,
};
