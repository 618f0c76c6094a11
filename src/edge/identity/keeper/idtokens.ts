import { decodeJwt, type JWTPayload, jwtVerify, type JWTVerifyGetKey } from 'jose';
import type { User } from '../../../base/access/index.ts';
import { outsider } from './outsiders.ts';

/** What an ID token has to be to count here. */
export interface IdTokenRules {
  /** Letter by letter as the issuer calls itself; of one elsewhere that has to be asked first. */
  readonly issuer: string | (() => Promise<string>);
  /** Clients whose tokens count; those for others are refused. */
  readonly audiences: readonly string[];
  /** None that a public key could be mistaken for a secret of. */
  readonly algorithms: readonly string[];
  /** Claims that name the user and the groups. */
  readonly userClaim: string;
  readonly groupsClaim: string;
}

/** What a good ID token says. Times in milliseconds since 1970. */
export interface IdTokenFacts {
  readonly user: User;
  /** `jti`: what was given at one login. */
  readonly grant: string | undefined;
  readonly issued: number;
  readonly expires: number;
}

/** How far the clock of an issuer may be off, seconds. */
const skew = 60;

/** Reads ID tokens; undefined for one that is not good, whatever the reason. */
export function idTokenReader(
  { issuer, audiences, algorithms, ...claims }: IdTokenRules,
  keys: JWTVerifyGetKey,
  now: () => number,
): (token: string) => Promise<IdTokenFacts | undefined> {
  const demands = {
    audience: [...audiences],
    algorithms: [...algorithms],
    clockTolerance: skew,
    requiredClaims: ['exp', 'iat', 'sub'],
  };
  return async token => {
    try {
      const named = { issuer: typeof issuer === 'string' ? issuer : await issuer() };
      const { payload } = await jwtVerify(token, keys, {
        ...demands,
        ...named,
        currentDate: new Date(now()),
      });
      if (!isForUs(payload, audiences)) return undefined;
      return factsOf(payload, claims, now());
    } catch {
      return undefined;
    }
  };
}

/** A token for several clients says which one it was given to (OpenID Connect Core, 3.1.3.7). */
function isForUs({ aud, azp }: JWTPayload, audiences: readonly string[]): boolean {
  if (azp !== undefined) return typeof azp === 'string' && audiences.includes(azp);
  return !Array.isArray(aud) || aud.length === 1;
}

function factsOf(
  payload: JWTPayload,
  { userClaim, groupsClaim }: Pick<IdTokenRules, 'userClaim' | 'groupsClaim'>,
  now: number,
): IdTokenFacts | undefined {
  const { iat = 0, exp = 0, jti } = payload;
  // An address that an issuer has not verified could be anybody's.
  if (userClaim === 'email' && payload['email_verified'] === false) return undefined;
  if (iat > now / 1000 + skew) return undefined;
  const user = outsider(payload[userClaim], payload[groupsClaim]);
  return user && { user, grant: jti, issued: iat * 1000, expires: exp * 1000 };
}

/** Whether two addresses are of one issuer: that of a host may end with a slash, or not. Which of them its tokens say, it says itself. */
export function isSameIssuer(one: string, other: string): boolean {
  return one === other || (URL.parse(one)?.href ?? one) === URL.parse(other)?.href;
}

/** `iss` of what looks like a JSON Web Token, of which nothing has been checked; undefined for anything else. */
export function claimedIssuer(token: string): string | undefined {
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return undefined;
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

/** When a token of which everything has been checked expires, milliseconds since 1970. */
export function expiryOf(token: string): number {
  return (decodeJwt(token).exp ?? 0) * 1000;
}
