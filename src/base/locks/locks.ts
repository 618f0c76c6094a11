import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processInfo } from '../detached/index.ts';

/** Milliseconds between two looks at a lock that another process has. */
const look = 50;
let count = 0;

/**
 * Does work that only one process may do at a time; a lock whose owner is gone is taken over.
 * @param folder the lock: there while somebody has it, in a folder that is there
 * @throws what the signal says when it comes before the lock was had
 */
export async function alone<T>(folder: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  while (!(await take(folder))) {
    signal.throwIfAborted();
    await new Promise(resolve => setTimeout(resolve, look));
  }
  try {
    return await work();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function take(folder: string): Promise<boolean> {
  // Made beside and moved into place: a lock without an owner's name is never seen.
  const fresh = `${folder}.${process.pid}.${count++}`;
  await mkdir(fresh, { recursive: true });
  await writeFile(join(fresh, 'owner'), named(process.pid));
  try {
    await rename(fresh, folder);
    return true;
  } catch {
    await rm(fresh, { recursive: true, force: true });
  }
  await releaseIfDead(folder);
  return false;
}

async function releaseIfDead(folder: string): Promise<void> {
  const owner = await ownerOf(folder);
  if (owner === undefined || isAlive(owner)) return;
  const stale = `${folder}.stale.${process.pid}.${count++}`;
  try {
    await rename(folder, stale);
  } catch {
    return;
  }
  // Another may have released it and taken it anew between the two looks: then it gets it back.
  const moved = (await ownerOf(stale)) ?? owner;
  if (moved !== owner && (await rename(stale, folder).then(yes, no))) return;
  await rm(stale, { recursive: true, force: true });
}

const yes = (): boolean => true;
const no = (): boolean => false;

/** A process as it is written down: its number and when it began, as the number is given again after a restart of the machine. */
function named(pid: number): string {
  return `${pid} ${processInfo(pid)?.start ?? ''}`;
}

async function ownerOf(folder: string): Promise<string | undefined> {
  return readFile(join(folder, 'owner'), 'utf8').catch(() => undefined);
}

function isAlive(owner: string): boolean {
  const [pid, start] = owner.split(' ');
  const found = processInfo(Number(pid));
  return found !== undefined && !found.defunct && found.start === start;
}
