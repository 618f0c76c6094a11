import { type AddressBlocks, addressOfPeer } from '../../base/addresses/index.ts';
import { type Field, type Handler, type Head, KeptWith, type Peer } from '../../base/net/index.ts';
import { type Forwarded, forwardedOf } from './forwarded.ts';

/** Whoever sends a request, as a proxy that is believed tells it. */
interface Client extends Peer {
  /** Whether people came to it over https. */
  readonly https: boolean | undefined;
}

/** A handler that sees requests of trusted proxies as they were sent to those: from their client, for the host that it named. */
export function believing(handler: Handler, proxies: AddressBlocks): Handler {
  const believed = new KeptWith<Head, BelievedHead>();
  return (method, target, head, body, sink) => {
    const peer = addressOfPeer(head.peer?.address ?? '');
    if (!proxies.has(peer)) return handler(method, target, head, body, sink);
    let told = believed.get(head);
    if (told === undefined) {
      const header = (name: string): string | undefined => head.header(name);
      const forwarded = forwardedOf({ header, peer, isTrusted: one => proxies.has(one) });
      believed.set(head, (told = new BelievedHead(head, forwarded)));
    }
    return handler(method, target, told, body, sink);
  };
}

/** Whether a proxy that is believed says that people came over https. */
export function cameSecurely({ peer }: Head): boolean {
  return peer !== undefined && 'https' in peer && (peer as Client).https === true;
}

const letterF = 0x66;
const letterX = 0x78;

/** Whether a field tells what was forwarded, in any spelling that a program may take for it. */
export function tellsForwarding(name: string): boolean {
  // Asked for every field of a request: all of them begin with one of two letters.
  const first = name.charCodeAt(0) | 0x20;
  if (first !== letterF && first !== letterX) return false;
  const plain = name.toLowerCase().replaceAll(/[^a-z\d]/g, '-');
  return plain.startsWith('x-forwarded-') || plain === 'forwarded' || plain === 'x-real-ip';
}

class BelievedHead implements Head {
  readonly peer: Client;
  readonly major?: 1 | 2;
  readonly incoming: Head['incoming'];
  readonly #head: Head;
  readonly #said: ReadonlyMap<string, string>;
  #fields: readonly Field[] | undefined;

  constructor(head: Head, { client, before, https, host }: Forwarded) {
    this.#head = head;
    this.incoming = head.incoming;
    if (head.major !== undefined) this.major = head.major;
    // Its port is the proxy's to know.
    this.peer = { address: `${client}:0`, https };
    this.#said = new Map([
      ...(before.length > 0 ? [['x-forwarded-for', before.join(', ')] as const] : []),
      ...(host === undefined ? [] : [['host', host] as const]),
    ]);
  }

  header(name: string): string | undefined {
    const lower = name.toLowerCase();
    return this.#said.get(lower) ?? (tellsForwarding(lower) ? undefined : this.#head.header(name));
  }

  fields(): readonly Field[] {
    return (this.#fields ??= this.#made());
  }

  #made(): Field[] {
    const fields = this.#head.fields?.() ?? [];
    const kept = fields.filter(([name]) => !tellsForwarding(name) && !this.#said.has(name.toLowerCase()));
    return [...this.#said, ...kept];
  }
}
