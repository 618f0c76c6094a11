import { lstat, open, readdir, readlink, realpath, rm, stat, symlink } from 'node:fs/promises';
import { basename, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../../../base/errors/index.ts';
import { storageErrors } from '../errors.ts';
import { isArchive } from '../remote/archives.ts';
import { noModel, unpackInto } from '../remote/download.ts';
import type { Fetch, Fetching } from '../schemes.ts';

/**
 * A file, or everything in a folder but hidden files, is linked to: nothing is copied; a single archive is unpacked (KServe's `_download_local`). What stands at
 * the destination already and is no link stays, as with KServe: it may be the source itself.
 * @throws model-path-missing, storage-none, storage-source
 */
export const fetchFile: Fetch = async (uri, destination, fetching) => {
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
    return unpacked(single, destination, fetching);
  }
  for (const name of names) await linkTo(isFolder ? join(path, name) : path, join(destination, name));
};

/** Unpacks an archive that lies where archives may: what is open is looked at, since others may put a link in its place meanwhile. */
async function unpacked(
  file: string,
  destination: string,
  { limits, beside, archivesIn }: Fetching,
): Promise<void> {
  const into = (path: string): Promise<void> =>
    unpackInto(path, basename(file), destination, limits.model, beside);
  if (archivesIn === undefined) return into(file);
  const handle = await open(file, 'r');
  try {
    const descriptor = `/proc/self/fd/${handle.fd}`;
    const at = await readlink(descriptor).catch(() => undefined);
    const real = at ?? (await realpath(file));
    const roots = await Promise.all(archivesIn.map(root => realpath(root)));
    if (!roots.some(root => real.startsWith(root + sep))) {
      throw storageErrors.make['storage-source'](
        `found the archive ${file}, expected one in a volume of the pod (${archivesIn.join(', ') || 'it has none'})`,
      );
    }
    await into(at === undefined ? real : descriptor);
  } finally {
    await handle.close();
  }
}

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
