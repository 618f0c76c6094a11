import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  type FetchImplementation,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from 'jose';
import { isSameIssuer } from './idtokens.ts';

/** Public keys of an issuer in this process, which change when they are rotated. */
export function ownKeys(keySet: () => JSONWebKeySet): JWTVerifyGetKey {
  let known: { readonly text: string; readonly find: JWTVerifyGetKey } | undefined;
  return (header, token) => {
    const set = keySet();
    const text = set.keys.map(({ kid }) => kid).join(' ');
    if (known?.text !== text) known = { text, find: createLocalJWKSet(set) };
    return known.find(header, token);
  };
}

/** Milliseconds: how long an issuer may take, and before it is asked again after it did not answer. */
const patience = 5000;
const pause = 10_000;
/** Bytes of a discovery document, or of a set of keys. */
const largest = 256 * 1024;

/** An issuer elsewhere, as its tokens are checked. Both reject when it does not answer, or is another. */
export interface Elsewhere {
  /** `iss` of its tokens. */
  readonly name: () => Promise<string>;
  readonly keys: JWTVerifyGetKey;
}

/**
 * Name and public keys of an issuer elsewhere: found by its discovery document, asked for when first needed, again every ten minutes,
 * and when a token names one that is not known, though not more often than twice a minute.
 */
export function issuerElsewhere(issuer: string, now: () => number): Elsewhere {
  let found: Promise<Discovered> | undefined;
  let failed = -Infinity;
  const find = (): Promise<Discovered> => {
    if (found !== undefined) return found;
    if (now() < failed + pause) return Promise.reject(new Error(`${issuer} did not answer a moment ago`));
    found = discovered(issuer);
    found.catch(() => {
      failed = now();
      found = undefined;
    });
    return found;
  };
  return {
    name: async () => (await find()).name,
    keys: async (header, token) => (await find()).keys(header, token),
  };
}

interface Discovered {
  readonly name: string;
  readonly keys: JWTVerifyGetKey;
}

async function discovered(issuer: string): Promise<Discovered> {
  const place = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const response = await fetch(place, { signal: AbortSignal.timeout(patience), redirect: 'error' });
  const document = JSON.parse(await textOf(response)) as { issuer?: unknown; jwks_uri?: unknown };
  const { issuer: name, jwks_uri: keys } = document;
  if (typeof name !== 'string' || !isSameIssuer(name, issuer)) {
    throw new Error(`${place} is of the issuer ${String(name)}, expected ${issuer}`);
  }
  return { name, keys: createRemoteJWKSet(new URL(String(keys)), options) };
}

/** The answer, when it is not larger than an issuer's can be. */
const bounded: FetchImplementation = async (place, request) => {
  const response = await fetch(place, request);
  return new Response(await textOf(response), { status: response.status });
};

const options = { timeoutDuration: patience, [customFetch]: bounded };

async function textOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > largest) throw new Error(`${response.url} is larger than ${largest} bytes`);
  }
  return text;
}
