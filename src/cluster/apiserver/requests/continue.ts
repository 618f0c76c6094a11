import { badRequest } from '../../meta/index.ts';

/** Where a continued list goes on, and of which revision it is; undefined revision: the newest. */
export interface Continued {
  readonly revision: number | undefined;
  readonly namespace: string;
  readonly name: string;
}

/** A token to go on after a place; -1 for the newest revision. */
export function continueToken(
  revision: number,
  { namespace, name }: { namespace: string; name: string },
): string {
  const start = namespace === '' ? `${name}\u0000` : `${namespace}/${name}\u0000`;
  const text = JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start });
  return Buffer.from(text).toString('base64url');
}

/**
 * Reads a token.
 * @throws StatusError 400 when it is none.
 */
export function continueFrom(token: string): Continued {
  const bad = /[^A-Za-z0-9_-]/.exec(token);
  if (bad !== null) throw notValid(`illegal base64 data at input byte ${bad.index}`);
  if (token.length % 4 === 1) throw notValid(`illegal base64 data at input byte ${token.length - 1}`);
  const text = Buffer.from(token, 'base64url').toString('latin1');
  const { v, rv, start } = parsed(text);
  if (v !== 'meta.k8s.io/v1')
    throw notValid(`server does not recognize this encoded version ${JSON.stringify(v ?? '')}`);
  if (typeof start !== 'string' || start === '')
    throw notValid('encoded start key empty (version meta.k8s.io/v1)');
  if (typeof rv !== 'number' || !Number.isInteger(rv) || rv === 0) {
    throw notValid('incorrect encoded start resourceVersion (version meta.k8s.io/v1)');
  }
  const key = Buffer.from(start.endsWith('\0') ? start.slice(0, -1) : start, 'latin1').toString();
  const slash = key.indexOf('/');
  return {
    revision: rv < 0 ? undefined : rv,
    namespace: slash < 0 ? '' : key.slice(0, slash),
    name: key.slice(slash + 1),
  };
}

function notValid(detail: string): Error {
  return badRequest(`invalid continue token: continue key is not valid: ${detail}`);
}

function parsed(text: string): { v?: unknown; rv?: unknown; start?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    const first = text[0];
    if (first === undefined) throw notValid('unexpected end of JSON input');
    throw notValid(`invalid character ${goQuoted(first)} looking for beginning of value`);
  }
}

function goQuoted(char: string): string {
  const code = char.charCodeAt(0);
  if (char === "'") return String.raw`'\''`;
  const printable = (code >= 0x20 && code < 0x7f) || code >= 0xa1;
  return printable ? `'${char}'` : `'\\u${code.toString(16).padStart(4, '0')}'`;
}
