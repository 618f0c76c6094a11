import type { JWTPayload } from 'jose';
import { isEnded } from '../index.ts';
import { type Answer, json } from './answers.ts';
import { authenticatedClient } from './authenticate.ts';
import { subjectOf, userIdOf } from './claims.ts';
import type { Client } from './contract.ts';
import { issuerErrors } from './errors.ts';
import { giverOf } from './grants.ts';
import type { Site, Visit } from './visit.ts';
import { Steps } from './way.ts';

/** What a token says that is good now: signed by a key of ours, not expired, of a grant that was not ended. */
async function goodToken(site: Site, token: string): Promise<JWTPayload | undefined> {
  const claims = await site.keys.verify(token, site.url);
  if (claims?.jti === undefined || claims.iat === undefined) return undefined;
  const { email } = claims;
  const user = typeof email === 'string' ? email : '';
  const given = { user, userId: userIdOf(claims.sub ?? ''), grant: claims.jti, issued: claims.iat * 1000 };
  return isEnded(site.records, given) ? undefined : claims;
}

function presented({ authorization, form }: Visit): { readonly token: string } {
  const [, token = form.get('access_token') ?? ''] = /^bearer +([\w.-]+)$/i.exec(authorization ?? '') ?? [];
  if (token === '') {
    throw issuerErrors.make['oauth-invalid-token'](
      'No bearer token found: send Authorization: Bearer with an access token.',
    );
  }
  return { token };
}

async function claims({ site, token }: Visit & { token: string }): Promise<Answer> {
  const said = await goodToken(site, token);
  if (said === undefined) throw issuerErrors.make['oauth-invalid-token']('Invalid bearer token.');
  return json(200, said);
}

/** Tells a client who somebody is, in the words of his token. */
export const tellUser = Steps.from<Visit>().find(presented).answer(claims);

async function introspection({ site, form, client }: Visit & { client: Client }): Promise<Answer> {
  const token = form.get('token') ?? '';
  if (token === '') throw issuerErrors.make['oauth-invalid-request']('Required param: token.');
  const said = await goodToken(site, token);
  if (said === undefined) return json(200, refreshState(site, client, token));
  if (said.aud !== client.id) return json(200, { active: false });
  const { email, email_verified, groups, name } = said;
  const { iss, sub, aud, exp, iat, jti } = said;
  return json(200, {
    active: true,
    client_id: client.id,
    sub,
    exp,
    iat,
    nbf: iat,
    aud,
    iss,
    jti,
    token_type: 'Bearer',
    token_use: 'access_token',
    ext: { email, email_verified, groups, name },
  });
}

function refreshState(site: Site, client: Client, token: string): object {
  const known = site.refreshing.find(token);
  const person = known === undefined ? undefined : giverOf(site, known.granted);
  if (known === undefined || person === undefined || known.granted.clientId !== client.id)
    return { active: false };
  const { scopes, grant } = known.granted;
  return {
    active: true,
    client_id: client.id,
    sub: subjectOf(person.userId),
    exp: Math.floor(known.expires / 1000),
    scope: scopes.join(' '),
    iss: site.url,
    jti: grant,
    token_use: 'refresh_token',
  };
}

/** Tells a client whether a token that it was given is good (RFC 7662). */
export const introspect = Steps.from<Visit>().find(authenticatedClient).answer(introspection);
