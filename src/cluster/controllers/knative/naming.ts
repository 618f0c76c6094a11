import { createHash } from 'node:crypto';

/** Characters that a name may have wherever a DNS label is asked for. */
const longest = 63;
const digits = 32;

/**
 * The name of what is made for a parent: the parent's with a suffix; where that is too long, the beginning of the parent's name, a digest
 * of all of it, and the suffix (as Knative's `kmeta.ChildName`, so that names are the same as on a cluster).
 */
export function childName(parent: string, suffix: string): string {
  if (parent.length + suffix.length <= longest) return parent + suffix;
  const kept = parent.slice(0, longest - digits - suffix.length);
  return `${kept}${createHash('md5').update(parent).digest('hex')}${suffix}`;
}
