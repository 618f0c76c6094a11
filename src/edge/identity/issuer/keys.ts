import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { type JWK, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { Records, Row } from '../index.ts';
import type { Lifetimes } from './contract.ts';

/** A key as it is stored. One that no longer signs is stored without what it could sign with. */
interface StoredKey {
  readonly state: 'next' | 'signs' | 'verifies';
  /** When it came to its state, milliseconds since 1970. */
  readonly since: number;
  readonly jwk: JWK;
}

interface RingKey extends StoredKey {
  readonly id: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject | undefined;
}

const generate = promisify(generateKeyPair);
/** Clocks of those who check may be so much behind, milliseconds. */
const skew = 60_000;

/**
 * The keys that tokens are signed with (RS256, 2048 bits). One signs; the one that will sign next is published with it, so that
 * whoever has fetched the keys since the last change knows it already; those before are published as long as their tokens live.
 */
export class KeyRing {
  readonly #records: Records;
  readonly #lifetimes: Lifetimes;
  readonly #now: () => number;
  #keys: readonly RingKey[];
  #rotating: Promise<void> | undefined;

  private constructor(records: Records, lifetimes: Lifetimes, now: () => number) {
    this.#records = records;
    this.#lifetimes = lifetimes;
    this.#now = now;
    this.#keys = records.list('signing-key').map(ringKey);
  }

  /** Takes the keys that are stored, and makes those that are missing. */
  static async open(records: Records, lifetimes: Lifetimes, now: () => number): Promise<KeyRing> {
    const ring = new KeyRing(records, lifetimes, now);
    if (ring.#find('signs') === undefined) await ring.#make('signs');
    if (ring.#find('next') === undefined) await ring.#make('next');
    await ring.rotate();
    return ring;
  }

  /** Lets the next key sign when the time has come, and forgets those whose tokens have all ended. */
  rotate(): Promise<void> {
    this.#rotating ??= this.#rotate().finally(() => (this.#rotating = undefined));
    return this.#rotating;
  }

  async #rotate(): Promise<void> {
    const now = this.#now();
    this.#keys = this.#keys.filter(key => key.state !== 'verifies' || now < this.#endOf(key));
    const next = this.#find('next');
    if (next === undefined) return this.#make('next');
    if (now < (this.#find('signs')?.since ?? 0) + this.#lifetimes.signingKey) return;
    this.#keys = this.#keys.map(key => this.#stored(moved(key, now)));
    await this.#make('next');
  }

  #find(state: StoredKey['state']): RingKey | undefined {
    return this.#keys.find(key => key.state === state);
  }

  async #make(state: 'next' | 'signs'): Promise<void> {
    const { privateKey, publicKey } = await generate('rsa', { modulusLength: 2048 });
    const id = randomBytes(20).toString('hex');
    const jwk = privateKey.export({ format: 'jwk' });
    const key: RingKey = { id, state, since: this.#now(), jwk, privateKey, publicKey };
    this.#keys = [...this.#keys, this.#stored(key)];
  }

  #stored(key: RingKey): RingKey {
    const { id, state, since, jwk } = key;
    const value = JSON.stringify({ state, since, jwk });
    this.#records.put('signing-key', { id, value, owner: '', expires: this.#endOf(key) });
    return key;
  }

  #endOf({ state, since }: StoredKey): number {
    return state === 'verifies' ? since + this.#lifetimes.idToken + skew : Infinity;
  }

  /** Signs claims with the key whose turn it is. */
  async sign(claims: JWTPayload): Promise<string> {
    await this.rotate();
    const { id, privateKey } = this.#find('signs') as RingKey;
    return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: id }).sign(privateKey as KeyObject);
  }

  /** What a token of these keys says; undefined for one that was not signed with them for `issuer`, or has expired. */
  async verify(token: string, issuer: string): Promise<JWTPayload | undefined> {
    try {
      const { payload } = await jwtVerify(
        token,
        ({ kid }) => {
          const key = this.#keys.find(({ id }) => id === kid);
          if (key === undefined) throw new Error('The key is not known.');
          return key.publicKey;
        },
        {
          issuer,
          algorithms: ['RS256'],
          requiredClaims: ['sub', 'aud', 'exp', 'iat'],
          currentDate: new Date(this.#now()),
        },
      );
      return payload;
    } catch {
      return undefined;
    }
  }

  /** The public halves, as they are published. */
  published(): JWK[] {
    return this.#keys.map(({ id, publicKey }) => {
      const { kty, n, e } = publicKey.export({ format: 'jwk' }) as { kty: string; n: string; e: string };
      return { use: 'sig', kty, kid: id, alg: 'RS256', n, e };
    });
  }

  /** Seconds until other keys are published. */
  freshFor(): number {
    const since = this.#find('signs')?.since ?? 0;
    return Math.max(0, Math.floor((since + this.#lifetimes.signingKey - this.#now()) / 1000));
  }
}

function ringKey({ id, value }: Row): RingKey {
  const stored = JSON.parse(value) as StoredKey;
  const publicKey = createPublicKey({ key: stored.jwk, format: 'jwk' });
  const isPrivate = stored.jwk.d !== undefined;
  const privateKey = isPrivate ? createPrivateKey({ key: stored.jwk, format: 'jwk' }) : undefined;
  return { ...stored, id, publicKey, privateKey };
}

/** A key in the state that comes after its own; what has signed keeps only its public half. */
function moved(key: RingKey, since: number): RingKey {
  if (key.state === 'next') return { ...key, state: 'signs', since };
  if (key.state === 'verifies') return key;
  const { kty, n, e } = key.jwk as JWK & { kty: string; n: string; e: string };
  return { ...key, state: 'verifies', since, jwk: { kty, n, e }, privateKey: undefined };
}
