import { sessionCookie } from '../../../base/access/index.ts';
import type { Head } from '../../../base/net/index.ts';
import { cookieValues } from './cookies.ts';

/** What a request shows of who sends it. */
export type Credential =
  | { readonly kind: 'none' }
  /** Said by the program itself: no browser adds it to what another page makes it send. */
  | { readonly kind: 'bearer'; readonly value: string }
  /** More than one where somebody has planted another. */
  | { readonly kind: 'cookie'; readonly values: readonly string[] }
  /** An Authorization that is none of ours. */
  | { readonly kind: 'unusable' };

const none: Credential = { kind: 'none' };
const unusable: Credential = { kind: 'unusable' };
const bearer = /^bearer +([\w.~+/-]+=*)$/i;
/** What a handle may look like; anything else is no cookie of ours. */
const handle = /^[\w.~+/-]{16,512}={0,2}$/;
const longest = 16 * 1024;
const mostCookies = 4;

/** Reads what a request shows: what it says itself comes before what a browser adds. */
export function credentialOf(head: Head): Credential {
  const authorization = head.header('authorization');
  const token = head.header('x-auth-token');
  const spoken = authorization === undefined ? token : bearer.exec(authorization)?.[1];
  if (spoken !== undefined && isOnce(head, authorization)) {
    return spoken.length > longest || spoken === '' ? unusable : { kind: 'bearer', value: spoken };
  }
  const values = cookieValues(head.header('cookie'), sessionCookie).filter(one => handle.test(one));
  if (values.length > 0 && values.length <= mostCookies) return { kind: 'cookie', values };
  return authorization === undefined && token === undefined ? none : unusable;
}

/** Of two Authorization fields the one that is checked here need not be the one that is believed elsewhere. */
function isOnce(head: Head, authorization: string | undefined): boolean {
  if (authorization === undefined) return true;
  const fields = head.fields?.() ?? [];
  return fields.filter(([name]) => name.toLowerCase() === 'authorization').length <= 1;
}

/**
 * Fields that may hold a credential of ours that was not looked at, for another was, or may be read in two ways: they are for nobody
 * behind.
 */
export function unread(head: Head): readonly string[] {
  const authorization = head.header('authorization');
  if (authorization === undefined) return [];
  return isOnce(head, authorization) ? ['x-auth-token'] : ['authorization', 'x-auth-token'];
}

const marks = [
  'sec-fetch-site',
  'sec-fetch-mode',
  'sec-fetch-dest',
  'sec-fetch-user',
  'origin',
  'referer',
  'upgrade-insecure-requests',
];

/** Whether a browser has sent it: only what pages cannot take off counts, never the name that a program gives itself. */
export function isBrowser(head: Head): boolean {
  return marks.some(name => head.header(name) !== undefined);
}

/** Whether another page has made a browser send it. What bears no mark of a browser was sent by a program on its own. */
export function isForeign(head: Head): boolean {
  const site = head.header('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  const origin = head.header('origin');
  if (origin !== undefined) return hostOf(origin) !== head.header('host')?.toLowerCase();
  if (site !== undefined) return false;
  const referer = head.header('referer');
  return referer !== undefined && hostOf(referer) !== head.header('host')?.toLowerCase();
}

function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).host : undefined;
}

const safe = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a request may change something, or opens a way on which anything may be sent. */
export function isUnsafe(method: string, head: Head): boolean {
  return !safe.has(method) || head.header('upgrade') !== undefined;
}
