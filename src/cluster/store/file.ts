import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CodedError, messageOf } from '../../base/errors/index.ts';
import { storeErrors } from './errors.ts';
import type { Cells, Row } from './rows.ts';
import { parsed } from './unread.ts';

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
  // What is to be taken away is known by its revision; the index cost a third of each write.
  'DROP INDEX log_by_place',
];

/** Codes of SQLite for what a disk refuses: SQLITE_IOERR, SQLITE_FULL, SQLITE_CANTOPEN. */
const noRoom = new Set([10, 13, 14]);

/** The state holds secrets. */
const ours = { mode: 0o600 };

/**
 * How far a restored file is ahead of its backup: clients that saw later states than the backup's ask for revisions that were given
 * out again, unless those are skipped.
 */
const skippedByRestore = 1_000_000_000;

/** Rows that are read in one go. */
const block = 1000;

/**
 * The file of the store: a log of changes, from which older ones are taken away once newer ones of the same place make them
 * needless. One program has it at a time.
 */
export class StoreFile {
  readonly #database: DatabaseSync;
  readonly #insert: ReturnType<DatabaseSync['prepare']>;

  /**
   * Opens or makes a file and takes it for this program.
   * @throws `store-locked`, `store-newer`, `store-damaged`, `store-unavailable`.
   */
  constructor(path: string, pages?: number) {
    this.#database = opened(path);
    if (pages !== undefined) this.#database.exec(`PRAGMA max_page_count = ${pages}`);
    this.#insert = this.#database.prepare('INSERT INTO log VALUES (?, ?, ?, ?, ?, ?)');
  }

  /**
   * What it holds, in the order of revisions.
   * @throws `store-damaged`.
   */
  *contents(): Generator<readonly Cells[]> {
    const reading = this.#database.prepare(
      'SELECT value IS NULL OR json_valid(value), log.* FROM log ORDER BY revision',
    );
    reading.setReturnArrays(true);
    let cells: Cells[] = [];
    for (const row of reading.iterate()) {
      const [good, ...one] = row as unknown as readonly [number, ...Cells];
      if (good === 0) checkText(one);
      if (cells.push(one) < block) continue;
      yield cells;
      cells = [];
    }
    if (cells.length > 0) yield cells;
  }

  /** History reaches back to here: changes after it are all there. */
  get compacted(): number {
    const fact = this.#database.prepare("SELECT value FROM facts WHERE name = 'compacted'").get();
    return Number(fact?.['value'] ?? 0);
  }

  /** Adds changes; all of them are on the disk when it returns, or none is kept. */
  append(rows: readonly Row[]): void {
    this.#inTransaction(() => {
      for (const { revision, resource, namespace, name, value, time } of rows) {
        this.#insert.run(revision, resource, namespace, name, value, time);
      }
    });
  }

  /** Takes changes away that are needed no more; `through` is what history no longer reaches back beyond. */
  compact(through: number, revisions: readonly number[]): void {
    const remove = this.#database.prepare('DELETE FROM log WHERE revision = ?');
    this.#inTransaction(() => {
      for (const revision of revisions) remove.run(revision);
      this.#markCompacted(through);
    });
  }

  #markCompacted(through: number): void {
    this.#database.prepare("UPDATE facts SET value = ? WHERE name = 'compacted'").run(`${through}`);
  }

  /** Forgets all history, and goes on with revisions that nobody has seen. */
  startAnew(): void {
    const last = this.#database.prepare('SELECT max(revision) AS last FROM log').get()?.['last'];
    this.#inTransaction(() => {
      this.#database.exec(
        `DELETE FROM log WHERE value IS NULL
           OR revision NOT IN (SELECT max(revision) FROM log GROUP BY resource, namespace, name)`,
      );
      this.#markCompacted(Math.max(Number(last ?? 0), this.compacted) + skippedByRestore);
    });
  }

  /**
   * Writes a copy that is whole in itself, and is there once it is.
   * @throws `store-backup-exists`.
   */
  backup(file: string): void {
    if (existsSync(file)) throw storeErrors.make['store-backup-exists'](`${file} exists.`);
    const part = `${file}.part`;
    rmSync(part, { force: true });
    try {
      writeFileSync(part, '', ours);
      this.#database.prepare('VACUUM INTO ?').run(part);
      flush(part);
      renameSync(part, file);
    } catch (error) {
      rmSync(part, { force: true });
      throw error;
    }
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

/**
 * Makes sure of a text that SQLite takes for no JSON: it reads none that is nested deeper than 1000 levels.
 * @throws `store-damaged`.
 */
function checkText([revision, resource, namespace, name, value]: Cells): void {
  if (value !== null) parsed(value, { resource, namespace, name }, revision);
}

function opened(path: string): DatabaseSync {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    if (!existsSync(path)) writeFileSync(path, '', ours);
  } catch (error) {
    throw unavailable(error, path);
  }
  // A look that changes nothing comes first: closing a file after writing to it would tidy it up.
  look(path);
  const database = connected(path);
  try {
    prepare(database, versionOf(database, path));
    writeOwner(path);
    return database;
  } catch (error) {
    database.close();
    throw explained(error, path);
  }
}

/**
 * Makes sure that a file is a state which this release can read, without writing to it.
 * @param whole reads all of it
 * @throws `store-locked`, `store-newer`, `store-damaged`, `store-unavailable`.
 */
export function checkFile(path: string, whole = false): void {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { readOnly: true, timeout: 0 });
    const version = versionOf(database, path);
    if (whole && version === 0) throw storeErrors.make['store-damaged'](`${path} holds no state.`);
    const found = whole ? database.prepare('PRAGMA integrity_check').get()?.['integrity_check'] : 'ok';
    if (found !== 'ok') throw storeErrors.make['store-damaged'](`${path} is damaged: ${String(found)}.`);
  } catch (error) {
    throw explained(error, path);
  } finally {
    database?.close();
  }
}

function look(path: string): void {
  try {
    checkFile(path);
  } catch (error) {
    // To look takes a little room on the disk; to open what is there takes none.
    if (!(error instanceof CodedError) || error.code !== 'store-unavailable') throw error;
  }
}

/** Makes sure that a file outlives a power cut. */
export function flush(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
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
  // A full disk takes no writes, but what is there can be read.
  if (version === steps.length) return;
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
  const version = number('user_version');
  if (version <= steps.length) return version;
  const text = `${path} was written by a newer release (version ${version} of its layout; this one knows ${steps.length}). It is left untouched.`;
  throw storeErrors.make['store-newer'](text);
}

/** For the one who finds the file locked; the lock itself is the file's. */
function writeOwner(path: string): void {
  try {
    writeFileSync(ownerFile(path), `${process.pid}\n`);
  } catch {
    // On a full disk nobody learns who has the file, only that somebody does.
  }
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
  if (noRoom.has(primary)) return unavailable(error, path);
  return storeErrors.make['store-damaged'](`Cannot open ${path}: ${messageOf(error)}.`, { cause: error });
}

function unavailable(cause: unknown, path: string): CodedError {
  return storeErrors.make['store-unavailable'](`Cannot open ${path}: ${messageOf(cause)}.`, { cause });
}

function ownerOf(path: string): string {
  try {
    return ` by process ${readFileSync(ownerFile(path), 'utf8').trim()}`;
  } catch {
    return '';
  }
}
