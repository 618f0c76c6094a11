import { mkdir, open, rename, rm, stat, statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Complaint } from '../failures.ts';
import { type Found, walk } from './listing.ts';
import { openBelow } from './opening.ts';
import { followed, isBelow } from './places.ts';
import { openFound } from './reading.ts';

export interface Copy {
  readonly from: string;
  /** Links of the source may lead to what lies below it; undefined: anywhere. */
  readonly within: string | undefined;
  /** What is written has to lie below it, without links, whatever links are at the target; undefined: anywhere. */
  readonly below?: string;
  /** Where it is to be: not there yet, or a file that is replaced, or a folder that is added to. */
  readonly to: string;
  /** Learns how many bytes of all have been copied. */
  readonly onProgress: (done: number, all: number) => void;
  /** Milliseconds between two reports. */
  readonly every?: number;
}

export interface Copied {
  readonly files: number;
  readonly bytes: number;
}

const usualEvery = 250;
/** Bytes that are copied at a time. */
const piece = 1024 * 1024;
/** What is being written is called so until it is whole. */
const unfinished = '.davit-copy';

/**
 * Where a file or folder goes that is copied to a place: into it where it is a folder or is to be one, else to that name.
 * @param from as it was typed: `folder/.` means what is in the folder
 */
export async function destination(from: string, name: string, to: string, typed: string): Promise<string> {
  const info = await stat(to).catch(() => undefined);
  const asFolder = info?.isDirectory() === true || (info === undefined && /(^|\/)$/.test(typed));
  return asFolder && !/(^|\/)\.$/.test(from) ? join(to, name) : to;
}

/**
 * Copies a file, or a folder with everything in it. Each file appears once it is whole.
 * @throws Complaint when there is too little space, or for what cannot be copied
 */
export async function copy(request: Copy): Promise<Copied> {
  const { from, within, to, below, onProgress, every = usualEvery } = request;
  const found = await listed(from, within);
  await check(found, request);
  const bytes = found.reduce((sum, one) => sum + one.bytes, 0);
  let done = 0;
  let told = performance.now();
  for (const one of found) {
    const target = one.path === '' ? to : join(to, one.path);
    // It is there, and what it lies in is no part of it.
    if (target === below) continue;
    await mkdir(dirname(target), { recursive: true });
    await inFolder(dirname(target), below, async folder => {
      const place = join(folder, basename(target));
      if (one.kind === 'folder') return made(place);
      return copyFile(one, within, place, count => {
        done += count;
        if (performance.now() - told < every) return;
        told = performance.now();
        onProgress(done, bytes);
      });
    });
  }
  return { files: found.filter(({ kind }) => kind === 'file').length, bytes };
}

/** Works in a folder that has to lie below another one. */
async function inFolder(
  folder: string,
  below: string | undefined,
  work: (folder: string) => Promise<void>,
): Promise<void> {
  if (below === undefined) return work(folder);
  const { handle, path } = await openBelow(folder, below);
  try {
    await work(path);
  } finally {
    await handle.close();
  }
}

/** Makes a folder; one that is there, or a link to one, stays. */
async function made(place: string): Promise<void> {
  await mkdir(place).catch(async (error: NodeJS.ErrnoException) => {
    const there = error.code === 'EEXIST' ? await stat(place).catch(() => undefined) : undefined;
    if (there?.isDirectory() !== true) throw error;
  });
}

async function listed(from: string, within: string | undefined): Promise<readonly Found[]> {
  const found: Found[] = [];
  for await (const one of walk(from, within)) found.push(one);
  return found;
}

async function check(found: readonly Found[], { from, to }: Copy): Promise<void> {
  const first = found[0];
  const there = await stat(to).catch(() => undefined);
  if (first?.kind === 'folder' && there?.isFile() === true) {
    throw new Complaint(`${to} is a file, expected a folder for what is in ${from}`);
  }
  if (first?.kind === 'file' && there?.isDirectory() === true) {
    throw new Complaint(`${to} is a folder, expected a file or nothing there`);
  }
  const real = await followed(to, to);
  if (first?.kind === 'folder' && isBelow(first.place, real)) {
    throw new Complaint(`${to} lies in ${from}: a folder is not copied into itself`);
  }
  const needed = found.reduce((sum, { bytes }) => sum + bytes, 0);
  const free = await freeAt(real);
  if (needed > free)
    throw new Complaint(`${from} has ${needed} bytes, and where ${to} is there is room for ${free}`);
}

/** Bytes that are free on the file system of a path, whether or not it is there yet. */
async function freeAt(path: string): Promise<number> {
  for (let at = path; ; at = dirname(at)) {
    try {
      const { bavail, bsize } = await statfs(at);
      return bavail * bsize;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || at === dirname(at)) throw error;
    }
  }
}

async function copyFile(
  found: Found,
  within: string | undefined,
  target: string,
  onBytes: (count: number) => void,
): Promise<void> {
  const beside = join(dirname(target), `.${basename(target)}${unfinished}`);
  await rm(beside, { force: true });
  try {
    const source = await openFound(found, within);
    try {
      const written = await open(beside, 'wx', found.mode & 0o777);
      try {
        const buffer = Buffer.alloc(piece);
        for (;;) {
          const { bytesRead } = await source.read(buffer, 0, piece);
          if (bytesRead === 0) break;
          await written.writeFile(buffer.subarray(0, bytesRead));
          onBytes(bytesRead);
        }
      } finally {
        await written.close();
      }
    } finally {
      await source.close();
    }
    await rename(beside, target);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}
