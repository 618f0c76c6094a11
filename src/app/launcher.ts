import { fileURLToPath } from 'node:url';

/** The command `davit`, for files that name programs: built or not, it lies two folders above this one. */
export function launcherPath(): string {
  return fileURLToPath(new URL('../../bin/davit', import.meta.url));
}
