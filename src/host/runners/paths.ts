/** A folder or file that a container sees somewhere else. */
export interface Mount {
  /** Where the container sees it. */
  readonly at: string;
  /** Where it is on this machine. */
  readonly source: string;
  /** Only a container of an engine is held to it. */
  readonly readOnly?: boolean;
}

/**
 * Replaces the paths of mounts by where they are, wherever a path stands in a text: `--model_dir=/mnt/models/1`, `file:///mnt/models`,
 * `/mnt/a:/mnt/b`. A longer path that only begins like one (`/mnt/models-old`) is left. Pure.
 */
export function onThisMachine(text: string, mounts: readonly Mount[]): string {
  if (mounts.length === 0 || !text.includes('/')) return text;
  const longestFirst = mounts.toSorted((a, b) => b.at.length - a.at.length);
  const places = new Map(longestFirst.map(({ at, source }) => [trimmed(at), source]));
  const names = [...places.keys()].map(name => name.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`));
  // A path begins where nothing of a path is before it, or behind the slashes of a URL without a host.
  const pattern = new RegExp(`(^|[^\\w./-]|:\\/\\/)(${names.join('|')})(?=$|[^\\w.-])`, 'g');
  return text.replaceAll(pattern, (_, before: string, name: string) => before + (places.get(name) ?? name));
}

function trimmed(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
