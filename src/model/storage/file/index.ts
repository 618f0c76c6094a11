import { lstat, readdir, rm, stat, symlink } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../../../base/errors/index.ts';
import { storageErrors } from '../errors.ts';
import { isArchive } from '../remote/archives.ts';
import { noModel, unpackInto } from '../remote/download.ts';
import type { Fetch } from '../schemes.ts';

/**
 * A file, or everything in a folder but hidden files, is linked to: nothing is copied; a single archive is unpacked (KServe's `_download_local`). What stands at
 * the destination already and is no link stays, as with KServe: it may be the source itself.
 * @throws model-path-missing, storage-none
 */
export const fetchFile: Fetch = async (uri, destination, { limits, beside }) => {
  const path = uri.startsWith('file://') ? pathOf(uri) : resolve(uri);
  let isFolder: boolean;
  try {
    isFolder = (await stat(path)).isDirectory();
  } catch (cause) {
    throw storageErrors.make['model-path-missing'](`${uri}: ${messageOf(cause)}`);
  }
  const names = isFolder ? (await readdir(path)).filter(name => !name.startsWith('.')) : [basename(path)];
  if (names.length === 0) throw noModel(uri);
  const [only = ''] = names;
  const single = isFolder ? join(path, only) : path;
  if (names.length === 1 && isArchive(only) && (await stat(single)).isFile()) {
    return unpackInto(single, destination, limits.model, beside);
  }
  for (const name of names) await linkTo(isFolder ? join(path, name) : path, join(destination, name));
};

async function linkTo(target: string, link: string): Promise<void> {
  const found = await lstat(link).catch(() => undefined);
  if (found !== undefined && !found.isSymbolicLink()) return;
  if (found !== undefined) await rm(link);
  await symlink(target, link);
}

/** KServe takes what follows `file://` for a path, whether or not it is a URL. */
function pathOf(uri: string): string {
  try {
    return fileURLToPath(uri);
  } catch {
    return resolve('/', uri.slice('file://'.length));
  }
}
