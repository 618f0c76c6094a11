/** The issuer as a certified client library meets it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as oidc from 'openid-client';
import type { Client } from '../../src/edge/identity/issuer/index.ts';
import { browser, credentials, type Issuing, issuing, type Answered, get, post, user } from './issuing.ts';

const callback = 'http://localhost:9/callback';
const web: Client = {
  id: 'web app',
  name: 'Web',
  secret: 'a secret: with ä+&%',
  redirectUris: [callback],
  isPublic: false,
};
const terminal: Client = {
  id: 'terminal',
  name: 'Terminal',
  secret: undefined,
  redirectUris: [],
  isPublic: true,
};

type Auth = ReturnType<typeof oidc.ClientSecretBasic>;

async function discovered(running: Issuing, client: Client, auth?: Auth): Promise<oidc.Configuration> {
  const url = new URL(`http://localhost:${running.port}/dex`);
  const configuration = await oidc.discovery(url, client.id, client.secret, auth, {
    execute: [oidc.allowInsecureRequests],
  });
  assert.equal(configuration.serverMetadata().issuer, url.href);
  return configuration;
}

interface Begun {
  readonly url: URL;
  readonly checks: oidc.AuthorizationCodeGrantChecks;
}

async function begin(configuration: oidc.Configuration, redirect = callback): Promise<Begun> {
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const [expectedState, expectedNonce] = [oidc.randomState(), oidc.randomNonce()];
  const url = oidc.buildAuthorizationUrl(configuration, {
    redirect_uri: redirect,
    scope: 'openid email profile groups offline_access',
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
  });
  return { url, checks: { pkceCodeVerifier, expectedState, expectedNonce } };
}

/** A browser goes through a login; it keeps its cookies. */
async function loggedIn({ port }: Issuing, url: URL): Promise<URL> {
  const form = await get(port, url.pathname + url.search, browser);
  const posted = await post(port, form.location, credentials, browser);
  assert.match(
    posted.cookies.join(),
    /^davit_password_[\w-]+=[\w-]{43}; Path=\/dex\/; Max-Age=300; HttpOnly; SameSite=Lax$/,
  );
  const cookie = posted.cookies.map(one => one.split(';', 1)[0]).join('; ');
  const approved: Answered = await get(port, posted.location, { ...browser, Cookie: cookie });
  assert.equal(approved.status, 303, approved.body);
  assert.match(
    approved.cookies.join(),
    /^davit_password_[\w-]+=; Path=\/dex\/; Max-Age=0; HttpOnly; SameSite=Lax$/,
  );
  return new URL(approved.location);
}

const ways: readonly (readonly [name: string, client: Client, auth: Auth | undefined])[] = [
  ['a secret in Basic', web, oidc.ClientSecretBasic(web.secret)],
  ['a secret in the form', web, oidc.ClientSecretPost(web.secret)],
  ['no secret, on a port of its own', terminal, oidc.None()],
];

for (const [name, client, auth] of ways) {
  test(`a login with PKCE, state and nonce, userinfo, refreshing, introspection: ${name}`, async context => {
    const running = await issuing(context, { clients: [web, terminal] });
    const configuration = await discovered(running, client, auth);
    const redirect = client.isPublic ? 'http://127.0.0.1:43210/' : callback;
    const { url, checks } = await begin(configuration, redirect);
    const tokens = await oidc.authorizationCodeGrant(configuration, await loggedIn(running, url), checks);

    const claims = tokens.claims();
    assert.equal(claims?.['email'], user.email);
    assert.equal(claims?.['email_verified'], true);
    assert.equal(claims?.aud, client.id);
    assert.deepEqual(claims?.['groups'], user.groups);
    assert.equal((claims?.exp ?? 0) - (claims?.iat ?? 0), 24 * 3600);
    const info = await oidc.fetchUserInfo(configuration, tokens.access_token, claims?.sub ?? '');
    assert.equal(info.email, user.email);

    const refreshed = await oidc.refreshTokenGrant(configuration, tokens.refresh_token ?? '');
    assert.notEqual(refreshed.refresh_token, tokens.refresh_token);
    assert.equal(refreshed.claims()?.sub, claims?.sub);
    assert.equal(refreshed.claims()?.jti, claims?.jti);
    const again = await oidc.refreshTokenGrant(configuration, refreshed.refresh_token ?? '', {
      scope: 'openid',
    });
    assert.equal(again.claims()?.['email'], undefined);

    const state = await oidc.tokenIntrospection(configuration, refreshed.access_token);
    assert.deepEqual([state.active, state.sub, state.client_id], [true, claims?.sub, client.id]);
    assert.equal((await oidc.tokenIntrospection(configuration, again.refresh_token ?? '')).active, true);
    assert.equal((await oidc.tokenIntrospection(configuration, 'x')).active, false);
  });
}

test('what a client is told when something is wrong has the names of RFC 6749', async context => {
  const running = await issuing(context, { clients: [web] });
  const configuration = await discovered(running, web);
  const { url, checks } = await begin(configuration);
  const location = await loggedIn(running, url);
  const wrong = { ...checks, pkceCodeVerifier: oidc.randomPKCECodeVerifier() };
  await assert.rejects(oidc.authorizationCodeGrant(configuration, location, wrong), {
    error: 'invalid_grant',
  });
  // The right one is not spoilt by that.
  await oidc.authorizationCodeGrant(configuration, location, checks);
  await assert.rejects(oidc.authorizationCodeGrant(configuration, location, checks), {
    error: 'invalid_grant',
  });

  const stranger = await discovered(running, { ...web, secret: 'another' });
  const refused = oidc.refreshTokenGrant(stranger, 'x');
  await assert.rejects(refused, (error: unknown) => {
    assert.ok(error instanceof oidc.WWWAuthenticateChallengeError || error instanceof oidc.ResponseBodyError);
    assert.equal(error.status, 401);
    return true;
  });

  url.searchParams.set('scope', 'email');
  const back = await get(running.port, url.pathname + url.search, browser);
  const sentBack = oidc.authorizationCodeGrant(configuration, new URL(back.location), checks);
  await assert.rejects(sentBack, {
    error: 'invalid_scope',
    error_description: 'Missing required scope(s) ["openid"].',
  });
});

test('over TLS the cookie of a login goes over TLS alone', async context => {
  const { port } = await issuing(context, { url: 'https://davit.test/dex', clients: [web] });
  const path = `/dex/auth?client_id=web+app&redirect_uri=${encodeURIComponent(callback)}&response_type=code&scope=openid`;
  const form = await get(port, path, browser);
  const { cookies } = await post(port, form.location, credentials, browser);
  assert.match(cookies.join(), /; HttpOnly; SameSite=Lax; Secure$/);
});
