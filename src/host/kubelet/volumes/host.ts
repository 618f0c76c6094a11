import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { MountError } from './files.ts';

/**
 * Checks what a `hostPath` says is there, and makes it where it says so.
 * @param mayMake whether pods may do so here
 * @throws MountError
 */
export function checkHostPath(path: string, type: string, mayMake: boolean): string {
  const found = statSync(path, { throwIfNoEntry: false });
  if (type === '') return path;
  if (type.endsWith('OrCreate') && found === undefined && !mayMake) {
    throw new MountError(
      `there is no ${path}, and only davit up --allow-host-processes makes what a hostPath names`,
    );
  }
  if (type === 'DirectoryOrCreate' && found === undefined) mkdirSync(path, { recursive: true });
  else if (type === 'FileOrCreate' && found === undefined) writeFileSync(path, '');
  const there = statSync(path, { throwIfNoEntry: false });
  const wanted: Readonly<Record<string, [boolean | undefined, string]>> = {
    Directory: [there?.isDirectory(), 'a directory'],
    DirectoryOrCreate: [there?.isDirectory(), 'a directory'],
    File: [there?.isFile(), 'a file'],
    FileOrCreate: [there?.isFile(), 'a file'],
    Socket: [there?.isSocket(), 'a socket file'],
    CharDevice: [there?.isCharacterDevice(), 'a character device'],
    BlockDevice: [there?.isBlockDevice(), 'a block device'],
  };
  const [good, what] = wanted[type] ?? [false, type];
  if (good !== true) throw new MountError(`hostPath type check failed: ${path} is not ${what}`);
  return path;
}
