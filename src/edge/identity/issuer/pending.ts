import { loopback } from './callers.ts';
import type { Bounds, IssuerOptions, Lifetimes } from './contract.ts';
import type { Records, Row } from '../index.ts';
import { digestOf, newId, newKey, proofOf } from './secrets.ts';

/** What a client has asked for. */
export interface Wanted {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly state: string | undefined;
  readonly nonce: string | undefined;
  /** Digest of the verifier that the code will be taken with (RFC 7636, S256). */
  readonly challenge: string | undefined;
  /** Whether people are asked even where they are not, otherwise. */
  readonly force: boolean;
}

/** Somebody has given the right password. */
export interface Proven extends Wanted {
  readonly email: string;
  readonly stamp: string;
  /** Whether a browser posted it: then only that browser goes on. */
  readonly byBrowser: boolean;
  /** Where it was posted from: without a browser, only from there it goes on. */
  readonly address: string;
  /** What the proofs of the way back are made with. */
  readonly key: string;
}

type Stored =
  | { readonly step: 'login'; readonly wanted: Wanted }
  | { readonly step: 'approval'; readonly proven: Proven };

export interface PendingOptions {
  readonly records: Records;
  readonly lifetimes: Lifetimes;
  readonly bounds: Bounds;
  readonly now: () => number;
  readonly onCrowded?: IssuerOptions['onCrowded'] | undefined;
}

/** Milliseconds in which is told once that somebody has too many. */
const tellingTime = 60_000;

/** Logins under way, by their `req`. Each step takes the login from the one before, so that of two at once one fails. */
export class PendingStore {
  readonly #options: PendingOptions;
  #told = -Infinity;

  constructor(options: PendingOptions) {
    this.#options = options;
  }

  /**
   * @param client whose login it is, to count by
   * @returns `req`
   */
  begin(wanted: Wanted, client: string): string {
    this.#makeRoom(client);
    const id = newId();
    this.#put(id, client, { step: 'login', wanted }, this.#options.lifetimes.request);
    return id;
  }

  /** Nobody's logins push out those of somebody who has fewer. */
  #makeRoom(client: string): void {
    const { records, bounds } = this.#options;
    // All of this machine, and all behind a proxy on it that is not told of, are one.
    const most = client === loopback ? bounds.requests : bounds.requestsOfOne;
    if (records.count('request', client) >= most) {
      records.removeOldest('request', client);
      this.#tell(client, most);
    }
    if (records.count('request') < bounds.requests) return;
    const largest = records.largestOwner('request') ?? client;
    // Who has most is not looked for again each time.
    const many = Math.ceil(records.count('request', largest) / 10);
    for (let at = 0; at < many; at++) records.removeOldest('request', largest);
  }

  /** Whoever makes too many makes them fast: it is told of one at a time. */
  #tell(client: string, most: number): void {
    const { now, onCrowded } = this.#options;
    const time = now();
    // A clock that was set back is no reason to be silent.
    if (time >= this.#told && time < this.#told + tellingTime) return;
    this.#told = time;
    onCrowded?.(client, most);
  }

  /** A login that waits for a password. */
  atLogin(id: string): Wanted | undefined {
    const stored = this.#get(id);
    return stored?.step === 'login' ? stored.wanted : undefined;
  }

  /** The password was right; undefined when somebody was faster, or took too long. */
  prove(id: string, more: Omit<Proven, keyof Wanted | 'key'>): Proven | undefined {
    const row = this.#row(id);
    const wanted = this.atLogin(id);
    if (row === undefined || wanted === undefined) return undefined;
    const proven: Proven = { ...wanted, ...more, key: newKey() };
    this.#put(id, row.owner, { step: 'approval', proven }, this.#options.lifetimes.approval);
    return proven;
  }

  /** A login that waits for its approval. */
  atApproval(id: string): Proven | undefined {
    const stored = this.#get(id);
    return stored?.step === 'approval' ? stored.proven : undefined;
  }

  /** Ends a login; true for one caller only. */
  finish(id: string): boolean {
    return this.#options.records.take('request', digestOf(id)) !== undefined;
  }

  #get(id: string): Stored | undefined {
    const row = this.#row(id);
    return row === undefined ? undefined : (JSON.parse(row.value) as Stored);
  }

  #row(id: string): Row | undefined {
    return this.#options.records.get('request', digestOf(id));
  }

  #put(id: string, client: string, stored: Stored, lifetime: number): void {
    const { records, now } = this.#options;
    records.put('request', {
      id: digestOf(id),
      value: JSON.stringify(stored),
      owner: client,
      expires: now() + lifetime,
    });
  }
}

/** What the address of an approval carries, so that knowing `req` is not enough. */
export function approvalProof(id: string, { key }: Proven): string {
  return proofOf(key, id);
}

/** What the browser that gave the password keeps in a cookie. */
export function browserProof(id: string, { key }: Proven): string {
  return proofOf(key, `browser ${id}`);
}
