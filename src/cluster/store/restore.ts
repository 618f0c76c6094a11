import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { CodedError } from '../../base/errors/index.ts';
import { checkFile, flush, StoreFile } from './file.ts';

/**
 * Puts a backup in the place of the state of a cluster that is not running. What was there is kept beside it, as `<path>.replaced`.
 * The revisions of the backup and long after it are not given out again, so that clients see that they have to list anew.
 * @throws `store-locked`; `store-newer` of either file; `store-damaged` of the backup.
 */
export function restoreStore(backup: string, path: string): void {
  checkFile(backup, true);
  const replaces = existsSync(path);
  if (replaces) settle(path);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const fresh = `${path}.restoring`;
  for (const ending of ['', '-wal', '-shm']) rmSync(`${fresh}${ending}`, { force: true });
  copyFileSync(backup, fresh);
  const file = new StoreFile(fresh);
  file.startAnew();
  file.close();
  flush(fresh);
  if (replaces) copyFileSync(path, `${path}.replaced`);
  // What belongs to the file that goes would be taken for a part of the one that comes.
  for (const ending of ['-wal', '-shm']) rmSync(`${path}${ending}`, { force: true });
  renameSync(fresh, path);
}

/** Makes sure that nobody has the file, and that all of it is in it. One that is damaged is what backups are for. */
function settle(path: string): void {
  try {
    new StoreFile(path).close();
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'store-damaged') throw error;
  }
}
