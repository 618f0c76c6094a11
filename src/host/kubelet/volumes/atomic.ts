import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

export interface VolumeFile {
  readonly bytes: Buffer;
  readonly mode: number;
}

const data = '..data';
/** How the folders are called that `data` leads to. */
const stamped = /^\.\.[\d.]*\d$/;

/**
 * Makes a folder hold files, so that a reader sees those before or those after, never a mix: they lie in a folder of their own, and one
 * link moves (the kubelet's AtomicWriter, whose names programs rely on).
 * @param stamp digits and dots, another one each time
 */
export function writeFiles(folder: string, files: ReadonlyMap<string, VolumeFile>, stamp: string): void {
  makeOpen(folder);
  const fresh = `..${stamp}`;
  makeOpen(join(folder, fresh));
  const old = linkOf(join(folder, data));
  for (const [path, { bytes, mode }] of files) {
    const file = join(folder, fresh, path);
    for (const part of foldersIn(path)) makeOpen(join(folder, fresh, part));
    writeFileSync(file, bytes, { mode });
    chmodSync(file, mode);
  }
  const beside = join(folder, '..data_tmp');
  rmSync(beside, { force: true });
  symlinkSync(fresh, beside);
  renameSync(beside, join(folder, data));
  const names = new Set([...files.keys()].map(path => path.split('/', 1)[0] ?? ''));
  for (const name of readdirSync(folder)) {
    if (!name.startsWith('..') && !names.has(name)) rmSync(join(folder, name), { force: true });
  }
  for (const name of names) {
    if (linkOf(join(folder, name)) === undefined) symlinkSync(join(data, name), join(folder, name));
  }
  // A link that somebody else put there may lead anywhere.
  if (old !== undefined && old !== fresh && stamped.test(old)) {
    rmSync(join(folder, old), { recursive: true, force: true });
  }
}

/** A folder that everybody may look into who gets to it, whatever the file mode mask of this process is. */
function makeOpen(path: string): void {
  mkdirSync(path, { recursive: true });
  chmodSync(path, 0o755);
}

/** `a/b/c` lies in `a` and `a/b`. */
function foldersIn(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, at) => parts.slice(0, at + 1).join('/'));
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
