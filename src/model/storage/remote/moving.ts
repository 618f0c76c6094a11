import { chmod, mkdtemp, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Makes a folder beside another one, on the same file system, so that what is built in it can be moved at once.
 * @param place where it is made when not in the folder that the other one lies in
 */
export async function folderBeside(folder: string, place?: string): Promise<string> {
  return mkdtemp(join(place ?? dirname(await realpath(folder)), '.fetching-'));
}

/**
 * Moves what is in a folder into another one that exists, where things of the same names are replaced: all of it, or nothing. Into one
 * that is empty it comes in one step, so that no reader and no end of the process in between sees a half.
 * @param place where folders are made meanwhile, for a destination whose links are not to be followed anew
 */
export async function moveInto(from: string, destination: string, place?: string): Promise<void> {
  const folder = place === undefined ? await realpath(destination) : destination;
  if (await tookPlace(from, folder)) return;
  const aside = await folderBeside(folder, place);
  const replaced: string[] = [];
  const moved: string[] = [];
  try {
    for (const name of await readdir(from)) {
      if (await tried(rename(join(folder, name), join(aside, name)), 'ENOENT')) replaced.push(name);
      await rename(join(from, name), join(folder, name));
      moved.push(name);
    }
  } catch (error) {
    for (const name of moved) await rm(join(folder, name), { recursive: true, force: true });
    for (const name of replaced) await rename(join(aside, name), join(folder, name));
    throw error;
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** Puts one folder in the place of another, which has to be empty and no mount. */
async function tookPlace(from: string, folder: string): Promise<boolean> {
  const { mode } = await stat(folder);
  await chmod(from, mode & 0o7777);
  return tried(rename(from, folder), 'ENOTEMPTY', 'EEXIST', 'EBUSY', 'EXDEV', 'EACCES', 'EPERM');
}

/** Whether work succeeded; false where it failed in one of the ways named. */
async function tried(work: Promise<void>, ...codes: readonly string[]): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (!codes.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return false;
  }
}
