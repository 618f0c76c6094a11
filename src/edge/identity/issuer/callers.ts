import { addressOfPeer, networkOf } from '../../../base/addresses/index.ts';
import type { Head } from '../../../base/net/index.ts';

/** What a request shows of who sent it. */
export interface Caller {
  /** Whether it comes from a browser, where one site can make another’s visitor send requests. */
  readonly isBrowser: boolean;
  /** All of this machine are one: `loopback`. */
  readonly address: string;
  /** What is counted of it: its address, or the network of IPv6 that it has. */
  readonly network: string;
  /** Whether a browser says that a page of this very site sent it. */
  readonly fromHere: boolean;
  readonly cookies: ReadonlyMap<string, string>;
}

/** What all addresses of this machine are called. */
export const loopback = 'loopback';

/** Fields that browsers send and no page can take away. What a program calls itself tells nothing. */
const marks = [
  'sec-fetch-site',
  'sec-fetch-mode',
  'sec-fetch-dest',
  'sec-fetch-user',
  'origin',
  'referer',
  'upgrade-insecure-requests',
];

export function callerOf(head: Head, isProxy: (address: string) => boolean): Caller {
  const address = addressOf(head, isProxy);
  return {
    isBrowser: marks.some(name => head.header(name) !== undefined),
    address,
    network: networkOf(address),
    fromHere: comesFromHere(head),
    cookies: cookiesOf(head.header('cookie') ?? ''),
  };
}

function addressOf(head: Head, isProxy: (address: string) => boolean): string {
  const direct = addressOfPeer(head.peer?.address ?? '');
  const said = head.header('x-forwarded-for')?.split(',').at(-1)?.trim() ?? '';
  const address = said !== '' && isProxy(direct) ? said : direct;
  return isLoopback(address) ? loopback : address.slice(0, 64);
}

export function isLoopback(address: string): boolean {
  return /^(::ffff:)?127\.\d+\.\d+\.\d+$|^\[?::1\]?$/.test(address);
}

function comesFromHere(head: Head): boolean {
  const site = head.header('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const from = head.header('origin') ?? head.header('referer');
  const here = hostOf(`http://${head.header('host') ?? ''}`);
  return from !== undefined && here !== undefined && hostOf(from) === here;
}

/** Host and port, without the usual port of the scheme. */
function hostOf(url: string): string | undefined {
  const parsed = URL.parse(url);
  return parsed === null || parsed.host === '' ? undefined : parsed.host;
}

/** More cookies than browsers send to one site are not looked at. */
const most = 200;

/** Of several cookies of one name the first counts, which is the one with the longest path. */
export function cookiesOf(field: string): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  for (const pair of field.split(';', most)) {
    const equals = pair.indexOf('=');
    const name = pair.slice(0, Math.max(0, equals)).trim();
    if (name !== '' && !cookies.has(name)) cookies.set(name, pair.slice(equals + 1).trim());
  }
  return cookies;
}
