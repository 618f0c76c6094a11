import { createHash } from 'node:crypto';
import type { JWTPayload } from 'jose';
import type { Person } from '../index.ts';
import type { Granted } from './grants.ts';

/** Which of several ways to log in was used; there is one. */
const connector = 'local';

/** `sub` as Dex makes it: base64url of a protobuf message of the user’s id (1) and the connector’s (2). */
export function subjectOf(userId: string): string {
  return Buffer.concat([field(1, userId), field(2, connector)]).toString('base64url');
}

/** The user’s id in a `sub` of ours; undefined for anything else. */
export function userIdOf(subject: string): string | undefined {
  const bytes = Buffer.from(subject, 'base64url');
  let [length, at] = [0, 1];
  for (let shift = 0; shift < 28; shift += 7) {
    const byte = bytes[at++] ?? 0;
    length |= (byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  const userId = bytes.toString('utf8', at, at + length);
  return subjectOf(userId) === subject ? userId : undefined;
}

function field(number: number, text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...varint(bytes.length)]), bytes]);
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}

export interface TokenTimes {
  /** Seconds since 1970. */
  readonly issued: number;
  readonly expires: number;
}

/**
 * What a token says of somebody, by the scopes that were granted, as Dex words it; and `jti`, which Dex has not: it names the
 * grant, so that what one login gave can be ended together.
 */
export function claimsOf(url: string, granted: Granted, person: Person, times: TokenTimes): JWTPayload {
  const { scopes, grant, clientId, nonce } = granted;
  return {
    iss: url,
    sub: subjectOf(person.userId),
    aud: clientId,
    exp: times.expires,
    iat: times.issued,
    jti: grant,
    ...(nonce === undefined ? {} : { nonce }),
    ...(scopes.includes('email') ? { email: person.email, email_verified: true } : {}),
    ...(scopes.includes('groups') && person.groups.length > 0 ? { groups: [...person.groups] } : {}),
    ...(scopes.includes('profile') ? { name: person.username } : {}),
    ...(scopes.includes('federated:id')
      ? { federated_claims: { connector_id: connector, user_id: person.userId } }
      : {}),
  };
}

/** `at_hash` and `c_hash`: the first half of a digest (OpenID Connect Core section 3.1.3.6). */
export function halfDigest(text: string): string {
  return createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url');
}
