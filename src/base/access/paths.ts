/** A space and bytes of other alphabets have to be encoded; whatever else is encoded is there to mislead one of those who read it. */
const misleading = /[\\;#\0-\x20\x7F]|\/\/|%(?!20|[89a-f][0-9a-f])/i;
const dots = /(^|\/)\.\.?(\/|$)/;

/**
 * The path of a request target as every server reads it: decoded, without its query. Undefined when two servers may read it
 * differently: `..`, `//`, `;`, `\`, a slash or a letter that is encoded, bytes that are no UTF-8, a target that is no path.
 */
export function plainPath(target: string): string | undefined {
  const query = target.indexOf('?');
  const raw = query < 0 ? target : target.slice(0, query);
  if (!raw.startsWith('/') || misleading.test(raw) || dots.test(raw)) return undefined;
  if (!raw.includes('%')) return raw;
  try {
    return decodeURIComponent(raw);
  } catch {
    return undefined;
  }
}

/** Whether a path is a prefix itself or lies below it: `/dex` holds `/dex` and `/dex/auth`, never `/dexter`. */
export function isBelow(path: string, prefix: string): boolean {
  const stem = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
  return path === stem || path === `${stem}/` || path.startsWith(`${stem}/`);
}
