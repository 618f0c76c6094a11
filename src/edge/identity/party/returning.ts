/** Longest path that a login returns to, bytes. */
export const longestReturn = 2048;

/** Slashes with nothing, blanks or dots between them: programs differ in where these lead. */
const doubtful = /[/\\](?:\s*|\.{1,2})[/\\]/;
const plain = /^[\x21-\x7e]+$/;

/** A path and query of this origin, as a login may return to; `/` in the place of anything that could lead elsewhere. Pure. */
export function returnPath(text: string): string {
  if (text.length > longestReturn || !text.startsWith('/') || !URL.canParse(text, origin)) return '/';
  const [path = ''] = text.split(/[?#]/, 1);
  if (doubtful.test(path) || path.includes('\\') || doubtful.test(decoded(path))) return '/';
  const url = new URL(text, origin);
  if (url.origin !== origin || url.pathname.startsWith('//')) return '/';
  const kept = plain.test(text) ? text.split('#', 1)[0] : undefined;
  // What browsers leave out may have stood between two parts that mean something else together.
  return kept ?? returnPath(`${url.pathname}${url.search}`);
}

const origin = 'http://here.invalid';

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return '//';
  }
}
