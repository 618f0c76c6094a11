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
import { dirname, join } from 'node:path';

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
  mkdirSync(folder, { recursive: true });
  const fresh = `..${stamp}`;
  const old = linkOf(join(folder, data));
  for (const [path, { bytes, mode }] of files) {
    const file = join(folder, fresh, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes, { mode });
    chmodSync(file, mode);
  }
  mkdirSync(join(folder, fresh), { recursive: true });
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

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
