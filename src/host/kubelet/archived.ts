import type { Mount } from '../runners/index.ts';

/**
 * `tar cf - /mnt/models`, which is how files are copied out of a container, with an archive that names them as the container does: whoever
 * unpacks it looks for the path that it asked for, and not for where that is on this machine. Takes GNU's tar. Pure.
 * @param words as asked
 * @param argv the same, with paths of this machine
 */
export function archived(
  words: readonly string[],
  argv: readonly string[],
  mounts: readonly Mount[],
): readonly string[] {
  const [program, mode = '', file = '', ...paths] = argv;
  const creates = program === 'tar' && /^-?c[a-zA-Z]*f$/.test(mode);
  if (!creates || argv.every((word, index) => word === words[index])) return argv;
  const renamed = mounts
    .filter(({ source }) => paths.some(path => path === source || path.startsWith(`${source}/`)))
    .map(({ at, source }) => `--transform=flags=r;s,^/*${pattern(source)}\\(/\\|$\\),${replacement(at)}\\1,`);
  return [program, mode, file, ...renamed, ...paths];
}

function pattern(path: string): string {
  return trimmed(path).replaceAll(/[.*[\]^$\\,]/g, String.raw`\$&`);
}

function replacement(path: string): string {
  return trimmed(path).replaceAll(/[&\\,]/g, String.raw`\$&`);
}

/** Names in an archive have no slash at the beginning. */
function trimmed(path: string): string {
  return path.replaceAll(/^\/+|\/+$/g, '');
}
