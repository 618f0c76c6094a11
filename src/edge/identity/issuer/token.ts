import { createHash } from 'node:crypto';
import type { JWTPayload } from 'jose';
import type { Person } from '../index.ts';
import { type Answer, json, notKept } from './answers.ts';
import { authenticatedClient } from './authenticate.ts';
import { claimsOf, halfDigest } from './claims.ts';
import type { CodeFacts } from './codes.ts';
import type { Client } from './contract.ts';
import { issuerErrors } from './errors.ts';
import { endGrant, giverOf, type Granted } from './grants.ts';
import { isSame, newId } from './secrets.ts';
import type { Site, Visit } from './visit.ts';
import { Steps } from './way.ts';

type Asking = Visit & { readonly client: Client };

function needed({ form }: Visit, name: string): string {
  const value = form.get(name) ?? '';
  if (value === '') throw issuerErrors.make['oauth-invalid-request'](`Required param: ${name}.`);
  return value;
}

function invalidGrant(text: string): Error {
  return issuerErrors.make['oauth-invalid-grant'](text);
}

/** A code that comes twice has been stolen, by the first or by the second: what it gave is ended. */
function notReplayed({ site, client, form, caller }: Asking): void {
  const spent = site.codes.spent(form.get('code') ?? '');
  if (spent === undefined || spent.clientId !== client.id) return;
  endGrant(site, spent);
  site.audit({ event: 'code-replayed', user: spent.email, from: caller.address });
  throw invalidGrant('The code was used before: what it gave has been revoked. Log in again.');
}

function goodCode(visit: Asking): { readonly code: string; readonly facts: CodeFacts } {
  const code = needed(visit, 'code');
  const facts = visit.site.codes.find(code);
  if (facts === undefined || facts.clientId !== visit.client.id) {
    throw invalidGrant('Invalid or expired code parameter.');
  }
  if (facts.redirectUri !== visit.form.get('redirect_uri')) {
    throw invalidGrant('redirect_uri did not match URI from initial request.');
  }
  return { code, facts };
}

/** Whoever began the login takes the code: only he knows what the challenge was made of (RFC 7636). */
function verified({ form, facts }: Asking & { facts: CodeFacts }): void {
  const verifier = form.get('code_verifier');
  if (facts.challenge === undefined) {
    if (verifier === undefined) return;
    throw invalidGrant('No PKCE flow started. Cannot check code_verifier.');
  }
  if (verifier === undefined) throw invalidGrant('Expecting parameter code_verifier in PKCE flow.');
  const matches = isSame(createHash('sha256').update(verifier).digest('base64url'), facts.challenge);
  if (!matches || !/^[\w.~-]{43,128}$/.test(verifier)) throw invalidGrant('Invalid code_verifier.');
}

interface Given {
  readonly granted: Granted;
  readonly person: Person;
  /** When it was looked who he is, seconds since 1970: what ends his logins later ends this one. */
  readonly issued: number;
  /** The next refresh token. */
  readonly refresh: string | undefined;
  readonly code?: string;
}

/** The code is gone before anything is made of it. */
function spentCode({ site, code, facts }: Asking & { code: string; facts: CodeFacts }): Given {
  if (!site.codes.spend(code)) throw invalidGrant('Invalid or expired code parameter.');
  const person = stillThere(giverOf(site, facts));
  const { clientId, scopes, nonce, grant, email, stamp } = facts;
  const granted: Granted = { clientId, scopes, nonce, grant, email, stamp };
  const refresh = scopes.includes('offline_access') ? site.refreshing.give(granted) : undefined;
  return { granted, person, issued: secondsOf(site), refresh, code };
}

function stillThere(person: Person | undefined): Person {
  if (person === undefined) {
    throw invalidGrant('Whoever logged in is no longer known, or has another password since. Log in again.');
  }
  return person;
}

function exchangedToken(visit: Asking): Given {
  const { site, client } = visit;
  const token = needed(visit, 'refresh_token');
  const known = site.refreshing.find(token);
  if (known?.granted.clientId === client.id) lessScopes(visit, known.granted.scopes);
  const exchanged = site.refreshing.exchange(token, client.id);
  if (exchanged.outcome === 'unknown') throw invalidGrant('Refresh token is invalid or has expired.');
  const { granted } = exchanged;
  if (exchanged.outcome === 'reused') {
    endGrant(site, granted);
    throw invalidGrant(
      'The refresh token was used before: what its login gave has been revoked. Log in again.',
    );
  }
  const person = giverOf(site, granted);
  if (person === undefined) endGrant(site, granted);
  const scopes = lessScopes(visit, granted.scopes);
  const issued = secondsOf(site);
  return { granted: { ...granted, scopes }, person: stillThere(person), issued, refresh: exchanged.token };
}

/** A client may ask for less than it was granted. */
function lessScopes({ form }: Visit, granted: readonly string[]): readonly string[] {
  const asked = (form.get('scope') ?? '').split(' ').filter(scope => scope !== '');
  const more = asked.filter(scope => !granted.includes(scope));
  if (more.length === 0) return asked.length === 0 ? granted : asked;
  throw issuerErrors.make['oauth-invalid-scope'](
    `Requested scopes contain unauthorized scope(s): ${JSON.stringify(more.slice(0, 5))}.`,
  );
}

function secondsOf({ now }: Site): number {
  return Math.floor(now() / 1000);
}

async function tokens({ site, granted, person, issued, refresh, code }: Visit & Given): Promise<Answer> {
  const seconds = Math.floor(site.lifetimes.idToken / 1000);
  const claims: JWTPayload = claimsOf(site.url, granted, person, { issued, expires: issued + seconds });
  const access = await site.keys.sign({ ...claims, at_hash: halfDigest(newId()) });
  const hashes = { at_hash: halfDigest(access), ...(code === undefined ? {} : { c_hash: halfDigest(code) }) };
  const id = await site.keys.sign({ ...claims, ...hashes });
  const given = {
    access_token: access,
    token_type: 'bearer',
    expires_in: seconds,
    ...(refresh === undefined ? {} : { refresh_token: refresh }),
    id_token: id,
  };
  return json(200, given, [notKept, ['Pragma', 'no-cache']]);
}

const byCode = Steps.from<Asking>()
  .check(notReplayed)
  .find(goodCode)
  .check(verified)
  .find(spentCode)
  .answer(tokens);

const byRefresh = Steps.from<Asking>().find(exchangedToken).answer(tokens);

/** Ways to get tokens, by `grant_type`. */
export const grantTypes = { authorization_code: byCode, refresh_token: byRefresh } as const;

function byType(visit: Asking): Promise<Answer> {
  const type = needed(visit, 'grant_type');
  if (Object.hasOwn(grantTypes, type)) return grantTypes[type as keyof typeof grantTypes](visit);
  const text = `Grant type ${JSON.stringify(type.slice(0, 60))} is not supported; expected ${Object.keys(grantTypes).join(' or ')}.`;
  throw issuerErrors.make['oauth-unsupported-grant-type'](text);
}

/** A client takes tokens. */
export const giveTokens = Steps.from<Visit>().find(authenticatedClient).answer(byType);
