import { constants } from 'node:fs';
import { type FileHandle, open, readlink, realpath } from 'node:fs/promises';
import { Complaint } from '../failures.ts';
import { isBelow } from './places.ts';

/** What was opened, and a path that leads to it whatever others put on its way meanwhile, where the system has such paths. */
export interface Opened {
  readonly handle: FileHandle;
  readonly path: string;
}

/**
 * Opens a file or a folder that has to lie in another one: looked at once it is open, since what runs in a container may swap it for a link
 * at any time before.
 * @param root without links
 * @throws Complaint
 */
export async function openBelow(path: string, root: string): Promise<Opened> {
  // Nobody waits for the other end of a pipe.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const descriptor = `/proc/self/fd/${handle.fd}`;
    const at = await readlink(descriptor).catch(() => undefined);
    const real = at ?? (await realpath(path));
    if (isBelow(root, real)) return { handle, path: at === undefined ? real : descriptor };
    throw new Complaint(`${path} is a link that leads out of the volume, to ${real}`);
  } catch (error) {
    await handle.close();
    throw error;
  }
}
