import type { Records, Row } from '../index.ts';
import type { Bounds, Lifetimes } from './contract.ts';
import type { Granted } from './grants.ts';
import { digestOf, isSame, newId, newKey, proofOf } from './secrets.ts';

/** What a refresh token is good for. */
interface Stored extends Granted {
  /** Digest of the secret that is good now. */
  readonly secret: string;
  /** Of the one before. */
  readonly before: string | undefined;
  /** When it was last exchanged, milliseconds since 1970. */
  readonly exchanged: number;
  /** When the login was. */
  readonly begun: number;
  /** What each secret is made with from the one before. */
  readonly key: string;
}

/** What came of a refresh token: another one, or the reason why not. */
export type Exchanged =
  | { readonly outcome: 'exchanged'; readonly token: string; readonly granted: Granted }
  | { readonly outcome: 'reused'; readonly granted: Granted }
  | { readonly outcome: 'unknown' };

export interface RefreshOptions {
  readonly records: Records;
  readonly lifetimes: Lifetimes;
  readonly bounds: Bounds;
  readonly now: () => number;
}

/** Refresh tokens: each is good once and gives the next. One that comes again has been stolen, or its successor has. */
export class RefreshStore {
  readonly #options: RefreshOptions;

  constructor(options: RefreshOptions) {
    this.#options = options;
  }

  give(granted: Granted): string {
    const { records, bounds, now } = this.#options;
    if (records.count('refresh-token') >= bounds.refreshTokens) records.removeOldest('refresh-token');
    const id = newId();
    const secret = newKey();
    const begun = now();
    const stored = {
      ...granted,
      secret: digestOf(secret),
      before: undefined,
      exchanged: begun,
      begun,
      key: newKey(),
    };
    this.#put(id, stored);
    return written(id, secret);
  }

  /** What a token is good for, without exchanging it. */
  find(token: string): { readonly granted: Granted; readonly expires: number } | undefined {
    const { id, secret } = readToken(token);
    const row = this.#options.records.get('refresh-token', digestOf(id));
    if (row === undefined) return undefined;
    const stored = storedIn(row);
    return isSame(stored.secret, digestOf(secret)) ? { granted: stored, expires: row.expires } : undefined;
  }

  /** For the client that the token was given to; for any other it is unknown. */
  exchange(token: string, clientId: string): Exchanged {
    const { records, lifetimes, now } = this.#options;
    const { id, secret } = readToken(token);
    const row = records.get('refresh-token', digestOf(id));
    const stored = row === undefined ? undefined : storedIn(row);
    if (stored === undefined || stored.clientId !== clientId) return { outcome: 'unknown' };
    const next = proofOf(stored.key, secret);
    if (isSame(stored.secret, digestOf(secret))) {
      this.#put(id, { ...stored, secret: digestOf(next), before: stored.secret, exchanged: now() });
    } else if (
      !isSame(stored.before ?? '', digestOf(secret)) ||
      now() >= stored.exchanged + lifetimes.refreshReuse
    ) {
      return { outcome: 'reused', granted: stored };
    }
    return { outcome: 'exchanged', token: written(id, next), granted: stored };
  }

  #put(id: string, stored: Stored): void {
    const { records, lifetimes } = this.#options;
    const expires = Math.min(
      stored.exchanged + lifetimes.refreshUnused,
      stored.begun + lifetimes.refreshAbsolute,
    );
    records.put('refresh-token', {
      id: digestOf(id),
      value: JSON.stringify(stored),
      owner: stored.grant,
      expires,
    });
  }
}

function storedIn({ value }: Row): Stored {
  return JSON.parse(value) as Stored;
}

function written(id: string, secret: string): string {
  return Buffer.from(`${id}.${secret}`).toString('base64url');
}

function readToken(token: string): { readonly id: string; readonly secret: string } {
  const [id = '', secret = ''] = Buffer.from(token, 'base64url').toString('latin1').split('.', 2);
  return { id, secret };
}
