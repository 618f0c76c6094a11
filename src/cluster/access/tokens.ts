import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';
import type { User } from '../../base/access/index.ts';
import { internalError } from '../meta/index.ts';

/** A key that signs tokens of service accounts; older ones only verify. */
export interface SigningKey {
  readonly id: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** Milliseconds since 1970 from which it verifies no more; absent: it always does. */
  readonly until?: number;
}

/** What a token is bound to besides its service account. */
export interface BoundObject {
  readonly kind: 'Pod' | 'Secret' | 'Node';
  readonly name: string;
  readonly uid: string;
}

export interface TokenRequest {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly audiences: readonly string[];
  /** Seconds. */
  readonly lifetime: number;
  readonly bound?: BoundObject | undefined;
}

/** What a valid token says. */
export interface TokenFacts {
  readonly user: User;
  readonly audiences: readonly string[];
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly bound: BoundObject | undefined;
}

/** A fresh key of 2048 bits for RS256, which is what Kubernetes signs with. */
export function newSigningKey(): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return signingKey(privateKey, publicKey);
}

export function signingKey(privateKey: KeyObject, publicKey = createPublicKey(privateKey)): SigningKey {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return { id: createHash('sha256').update(der).digest('base64url'), privateKey, publicKey };
}

/** Milliseconds after which keys are asked for again. */
const renewal = 3_600_000;
/** And where they cannot be had. */
const again = 60_000;

interface Claims {
  readonly 'kubernetes.io'?: {
    readonly namespace?: string;
    readonly serviceaccount?: { readonly name?: string; readonly uid?: string };
    readonly pod?: { readonly name: string; readonly uid: string };
    readonly secret?: { readonly name: string; readonly uid: string };
    readonly node?: { readonly name: string; readonly uid: string };
  };
}

/** Issues and reads the tokens of service accounts (JSON Web Tokens as the real server's issuer writes them). */
export class TokenIssuer {
  readonly issuer: string;
  readonly #source: () => readonly SigningKey[];
  readonly #now: () => number;
  #known: readonly SigningKey[];
  /** When keys are asked for again. */
  #renewal: number;

  /**
   * The first key signs, all of them verify. Keys that are made anew from time to time are asked for again each hour, or a minute after
   * they could not be had. `now` in milliseconds since 1970.
   */
  constructor(
    issuer: string,
    keys: readonly SigningKey[] | (() => readonly SigningKey[]),
    now: () => number,
  ) {
    this.issuer = issuer;
    this.#source = typeof keys === 'function' ? keys : () => keys;
    this.#now = now;
    this.#known = this.#source();
    this.#renewal = now() + renewal;
  }

  /** Keys that are good at the moment. @throws what the source throws where none of those that are known is. */
  #keys(): readonly SigningKey[] {
    const now = this.#now();
    const isGood = ({ until = Infinity }: SigningKey): boolean => now < until;
    if (now >= this.#renewal) {
      try {
        this.#known = this.#source();
        this.#renewal = now + renewal;
      } catch (error) {
        if (!this.#known.some(isGood)) throw error;
        this.#renewal = now + again;
      }
    }
    return this.#known.filter(isGood);
  }

  /** Seconds that a token of this moment can live: no longer than the key that signs it. */
  get longest(): number {
    const { until = Infinity } = this.#keys()[0] ?? {};
    return Math.floor((until - this.#now()) / 1000);
  }

  /**
   * @returns the token and the second it expires at, since 1970.
   * @throws StatusError 500 when there is no key.
   */
  async issue(request: TokenRequest): Promise<{ token: string; expires: number }> {
    const { namespace, name, uid, audiences, lifetime, bound } = request;
    const [key] = this.#keys();
    if (key === undefined) throw internalError('there is no key that tokens can be signed with');
    const seconds = Math.floor(this.#now() / 1000);
    const expires = seconds + Math.min(lifetime, this.longest);
    const claims = {
      'kubernetes.io': {
        namespace,
        ...(bound !== undefined && { [bound.kind.toLowerCase()]: { name: bound.name, uid: bound.uid } }),
        serviceaccount: { name, uid },
      },
    };
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: key.id })
      .setIssuer(this.issuer)
      .setSubject(`system:serviceaccount:${namespace}:${name}`)
      .setAudience([...audiences])
      .setIssuedAt(seconds)
      .setNotBefore(seconds)
      .setExpirationTime(expires)
      .setJti(randomUUID())
      .sign(key.privateKey);
    return { token, expires };
  }

  /** What a token says; undefined when it is none of ours, has expired or was signed by nobody known. */
  async read(token: string): Promise<TokenFacts | undefined> {
    try {
      const { kid } = decodeProtectedHeader(token);
      const key = this.#keys().find(one => one.id === kid);
      if (key === undefined) return undefined;
      const { payload } = await jwtVerify(token, key.publicKey, {
        issuer: this.issuer,
        algorithms: ['RS256'],
        currentDate: new Date(this.#now()),
      });
      const audiences = [payload.aud ?? []].flat();
      return factsOf(payload as Claims, audiences, payload.jti);
    } catch {
      return undefined;
    }
  }

  /** The keys in the form that relying parties read (RFC 7517). */
  keySet(): { keys: readonly Record<string, unknown>[] } {
    return {
      keys: this.#keys().map(({ id, publicKey }) => ({
        use: 'sig',
        ...publicKey.export({ format: 'jwk' }),
        kid: id,
        alg: 'RS256',
      })),
    };
  }
}

function factsOf(claims: Claims, audiences: string[], jti: string | undefined): TokenFacts | undefined {
  const { namespace, serviceaccount, pod, secret, node } = claims['kubernetes.io'] ?? {};
  const { name, uid } = serviceaccount ?? {};
  if (namespace === undefined || name === undefined || uid === undefined) return undefined;
  return {
    user: serviceAccountUser(namespace, name, uid, {
      ...(jti !== undefined && { 'authentication.kubernetes.io/credential-id': [`JTI=${jti}`] }),
      ...(pod !== undefined && {
        'authentication.kubernetes.io/pod-name': [pod.name],
        'authentication.kubernetes.io/pod-uid': [pod.uid],
      }),
    }),
    audiences,
    namespace,
    name,
    uid,
    bound: boundOf(pod, secret, node),
  };
}

function boundOf(
  pod: { name: string; uid: string } | undefined,
  secret: { name: string; uid: string } | undefined,
  node: { name: string; uid: string } | undefined,
): BoundObject | undefined {
  if (pod !== undefined) return { kind: 'Pod', ...pod };
  if (secret !== undefined) return { kind: 'Secret', ...secret };
  return node === undefined ? undefined : { kind: 'Node', ...node };
}

/** The user that a service account is. */
export function serviceAccountUser(
  namespace: string,
  name: string,
  uid: string,
  extra: Readonly<Record<string, readonly string[]>> = {},
): User {
  return {
    name: `system:serviceaccount:${namespace}:${name}`,
    uid,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
    ...(Object.keys(extra).length > 0 && { extra }),
  };
}
