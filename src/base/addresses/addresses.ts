import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';

/** An address as it is compared: IPv4 also where it came in the clothes of IPv6, no brackets, no zone, lower case; undefined for anything else. */
export function plainAddress(text: string): string | undefined {
  const bare = text.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '');
  if (isIPv4(bare)) return bare;
  if (!isIPv6(bare)) return undefined;
  const groups = groupsOf(bare);
  const mapped = groups.slice(0, 5).every(one => one === 0) && groups[5] === 0xffff;
  if (!mapped) return URL.parse(`http://[${bare}]`)?.hostname.slice(1, -1);
  const [high = 0, low = 0] = groups.slice(6);
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
}

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): number[] {
  const [before = '', after] = (URL.parse(`http://[${address}]`)?.hostname ?? '').slice(1, -1).split('::');
  const numbers = (text: string): number[] =>
    text === '' ? [] : text.split(':').map(one => parseInt(one, 16));
  const [head, tail] = [numbers(before), numbers(after ?? '')];
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail];
}

/** Whose address it is, to count by: one of IPv4, or the /64 that a network of IPv6 is given whole. What is no address stays. */
export function networkOf(address: string): string {
  const plain = plainAddress(address) ?? address;
  if (!isIPv6(plain)) return plain;
  const prefix = groupsOf(plain).slice(0, 4);
  return `${prefix.map(group => group.toString(16)).join(':')}::/64`;
}

/** The address of `address:port`, as `Peer` tells it. */
export function addressOfPeer(peer: string): string {
  return peer.slice(0, Math.max(0, peer.lastIndexOf(':')));
}

/** Peers whose trust is remembered. */
const remembered = 1000;

/** Blocks of addresses. */
export class AddressBlocks {
  readonly #list = new BlockList();
  readonly #known = new Map<string, boolean>();

  /**
   * @param texts addresses and blocks, such as `10.0.0.0/8` and `::1`
   * @throws RangeError naming the one that is neither
   */
  constructor(texts: readonly string[]) {
    for (const text of texts) this.#add(text.trim());
  }

  #add(text: string): void {
    const [address = '', bits, ...more] = text.split('/');
    const version = isIP(address);
    const width = version === 4 ? 32 : 128;
    const length = bits === undefined ? width : /^\d{1,3}$/.test(bits) ? Number(bits) : Infinity;
    if (version === 0 || more.length > 0 || length > width) throw new RangeError(text);
    const family = version === 4 ? 'ipv4' : 'ipv6';
    this.#list.addSubnet(address, length, family);
  }

  /** Whether an address is in one of them; what is no address is in none. */
  has(address: string): boolean {
    let found = this.#known.get(address);
    if (found === undefined) {
      found = this.#look(address);
      if (this.#known.size >= remembered) this.#known.clear();
      this.#known.set(address, found);
    }
    return found;
  }

  #look(address: string): boolean {
    const plain = plainAddress(address);
    return plain !== undefined && this.#list.check(plain, isIPv4(plain) ? 'ipv4' : 'ipv6');
  }
}
