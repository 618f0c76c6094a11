import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

/** Why a command cannot be started, in the words of a container runtime; undefined when it can. */
export function notExecutable(name: string, folder: string, path: string): string | undefined {
  const quoted = `exec: ${JSON.stringify(name)}`;
  if (!name.includes('/')) {
    const found = path.split(delimiter).some(place => place !== '' && isExecutable(join(place, name)));
    return found ? undefined : `${quoted}: executable file not found in $PATH`;
  }
  const file = resolve(folder, name);
  if (isExecutable(file)) return undefined;
  const there = statSync(file, { throwIfNoEntry: false }) !== undefined;
  return `${quoted}: ${there ? 'permission denied' : `stat ${name}: no such file or directory`}`;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
