import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Complaint } from '../failures.ts';
import { isBelow } from './places.ts';

/** A file or a folder below another, with its links followed. */
export interface Found {
  /** Relative to where the walk began; empty for that itself. */
  readonly path: string;
  /** Where its bytes are. */
  readonly place: string;
  readonly kind: 'file' | 'folder';
  readonly bytes: number;
  readonly mode: number;
  /** Which file it is, whatever its path is by the time that it is read. */
  readonly device: bigint;
  readonly inode: bigint;
}

/** What lies in a folder, as it is shown. */
export interface Entry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly changed: number;
}

/** A file, or what lies in a folder, by name; links are not followed. */
export async function entriesOf(place: string, name: string): Promise<readonly Entry[]> {
  const own = await entryAt(place, name);
  if (own.kind !== 'folder') return [own];
  const names = (await readdir(place)).toSorted();
  return Promise.all(names.map(one => entryAt(join(place, one), one)));
}

async function entryAt(path: string, name: string): Promise<Entry> {
  const info = await lstat(path);
  const kinds = { file: info.isFile(), folder: info.isDirectory(), link: info.isSymbolicLink() };
  const kind = (['file', 'folder', 'link'] as const).find(one => kinds[one]) ?? 'other';
  return { name, kind, bytes: kind === 'file' ? info.size : 0, changed: info.mtimeMs };
}

/** What is in a volume, counted; links are not followed. */
export async function usedIn(folder: string): Promise<{ readonly files: number; readonly bytes: number }> {
  let files = 0;
  let bytes = 0;
  const open = [folder];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const entry of await readdir(next, { withFileTypes: true })) {
      const path = join(next, entry.name);
      if (entry.isDirectory()) open.push(path);
      else if (entry.isFile()) {
        files++;
        bytes += (await lstat(path).catch(() => ({ size: 0 }))).size;
      }
    }
  }
  return { files, bytes };
}

/**
 * A file, or a folder and everything in it, folders before what is in them.
 * @param root links may lead to what lies below it; undefined: anywhere
 * @throws Complaint for a link that leads out, in a circle or nowhere, and for what is neither file nor folder
 */
export async function* walk(start: string, root: string | undefined): AsyncGenerator<Found> {
  yield* visit('', start, root, []);
}

async function* visit(
  path: string,
  at: string,
  root: string | undefined,
  above: readonly string[],
): AsyncGenerator<Found> {
  const place = await realpath(at).catch(() => {
    throw new Complaint(`${at} is a link that leads nowhere`);
  });
  if (root !== undefined && !isBelow(root, place)) {
    throw new Complaint(`${at} is a link that leads out of the volume, to ${place}`);
  }
  const info = await stat(place, { bigint: true });
  const about = { path, place, mode: Number(info.mode), device: info.dev, inode: info.ino };
  if (info.isFile()) {
    yield { ...about, kind: 'file', bytes: Number(info.size) };
    return;
  }
  if (!info.isDirectory()) throw new Complaint(`${at} is neither a file nor a folder`);
  if (above.includes(place)) throw new Complaint(`${at} is a link to a folder that it is in`);
  yield { ...about, kind: 'folder', bytes: 0 };
  for (const name of (await readdir(place)).toSorted()) {
    yield* visit(join(path, name), join(place, name), root, [...above, place]);
  }
}
