import { sessionCookie } from '../../../base/access/index.ts';
import type { Head } from '../../../base/net/index.ts';

/** What a request shows of who sends it: a bearer, nothing, or something that is no credential of ours. */
export type Shown = { readonly bearer: string } | 'nothing' | 'unusable';

const bearer = /^bearer +([\w.~+/-]{1,16384}=*)$/i;
const token = /^[\w.~+/-]{1,16384}=*$/;

/** Reads what a request shows: Authorization first, then X-Auth-Token, then the cookie of a session. */
export function shownBy(head: Head): Shown {
  const authorization = head.header('authorization');
  if (authorization !== undefined) {
    // Of two fields the one that is looked at here need not be the one that is believed behind.
    return isOnce(head) ? usable(bearer.exec(authorization)?.[1]) : 'unusable';
  }
  const said = head.header('x-auth-token');
  if (said !== undefined) return usable(token.exec(said)?.[0]);
  const cookies = head.header('cookie');
  if (cookies === undefined || !cookies.includes(sessionCookie)) return 'nothing';
  const [first, ...others] = sessionsIn(cookies);
  if (first === undefined) return 'nothing';
  return others.length > 0 ? 'unusable' : usable(token.exec(first)?.[0]);
}

function usable(value: string | undefined): Shown {
  return value === undefined ? 'unusable' : { bearer: value };
}

function isOnce(head: Head): boolean {
  const fields = head.fields?.() ?? [];
  return fields.filter(([name]) => name.toLowerCase() === 'authorization').length <= 1;
}

/** The distinct values of cookies of a session. */
function sessionsIn(cookies: string): readonly string[] {
  const values = cookies.split(';').flatMap(pair => {
    const equals = pair.indexOf('=');
    if (equals < 0 || pair.slice(0, equals).trim() !== sessionCookie) return [];
    return pair.slice(equals + 1).trim();
  });
  return [...new Set(values)];
}

/** A Cookie field without the cookie of a session; empty when nothing is left. */
export function withoutSession(cookies: string): string {
  const kept = cookies.split(';').filter(pair => pair.split('=', 1)[0]?.trim() !== sessionCookie);
  return kept.join(';').trim();
}
