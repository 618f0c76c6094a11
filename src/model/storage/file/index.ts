import { readdir, rm, stat, symlink } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../../../base/errors/index.ts';
import { storageErrors } from '../errors.ts';
import type { Fetch } from '../schemes.ts';

/** A file, or everything in a folder, is linked to: nothing is copied (KServe's `_download_local`). */
export const fetchFile: Fetch = async (uri, destination) => {
  const path = uri.startsWith('file://') ? pathOf(uri) : resolve(uri);
  let isFolder: boolean;
  try {
    isFolder = (await stat(path)).isDirectory();
  } catch (cause) {
    throw storageErrors.make['model-path-missing'](`${uri}: ${messageOf(cause)}`);
  }
  const names = isFolder ? await readdir(path) : [basename(path)];
  for (const name of names) {
    const link = join(destination, name);
    await rm(link, { recursive: true, force: true });
    await symlink(isFolder ? join(path, name) : path, link);
  }
};

/** KServe takes what follows `file://` for a path, whether or not it is a URL. */
function pathOf(uri: string): string {
  try {
    return fileURLToPath(uri);
  } catch {
    return resolve('/', uri.slice('file://'.length));
  }
}
