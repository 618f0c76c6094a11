/** A mount as a process sees it. */
interface Seen {
  /** Number of its file system. */
  readonly device: string;
  /** What of its file system it shows. */
  readonly root: string;
  readonly at: string;
}

/**
 * The folders that a container does not have mounted, though it was to: between the last look at a folder and its mount, somebody else put a
 * link there. Pure.
 * @param theirs `/proc/PID/mountinfo` of the container
 * @param ours that of whoever looked at the folders
 * @param sources without links
 */
export function astray(theirs: string, ours: string, sources: readonly string[]): readonly string[] {
  const [there, here] = [mountsIn(theirs), mountsIn(ours)];
  const left = there.map(({ device, root }) => `${device} ${root}`);
  return sources.filter(source => {
    const at = left.indexOf(nameOf(source, here) ?? '');
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
}

/** What a folder is called on its file system, wherever that is mounted. */
function nameOf(path: string, mounts: readonly Seen[]): string | undefined {
  const above = mounts.filter(({ at }) => at === '/' || path === at || path.startsWith(`${at}/`));
  // Of two at the same place the later one is seen.
  const mount = above.toSorted((a, b) => a.at.length - b.at.length).at(-1);
  if (mount === undefined) return undefined;
  const { device, root, at } = mount;
  const rest = at === '/' ? path : path.slice(at.length);
  const whole = root === '/' ? rest : root + (rest === '/' ? '' : rest);
  return `${device} ${whole === '' ? '/' : whole}`;
}

function mountsIn(text: string): Seen[] {
  return text.split('\n').flatMap(line => {
    const [, , device, root, at] = line.split(' ').map(plain);
    return device === undefined || root === undefined || at === undefined ? [] : [{ device, root, at }];
  });
}

/** Blanks and the like are written as octal numbers. */
function plain(word: string): string {
  return word.replaceAll(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
