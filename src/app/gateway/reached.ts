import { hostname } from 'node:os';
import { AddressBlocks } from '../../base/addresses/index.ts';
import { messageOf } from '../../base/errors/index.ts';
import { doorErrors } from './errors.ts';

/**
 * How people reach the gateway, as it was told: an origin, without a slash at its end.
 * @throws `gateway-url` for anything that is more, or less
 */
export function originOf(gatewayUrl: string): string {
  const url = URL.parse(gatewayUrl);
  const problem = url === null ? 'is no address' : problemOf(url, gatewayUrl);
  if (url !== null && problem === undefined) return url.origin;
  const text = `--gateway-url: found ${shown(gatewayUrl, url)}, which ${problem}; expected http or https, a host and a port at most, such as https://ml.example.com`;
  throw doorErrors.make['gateway-url'](text);
}

function problemOf(url: URL, text: string): string | undefined {
  if (!/^https?:$/.test(url.protocol)) return `has the scheme ${url.protocol.slice(0, 40)}`;
  if (url.username !== '' || url.password !== '') return 'has a name or a password in it';
  if (!/^\/*$/.test(url.pathname)) return `has the path ${url.pathname.slice(0, 100)}`;
  // An empty query or fragment leaves no trace in what was read.
  if (text.includes('?')) return 'has a query';
  return text.includes('#') ? 'has a fragment' : undefined;
}

/** What was found, without a password. */
function shown(text: string, url: URL | null): string {
  if (url !== null && (url.username !== '' || url.password !== '')) {
    return JSON.stringify(`${url.protocol}//…@${url.host}`);
  }
  return JSON.stringify(text.slice(0, 200));
}

/**
 * Proxies that the gateway is to believe; undefined when there are none.
 * @throws `gateway-proxy`
 */
export function proxiesOf(given: readonly string[]): AddressBlocks | undefined {
  if (given.length === 0) return undefined;
  try {
    return new AddressBlocks(given.flatMap(text => text.split(',')));
  } catch (cause) {
    const text = `--trusted-proxy: found ${JSON.stringify(messageOf(cause).slice(0, 200))}, expected an address or a block of addresses, such as 10.0.0.0/8`;
    throw doorErrors.make['gateway-proxy'](text, { cause });
  }
}

/**
 * Names by which people reach the gateway: no object of users routes them. Those of the machine are as it is called itself, without its
 * domain, and as networks without a name server call it (RFC 6762).
 */
export function namesOf(host: string, gatewayUrl: string | undefined, machine = hostname()): string[] {
  const named = gatewayUrl === undefined ? [] : [new URL(gatewayUrl).hostname];
  const [short = machine] = machine.split('.', 1);
  return [...new Set([host, machine, short, `${short}.local`, ...named].map(name => name.toLowerCase()))];
}
