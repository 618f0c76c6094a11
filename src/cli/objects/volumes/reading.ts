import { constants } from 'node:fs';
import { type FileHandle, open, readlink } from 'node:fs/promises';
import { Complaint } from '../failures.ts';
import type { Found } from './listing.ts';
import { isBelow } from './places.ts';

// A link, or a pipe that nobody writes, may have come in its place.
const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Opens a file that a walk has found. Programs in pods may change a volume meanwhile: what is a link by now, or lies below one that
 * leads out, is not read.
 * @param root as for the walk
 * @throws Complaint when another file is there
 */
export async function openFound(found: Found, root: string | undefined): Promise<FileHandle> {
  const { place } = found;
  const file = await open(place, flags).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ELOOP' ? changed(place) : error;
  });
  try {
    const info = await file.stat({ bigint: true });
    // The number of a file that is gone is given to another.
    const same = info.isFile() && info.dev === found.device && info.ino === found.inode;
    if (!same || (root !== undefined && !(await isIn(root, file)))) throw changed(place);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Whether what is open lies in a folder: Linux tells of it itself, not of its path. Elsewhere no more is known than what was found. */
async function isIn(root: string, { fd }: FileHandle): Promise<boolean> {
  return process.platform !== 'linux' || isBelow(root, await readlink(`/proc/self/fd/${fd}`));
}

function changed(place: string): Complaint {
  return new Complaint(`${place} is another file than a moment ago: something changes the volume meanwhile`);
}
