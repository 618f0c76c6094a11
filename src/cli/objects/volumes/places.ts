import { lstat, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, normalize, relative, sep } from 'node:path';
import { Complaint } from '../failures.ts';

/** A path in the volume of a claim, as a command line names it. */
export interface ClaimPath {
  /** Undefined: the namespace that is meant anyway. */
  readonly namespace: string | undefined;
  readonly claim: string;
  /** Relative to the volume, as it was typed; empty for the volume itself. */
  readonly path: string;
}

/**
 * Reads `[NAMESPACE/]CLAIM:PATH`; undefined for a path of this machine, which has no colon, or begins with `/` or `.`. Pure.
 * @throws Complaint for a colon behind what is no claim
 */
export function claimPathIn(word: string): ClaimPath | undefined {
  const colon = word.indexOf(':');
  if (colon === -1 || word.startsWith('/') || word.startsWith('.')) return undefined;
  return { ...claimIn(word.slice(0, colon)), path: word.slice(colon + 1) };
}

/** Reads `[NAMESPACE/]CLAIM`. Pure. @throws Complaint */
export function claimIn(word: string): Omit<ClaimPath, 'path'> {
  const parts = word.split('/');
  const [claim = '', namespace] = parts.toReversed();
  if (parts.length > 2 || claim === '' || namespace === '') {
    throw new Complaint(
      `found the claim ${JSON.stringify(word)}, expected CLAIM or NAMESPACE/CLAIM; a file of this machine whose name has a colon is written ./NAME`,
    );
  }
  return { namespace, claim };
}

/**
 * Where a path in a folder is on this machine, with its links followed as far as it is there.
 * @throws Complaint for one that leads out of the folder, by dots or by a link
 */
export async function placeIn(folder: string, path: string, what: string): Promise<string> {
  const plain = normalize(path === '' ? '.' : path);
  if (path.includes('\0') || isAbsolute(plain) || plain === '..' || plain.startsWith(`..${sep}`)) {
    throw new Complaint(
      `${what}: found the path ${JSON.stringify(path)}, expected one in the volume, without a / before it`,
    );
  }
  const root = await realpath(folder);
  const place = await followed(join(root, plain), what);
  if (!isBelow(root, place)) {
    throw new Complaint(`${what}: the path ${JSON.stringify(path)} leads out of the volume by a link`);
  }
  return place;
}

/** Whether a path is a folder or lies in it. Pure. */
export function isBelow(folder: string, path: string): boolean {
  const rest = relative(folder, path);
  return rest === '' || (rest !== '..' && !rest.startsWith(`..${sep}`) && !isAbsolute(rest));
}

/** A path without links; what is not there yet is kept as it is. @throws Complaint for a link that leads nowhere */
export async function followed(path: string, what: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTDIR') throw new Complaint(`${what}: a part of the path is a file, expected folders`);
    if (code !== 'ENOENT') throw error;
  }
  // A link that leads nowhere would be written through.
  const there = await lstat(path).catch(() => undefined);
  if (there !== undefined) throw new Complaint(`${what}: found a link that leads nowhere`);
  return join(await followed(dirname(path), what), path.slice(dirname(path).length));
}
