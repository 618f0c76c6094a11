import { plainAddress } from '../../base/addresses/index.ts';

/** What proxies before this gateway say of a request. */
export interface Forwarded {
  /** The address that it comes from: the nearest that is no proxy of ours. */
  readonly client: string;
  /** What was said of addresses before, by whoever that is: the nearest last. */
  readonly before: readonly string[];
  /** Whether people came over https; undefined when nobody says so. */
  readonly https: boolean | undefined;
  /** By which host people came; undefined when nobody says so. */
  readonly host: string | undefined;
}

export interface Saying {
  readonly header: (name: string) => string | undefined;
  /** The other end of the connection, which is believed. */
  readonly peer: string;
  readonly isTrusted: (address: string) => boolean;
}

/** Proxies that a request may have come by, one after the other. */
const mostHops = 32;

/**
 * Who sends a request that a trusted proxy has passed on. What it says in X-Forwarded-… counts, or else in Forwarded (RFC 7239). A proxy
 * sets one of the two and lets the other through as a client wrote it: where they name different clients, the proxy is as far as is
 * known. Pure.
 */
export function forwardedOf({ header, peer, isTrusted }: Saying): Forwarded {
  const listed = header('x-forwarded-for');
  const elements = elementsOf(header('forwarded'));
  // What cannot be read may hide who it names.
  if (elements === undefined) return { ...nobody, client: plainAddress(peer) ?? peer };
  const said = listed === undefined ? elements.map(one => one.get('for') ?? '') : listed.split(',');
  const found = nearest(said, peer, isTrusted);
  if (listed !== undefined && elements.length > 0) {
    const other = nearest(
      elements.map(one => one.get('for') ?? ''),
      peer,
      isTrusted,
    );
    if (other.client !== found.client) return { ...nobody, client: plainAddress(peer) ?? peer };
  }
  const last = elements.at(-1);
  const scheme = lastOf(header('x-forwarded-proto')) ?? last?.get('proto');
  const host = lastOf(header('x-forwarded-host')) ?? last?.get('host');
  return { ...found, https: isHttps(scheme), host: host !== undefined && isHost(host) ? host : undefined };
}

const nobody = { before: [], https: undefined, host: undefined };

/** Goes from this gateway towards the client, as far as those who say something are believed. */
function nearest(
  said: readonly string[],
  peer: string,
  isTrusted: Saying['isTrusted'],
): Pick<Forwarded, 'client' | 'before'> {
  let client = plainAddress(peer) ?? peer;
  let left = said.length;
  while (left > 0 && said.length - left < mostHops && isTrusted(client)) {
    const next = addressIn(said[left - 1] ?? '');
    if (next === undefined) break;
    client = next;
    left--;
  }
  const before = said.slice(0, left).flatMap(one => one.trim() || []);
  return { client, before };
}

/** An address as proxies write it, some of them with its port. */
function addressIn(text: string): string | undefined {
  const bare = text.trim().replace(/^"(.*)"$/, '$1');
  const [, six, four] = /^\[([^\]]*)\](?::\d+)?$|^(\d[\d.]*)(?::\d+)?$/.exec(bare) ?? [];
  return plainAddress(six ?? four ?? bare);
}

function lastOf(list: string | undefined): string | undefined {
  return list?.split(',').at(-1)?.trim();
}

function isHttps(scheme: string | undefined): boolean | undefined {
  const plain = scheme?.toLowerCase();
  return plain === 'https' ? true : plain === 'http' ? false : undefined;
}

function isHost(host: string): boolean {
  return host.length <= 255 && /^([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?$/i.test(host);
}

const quotable = String.raw`"((?:[^"\\]|\\.)*)"`;
const pair = new RegExp(String.raw`^\s*([!#$%&'*+.^_|~\w-]+)=(?:${quotable}|([^\s",;]*))\s*$`);

/** The elements of Forwarded, each what one proxy says; undefined when a part of it cannot be read. */
function elementsOf(field: string | undefined): ReadonlyMap<string, string>[] | undefined {
  if (field === undefined) return [];
  const elements: Map<string, string>[] = [];
  for (const element of divided(field, ',')) {
    const pairs = new Map<string, string>();
    for (const part of divided(element, ';')) {
      const [, name = '', quoted, plain = ''] = pair.exec(part) ?? [];
      if (name === '') return undefined;
      pairs.set(name.toLowerCase(), quoted?.replaceAll(/\\(.)/g, '$1') ?? plain);
    }
    elements.push(pairs);
  }
  return elements;
}

/** Divides a text where a mark stands outside quotes. */
function divided(text: string, mark: ',' | ';'): string[] {
  const parts: string[] = [''];
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const one = text[at] ?? '';
    if (one === '"') quoted = !quoted;
    if (one === mark && !quoted) {
      parts.push('');
      continue;
    }
    parts[parts.length - 1] += one;
    if (quoted && one === '\\') parts[parts.length - 1] += text[++at] ?? '';
  }
  return parts;
}
