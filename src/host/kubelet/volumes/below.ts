import { mkdirSync, realpathSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import { MountError } from './files.ts';

/**
 * A path in a volume, made as a folder where nothing is. Links in the volume are followed; what leads out of it is refused before
 * anything is made.
 * @param place where the volume lies
 * @param volume its name, for the error
 * @throws MountError
 */
export function madeBelow(place: string, below: string, volume: string): string {
  const path = normalize(below);
  const source = join(place, path);
  const where = `subPath ${JSON.stringify(below)}`;
  try {
    const root = realpathSync(place);
    const escapes = path === '..' || path.startsWith('../') || path.startsWith('/');
    if (escapes || !liesIn(root, nearest(source))) {
      throw new MountError(`${where} leads out of volume ${JSON.stringify(volume)}`);
    }
    made(source);
    if (liesIn(root, realpathSync(source))) return source;
    throw new MountError(`${where} leads out of volume ${JSON.stringify(volume)}`);
  } catch (error) {
    if (error instanceof MountError) throw error;
    throw new MountError(`${where} of volume ${JSON.stringify(volume)}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** Whether a path without links is a folder or lies in it. Pure. */
export function liesIn(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

function made(source: string): void {
  try {
    mkdirSync(source, { recursive: true });
  } catch (error) {
    // A file is mounted as it is.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** The nearest of a path and the folders that it is in which is there, without links. */
function nearest(path: string): string {
  for (let at = path; ; at = dirname(at)) {
    try {
      return realpathSync(at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || at === dirname(at)) throw error;
    }
  }
}
