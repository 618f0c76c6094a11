import {
  allowInsecureRequests,
  type Configuration,
  discovery,
  None,
  refreshTokenGrant,
  type TokenEndpointResponse,
  type TokenEndpointResponseHelpers,
} from 'openid-client';
import { messageOf } from '../../../base/errors/index.ts';
import { nativeErrors } from './errors.ts';

/** An issuer, and what a program is to it. */
export type FoundIssuer = Configuration;

/** What a login gives. */
export interface Tokens {
  readonly idToken: string;
  readonly refreshToken: string | undefined;
  /** When the ID token ends, milliseconds since 1970. */
  readonly expires: number;
  readonly user: string;
}

/** Seconds that the issuer may take for an answer. */
const patience = 10;

/** What is asked of the issuer; the last lets a login go on for weeks. */
export const scope = 'openid email profile groups offline_access';

/**
 * Learns where an issuer is asked what.
 * @throws `native-issuer`
 */
export async function findIssuer(url: string, clientId: string): Promise<Configuration> {
  const address = checkedAddress(url);
  const plain = address.protocol === 'http:';
  try {
    return await discovery(address, clientId, undefined, None(), {
      timeout: patience,
      ...(plain && { execute: [allowInsecureRequests] }),
    });
  } catch (cause) {
    throw nativeErrors.make['native-issuer'](`${url}: ${reasonOf(cause)}`, { cause });
  }
}

/** A password sent without TLS is for the wire of this machine alone. */
function checkedAddress(url: string): URL {
  const address = URL.parse(url);
  const isLoopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(address?.hostname ?? '');
  if (address?.protocol === 'https:' || (address?.protocol === 'http:' && isLoopback)) return address;
  const found = JSON.stringify(url.slice(0, 200));
  const text = `the issuer: found ${found}, expected an https address, or an http address of this machine`;
  throw nativeErrors.make['native-issuer'](text);
}

/**
 * Exchanges what a login was given to go on with.
 * @throws `native-refused`, `native-issuer`
 */
export async function refresh(config: Configuration, refreshToken: string): Promise<Tokens> {
  try {
    return tokensOf(await refreshTokenGrant(config, refreshToken));
  } catch (error) {
    throw refusalOf(error, config);
  }
}

export function tokensOf(answer: TokenEndpointResponse & TokenEndpointResponseHelpers): Tokens {
  const claims = answer.claims();
  if (answer.id_token === undefined || claims === undefined) throw new Error('the issuer gave no ID token');
  const email = claims['email'];
  return {
    idToken: answer.id_token,
    refreshToken: answer.refresh_token,
    expires: claims.exp * 1000,
    user: typeof email === 'string' ? email : claims.sub,
  };
}

/** What a failed exchange means. */
export function refusalOf(error: unknown, config: Configuration): Error {
  const { issuer } = config.serverMetadata();
  const { error: code } = error as { readonly error?: unknown };
  const kind = typeof code === 'string' ? 'native-refused' : 'native-issuer';
  return nativeErrors.make[kind](`${issuer}: ${reasonOf(error)}`, { cause: error });
}

/** Libraries put what happened into the cause. */
function reasonOf(error: unknown): string {
  const { error_description: told, cause } = error as {
    readonly error_description?: unknown;
    readonly cause?: unknown;
  };
  if (typeof told === 'string') return told;
  if (!(cause instanceof Error)) return messageOf(error);
  const inner = cause.cause instanceof Error ? cause.cause : cause;
  return `${messageOf(error)} (${inner.message})`;
}
