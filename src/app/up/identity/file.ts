import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CodedError, messageOf } from '../../../base/errors/index.ts';
import { appErrors } from '../../errors.ts';

/** `PRAGMA application_id` of these files: "davi". */
const applicationId = 0x64617669;
/** Each step brings a file from the version of its place to the next. */
const steps: readonly string[] = [
  `CREATE TABLE rows (
     kind TEXT NOT NULL,
     id TEXT NOT NULL,
     value TEXT NOT NULL,
     owner TEXT NOT NULL,
     expires REAL NOT NULL,
     PRIMARY KEY (kind, id)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX rows_by_owner ON rows (kind, owner);
   CREATE INDEX rows_by_end ON rows (kind, expires);`,
];

/** The file holds keys that sign. */
const ours = { mode: 0o600 };
/** SQLITE_BUSY and SQLITE_LOCKED; SQLITE_IOERR, SQLITE_FULL and SQLITE_CANTOPEN. */
const taken = new Set([5, 6]);
const noRoom = new Set([10, 13, 14]);

/**
 * Opens or makes the file that identity is kept in, and takes it for this process.
 * @throws `identity-locked`, `identity-newer`, `identity-damaged`, `identity-unavailable`.
 */
export function openFile(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    if (!existsSync(path)) writeFileSync(path, '', ours);
    database = new DatabaseSync(path, { timeout: 0 });
    // The lock goes with the process, however it ends.
    database.exec('PRAGMA locking_mode = EXCLUSIVE');
    const version = versionOf(database, path);
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    bringUp(database, version);
    return database;
  } catch (error) {
    database?.close();
    throw explained(error, path);
  }
}

function bringUp(database: DatabaseSync, version: number): void {
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
    throw appErrors.make['identity-damaged'](`${path} is a database of another program.`);
  }
  const version = number('user_version');
  if (version <= steps.length) return version;
  const text = `${path} was written by a newer release (version ${version} of its layout; this one knows ${steps.length}). It is left untouched.`;
  throw appErrors.make['identity-newer'](text);
}

/** What a failure of SQLite means for whoever reads it. */
export function explained(error: unknown, path: string): unknown {
  const { errcode } = error as { errcode?: number };
  if (error instanceof CodedError) return error;
  const cause = { cause: error };
  const primary = (errcode ?? 0) & 0xff;
  if (taken.has(primary)) {
    const text = `${path} is in use by another process: a folder serves one cluster at a time.`;
    return appErrors.make['identity-locked'](text, cause);
  }
  const text = `${path}: ${messageOf(error)}.`;
  if (errcode === undefined || noRoom.has(primary))
    return appErrors.make['identity-unavailable'](text, cause);
  return appErrors.make['identity-damaged'](text, cause);
}
