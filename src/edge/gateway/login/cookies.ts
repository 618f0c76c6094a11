/** The distinct values that cookies of a name have: an attacker on a neighbouring host can add to those that are ours. */
export function cookieValues(header: string | undefined, name: string): readonly string[] {
  if (header === undefined || !header.includes(name)) return [];
  const values = pairs(header).flatMap(([one, value]) => (one === name ? [value] : []));
  return values.length > 1 ? [...new Set(values)] : values;
}

/** Names of cookies that begin so, in the order in which the client sent them: of the oldest first. */
export function cookieNames(header: string | undefined, prefix: string): readonly string[] {
  if (header === undefined || !header.includes(prefix)) return [];
  return pairs(header).flatMap(([name]) => (name.startsWith(prefix) ? [name] : []));
}

/** A Cookie field without those that are for the gateway alone; empty when nothing is left. */
export function withoutCookies(header: string, ours: (name: string) => boolean): string {
  const kept = header.split(';').filter(pair => !ours(pair.split('=', 1)[0]?.trim() ?? ''));
  return kept.join(';').trim();
}

function pairs(header: string): (readonly [name: string, value: string])[] {
  // Programs send one cookie.
  if (!header.includes(';')) return pairIn(header);
  return header.split(';').flatMap(pairIn);
}

function pairIn(text: string): [] | [readonly [name: string, value: string]] {
  const equals = text.indexOf('=');
  if (equals < 0) return [];
  const value = text.slice(equals + 1).trim();
  const quoted = value.length > 1 && value.startsWith('"') && value.endsWith('"');
  return [[text.slice(0, equals).trim(), quoted ? value.slice(1, -1) : value]];
}

export interface CookieFacts {
  readonly name: string;
  readonly value: string;
  /** When it ends, milliseconds since 1970, and how long that is from now. */
  readonly expires: number;
  readonly lifetime: number;
  /** Whether it is for https alone. */
  readonly secure: boolean;
}

/** The value of a Set-Cookie field. */
export function setCookie({ name, value, expires, lifetime, secure }: CookieFacts): string {
  const seconds = Math.max(0, Math.floor(lifetime / 1000));
  const date = new Date(expires).toUTCString();
  const ending = secure ? '; Secure' : '';
  return `${name}=${value}; Path=/; Expires=${date}; Max-Age=${seconds}; HttpOnly; SameSite=Lax${ending}`;
}

/** The value of a Set-Cookie field that takes a cookie away. */
export function clearCookie(name: string, secure: boolean): string {
  return setCookie({ name, value: '', expires: 1000, lifetime: 0, secure });
}
