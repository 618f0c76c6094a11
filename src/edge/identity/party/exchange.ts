import { authorizationCodeGrant, type Configuration, fetchUserInfo } from 'openid-client';
import type { User } from '../../../base/access/index.ts';
import { userOf } from './claims.ts';
import { partyErrors } from './errors.ts';
import type { Issuer } from './issuer.ts';
import { codeRefusal } from './refusals.ts';
import { derived, type Login } from './sealing.ts';

export interface Exchanged {
  readonly user: User;
  /** Of the issuer's grant, as it names it. */
  readonly grant: string | undefined;
  /** When the ID token was issued, milliseconds since 1970. */
  readonly issued: number | undefined;
  /** What the issuer wants to see again when the login ends there. */
  readonly idToken: string | undefined;
}

/** Characters of the longest ID token that is kept. */
const longestKept = 8192;

/** What a code is exchanged with. */
export interface Coming {
  readonly code: string;
  readonly state: string;
  /** Who says that the code is his, where issuers do (RFC 9207). */
  readonly iss: string | undefined;
  readonly login: Login;
  /** As the issuer was told it when the login began. */
  readonly redirectUri: string;
}

/** openid-client reads the answer of the issuer from a URL; only its query matters. */
const anywhere = 'http://gateway.invalid/';

/**
 * Exchanges a code for an ID token and checks it: signature, issuer, audience, times, nonce, PKCE.
 * @throws `login-refused`, `login-unnamed`, `issuer-unreachable`, `issuer-answer-wrong`
 */
export async function exchange(
  issuer: Issuer,
  { code, state, iss, login, redirectUri }: Coming,
): Promise<Exchanged> {
  const config = await issuer.configuration(redirectUri);
  checkSender(iss, config.serverMetadata().issuer);
  const url = new URL(anywhere);
  url.searchParams.set('code', code);
  url.searchParams.set('state', state);
  if (iss !== undefined) url.searchParams.set('iss', iss);
  const nonce = derived(login, 'nonce');
  try {
    const tokens = await authorizationCodeGrant(config, url, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: derived(login, 'verifier'),
      idTokenExpected: true,
    });
    const claims = tokens.claims() ?? { sub: '' };
    const more = await furtherClaims(config, issuer, tokens.access_token, claims);
    const jti: unknown = 'jti' in claims ? claims.jti : undefined;
    const iat: unknown = 'iat' in claims ? claims.iat : undefined;
    return {
      user: userOf({ ...more, ...claims }, issuer.facts),
      grant: typeof jti === 'string' ? jti : undefined,
      idToken: kept(config, issuer, tokens.id_token),
      issued: typeof iat === 'number' ? iat * 1000 : undefined,
    };
  } catch (error) {
    if (isOfAnotherLogin(error, nonce)) {
      throw partyErrors.make['login-refused'](
        'The code was given to another login than the state: begin again.',
      );
    }
    throw codeRefusal(error, issuer.facts.url);
  }
}

/** Whoever brings a code may say in the address whose it is; another one's is not exchanged here (RFC 9207). */
function checkSender(iss: string | undefined, issuer: string): void {
  if (iss === undefined || iss === issuer) return;
  throw partyErrors.make['login-refused'](
    `The parameter iss names ${JSON.stringify(iss.slice(0, 200))}; expected ${JSON.stringify(issuer)}.`,
  );
}

/** Whether a good token was given to another login: whoever brings it has put two together, and the issuer is not to blame. */
function isOfAnotherLogin(error: unknown, nonce: string): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { cause } = at;
    if (typeof cause !== 'object' || cause === null || !('claims' in cause)) continue;
    return (cause.claims as { readonly nonce?: unknown }).nonce !== nonce;
  }
  return false;
}

/** Our own issuer keeps no login that could be ended there. */
function kept(config: Configuration, { facts }: Issuer, idToken: string | undefined): string | undefined {
  const wanted = facts.inside === undefined && config.serverMetadata().end_session_endpoint !== undefined;
  return wanted && idToken !== undefined && idToken.length <= longestKept ? idToken : undefined;
}

/** Some issuers tell who somebody is at their userinfo endpoint alone. */
async function furtherClaims(
  config: Configuration,
  { facts }: Issuer,
  token: string,
  claims: Readonly<Record<string, unknown>> & { readonly sub: string },
): Promise<Record<string, unknown>> {
  const wanted = facts.inside === undefined ? [facts.userClaim, facts.groupsClaim] : [facts.userClaim];
  const offered = config.serverMetadata().userinfo_endpoint !== undefined;
  if (!offered || wanted.every(name => claims[name] !== undefined)) return {};
  return fetchUserInfo(config, token, claims.sub);
}
