import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { messageOf } from '../../base/errors/index.ts';
import { storeErrors } from './errors.ts';
import type { Row } from './rows.ts';

/** `PRAGMA application_id` of our files: "davt". */
const applicationId = 0x64617674;
/** Each step brings a file from the version of its place to the next. */
const steps: readonly string[] = [
  `CREATE TABLE log (
     revision INTEGER PRIMARY KEY,
     resource TEXT NOT NULL,
     namespace TEXT NOT NULL,
     name TEXT NOT NULL,
     value TEXT,
     time INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX log_by_place ON log (resource, namespace, name, revision);
   CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
   INSERT INTO facts VALUES ('compacted', '0');`,
];

/** What a file holds when it is opened. */
export interface Contents {
  readonly rows: readonly Row[];
  /** History reaches back to here: changes after it are all there. */
  readonly compacted: number;
}

/**
 * The file of the store: a log of changes, from which older ones are taken away once newer ones of the same place make them
 * needless. One program has it at a time.
 */
export class StoreFile {
  readonly #database: DatabaseSync;
  readonly #insert: ReturnType<DatabaseSync['prepare']>;

  /**
   * Opens or makes a file and takes it for this program.
   * @throws `store-locked`, `store-newer`, `store-damaged`.
   */
  constructor(path: string, pages?: number) {
    this.#database = opened(path);
    if (pages !== undefined) this.#database.exec(`PRAGMA max_page_count = ${pages}`);
    this.#insert = this.#database.prepare('INSERT INTO log VALUES (?, ?, ?, ?, ?, ?)');
  }

  contents(): Contents {
    const rows = this.#database.prepare('SELECT * FROM log ORDER BY revision').all() as unknown as Row[];
    const fact = this.#database.prepare("SELECT value FROM facts WHERE name = 'compacted'").get();
    return { rows, compacted: Number(fact?.['value'] ?? 0) };
  }

  /** Adds changes; all of them are on the disk when it returns, or none is kept. */
  append(rows: readonly Row[]): void {
    this.#inTransaction(() => {
      for (const { revision, resource, namespace, name, value, time } of rows) {
        this.#insert.run(revision, resource, namespace, name, value, time);
      }
    });
  }

  /** Forgets changes up to a revision, save the last of each place that is there. */
  compact(through: number): void {
    this.#inTransaction(() => {
      this.#database
        .prepare(
          `DELETE FROM log WHERE revision <= ?1 AND (
             EXISTS (
               SELECT 1 FROM log AS later
               WHERE later.resource = log.resource AND later.namespace = log.namespace
                 AND later.name = log.name AND later.revision > log.revision AND later.revision <= ?1
             ) OR value IS NULL)`,
        )
        .run(through);
      this.#database.prepare("UPDATE facts SET value = ? WHERE name = 'compacted'").run(`${through}`);
    });
  }

  /** Writes a copy that is whole in itself. */
  backup(file: string): void {
    this.#database.prepare('VACUUM INTO ?').run(file);
  }

  close(): void {
    this.#database.close();
  }

  #inTransaction(act: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      act();
      this.#database.exec('COMMIT');
    } catch (error) {
      // A full disk has rolled back by itself.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }
}

function opened(path: string): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const database = connected(path);
  try {
    const version = versionOf(database, path);
    if (version > steps.length) {
      const text = `${path} was written by a newer release (version ${version} of its layout; this one knows ${steps.length}). It is left untouched.`;
      throw storeErrors.make['store-newer'](text);
    }
    prepare(database, version);
    writeFileSync(ownerFile(path), `${process.pid}\n`);
    return database;
  } catch (error) {
    database.close();
    throw explained(error, path);
  }
}

function connected(path: string): DatabaseSync {
  try {
    const database = new DatabaseSync(path, { timeout: 0 });
    // The lock goes with the program, however it ends.
    database.exec('PRAGMA locking_mode = EXCLUSIVE');
    return database;
  } catch (error) {
    throw explained(error, path);
  }
}

function prepare(database: DatabaseSync, version: number): void {
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 2000');
  database.exec('BEGIN EXCLUSIVE');
  for (const step of steps.slice(version)) database.exec(step);
  database.exec(`PRAGMA user_version = ${steps.length}; PRAGMA application_id = ${applicationId}`);
  database.exec('COMMIT');
}

function versionOf(database: DatabaseSync, path: string): number {
  const number = (pragma: string): number =>
    Number(Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0] ?? 0);
  const tables = database.prepare('SELECT count(*) AS count FROM sqlite_schema').get()?.['count'];
  if (tables === 0) return 0;
  if (number('application_id') !== applicationId) {
    throw storeErrors.make['store-damaged'](`${path} is a database of another program.`);
  }
  return number('user_version');
}

function ownerFile(path: string): string {
  return join(dirname(path), 'owner.pid');
}

function explained(error: unknown, path: string): unknown {
  const { errcode, code } = error as { errcode?: number; code?: string };
  if (code?.startsWith('store-') === true || errcode === undefined) return error;
  const primary = errcode & 0xff;
  if (primary === 5 || primary === 6) {
    const text = `${path} is in use${ownerOf(path)}: a folder serves one cluster at a time.`;
    return storeErrors.make['store-locked'](text, { cause: error });
  }
  return storeErrors.make['store-damaged'](`Cannot open ${path}: ${messageOf(error)}.`, { cause: error });
}

function ownerOf(path: string): string {
  try {
    return ` by process ${readFileSync(ownerFile(path), 'utf8').trim()}`;
  } catch {
    return '';
  }
}
