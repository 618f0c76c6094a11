/** The requests of the rows about the issuer, as bytes. */
import assert from 'node:assert/strict';
import {
  type Answered,
  asked,
  basic,
  begun,
  browser,
  codeOf,
  credentials,
  exchange,
  get,
  type Headers,
  type Issuing,
  kubeflow,
  post,
  sendRaw,
  type Tokens,
} from '../identity/issuing.ts';

const minutes = 60_000;
export const other = { ...kubeflow, id: 'other', secret: 'other-secret' };
export const local = { ...kubeflow, id: 'local', secret: undefined, redirectUris: [], isPublic: true };
const verifier = 'a'.repeat(43);
/** base64url of the SHA-256 of the verifier. */
const challenge = 'ZtNPunH49FD35FWYhT5Tv8I7vRKQJ8uxMaL0_9eHjNA';
const challenged = `${asked}&code_challenge=${challenge}&code_challenge_method=S256`;
const offline = asked.replace('openid', 'openid+offline_access');
const wrong = 'login=user%40example.com&password=wrong';

export type Ask = (issuing: Issuing) => Promise<Answered>;

const authorize =
  (change: (path: string) => string): Ask =>
  ({ port }) =>
    get(port, change(asked));

const without = (name: string): Ask => authorize(path => path.replace(new RegExp(`&${name}=[^&]*`), ''));

const withForm =
  (form: string, headers: Headers = {}): Ask =>
  async ({ port }) =>
    post(port, `/dex/auth/local?req=${await begun(port)}`, form, headers);

async function wrongFiveTimes(port: number): Promise<string> {
  const path = `/dex/auth/local?req=${await begun(port)}`;
  for (let time = 0; time < 5; time++) assert.equal((await post(port, path, wrong)).status, 401);
  return path;
}

/** `req` of a login whose password was given. */
async function proven(port: number, headers: Headers = {}, path = asked): Promise<string> {
  const req = await begun(port, path);
  await post(port, `/dex/auth/local?req=${req}`, credentials, headers);
  return req;
}

async function inBrowser(port: number): Promise<{ location: string; cookie: Headers }> {
  const { location, cookies } = await post(
    port,
    `/dex/auth/local?req=${await begun(port)}`,
    credentials,
    browser,
  );
  return { location, cookie: { ...browser, Cookie: cookies[0]?.split(';', 1)[0] ?? '' } };
}

const approval =
  (headers: Headers, before: Headers = {}): Ask =>
  async ({ port }) =>
    get(port, `/dex/approval?req=${await proven(port, before)}`, headers);

const exchanged =
  (more: string, path = asked): Ask =>
  async ({ port }) =>
    exchange(port, await codeOf(port, path), more);

const asClient =
  (form: string, headers: Headers): Ask =>
  ({ port }) =>
    post(port, '/dex/token', form, headers);

async function tokens(port: number, path = asked): Promise<Tokens> {
  const { body } = await exchange(port, await codeOf(port, path));
  return JSON.parse(body) as Tokens;
}

async function refresh(port: number, token: string, more = ''): Promise<Answered> {
  return post(port, '/dex/token', `grant_type=refresh_token&refresh_token=${token}${more}`, basic(kubeflow));
}

/** One request for each row about the issuer, by section and row. */
export const issuerAsks: Readonly<Record<string, Readonly<Record<string, Ask>>>> = {
  'Asking for a login': {
    '`GET /dex/auth?…`': authorize(path => path),
    '`HEAD /dex/auth?…`': ({ port }) =>
      sendRaw(port, `HEAD ${asked} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
    '`POST /dex/auth` with the parameters as a form': ({ port }) =>
      post(port, '/dex/auth', asked.slice(asked.indexOf('?') + 1)),
    '`GET /dex/auth/local?…` with the parameters of `/dex/auth`': authorize(path =>
      path.replace('/auth?', '/auth/local?'),
    ),
    'parameters pasted from HTML, `&amp;` for `&`': authorize(path => path.replaceAll('&', '&amp;')),
    'unknown `client_id`': authorize(path => path.replace('kubeflow-oidc-authservice', 'nobody')),
    '`redirect_uri` that is not registered': authorize(path => path.replace('oidc&', 'oidc2&')),
    '`redirect_uri` of another host with a registered path': authorize(path =>
      path.replace('=%2Flogin', '=%2F%2Fevil.example%2Flogin'),
    ),
    'a parameter twice': authorize(path => `${path}&state=2`),
    'a parameter that is no UTF-8': authorize(path => path.replace('MTYabc', '%ff')),
    '`scope` without `openid`': authorize(path => path.replace('+openid', '')),
    '`scope` with an unknown one': authorize(path => path.replace('openid', 'openid+admin')),
    '`response_type=token`': authorize(path => path.replace('=code', '=token')),
    'no `response_type`': without('response_type'),
    '`code_challenge_method=plain`': authorize(
      path => `${path}&code_challenge=${verifier}&code_challenge_method=plain`,
    ),
    'a public client without `code_challenge`': authorize(path =>
      path.replace(kubeflow.id, 'local').replace('%2Flogin%2Foidc', 'http%3A%2F%2Flocalhost%3A1%2F'),
    ),
    '`request=…`': authorize(path => `${path}&request=e30`),
    '`prompt=none`': authorize(path => `${path}&prompt=none`),
    '`GET /dex/auth/ldap?…`': authorize(path => path.replace('/auth?', '/auth/ldap?')),
  },
  'Name and password': {
    '`GET /dex/auth/local?req=…`': async ({ port }) => get(port, `/dex/auth/local?req=${await begun(port)}`),
    '`GET /dex/auth/local/login?back=&state=…`': async ({ port }) =>
      get(port, `/dex/auth/local/login?back=&state=${await begun(port)}`),
    'right password': withForm(credentials),
    'right password at `/dex/auth/local/login?back=&state=…`': async ({ port }) =>
      post(port, `/dex/auth/local/login?back=&state=${await begun(port)}`, credentials),
    'right password, e-mail address in capitals': withForm(credentials.replace('user', 'USER')),
    'right password, from a browser': withForm(credentials, browser),
    'wrong password': withForm(wrong),
    'unknown user': withForm('login=nobody%40example.com&password=wrong'),
    'the sixth wrong password in a row': async ({ port }) => post(port, await wrongFiveTimes(port), wrong),
    'the right password after five wrong ones': async ({ port }) =>
      post(port, await wrongFiveTimes(port), credentials),
    '`req` that was never given': ({ port }) =>
      post(port, '/dex/auth/local?req=aaaaaaaaaaaaaaaaaaaaaaaaa', credentials),
    'no `req`': ({ port }) => post(port, '/dex/auth/local', credentials),
    '`req` whose password was given already': async ({ port }) =>
      post(port, `/dex/auth/local?req=${await proven(port)}`, credentials),
    '`req` after 31 minutes': async ({ port, pass }) => {
      const req = await begun(port);
      pass(31 * minutes);
      return post(port, `/dex/auth/local?req=${req}`, credentials);
    },
    'the form posted by a page of another site': withForm(credentials, { Origin: 'http://evil.example' }),
    'the form as JSON': withForm('{"login":"user@example.com"}', { 'Content-Type': 'application/json' }),
    'the form with 40 kB': withForm(`${credentials}&x=${'x'.repeat(40_000)}`),
  },
  Approval: {
    '`GET /dex/approval?req=…` after the password': approval({}),
    'the same from a browser, with `hmac` and its cookie': async ({ port }) => {
      const { location, cookie } = await inBrowser(port);
      return get(port, location, cookie);
    },
    'before the password': async ({ port }) => get(port, `/dex/approval?req=${await begun(port)}`),
    '`req` that was never given': ({ port }) => get(port, '/dex/approval?req=aaaaaaaaaaaaaaaaaaaaaaaaa'),
    'a second time': async ({ port }) => {
      const path = `/dex/approval?req=${await proven(port)}`;
      await get(port, path);
      return get(port, path);
    },
    'six minutes after the password': async ({ port, pass }) => {
      const req = await proven(port);
      pass(6 * minutes);
      return get(port, `/dex/approval?req=${req}`);
    },
    'from a browser, without `hmac`': async ({ port }) => {
      const { location, cookie } = await inBrowser(port);
      return get(port, location.replace(/&hmac=.*/, ''), cookie);
    },
    'from a browser, with another `hmac`': async ({ port }) => {
      const { location, cookie } = await inBrowser(port);
      return get(port, location.replace(/&hmac=.*/, `&hmac=${challenge}`), cookie);
    },
    'from a browser, without its cookie': async ({ port }) =>
      get(port, (await inBrowser(port)).location, browser),
    'by curl, after a browser gave the password': approval({}, browser),
    'from a browser, after curl gave the password': approval(browser),
    'by curl, from another address': approval({ 'X-Forwarded-For': '203.0.113.9' }),
    '`HEAD /dex/approval?req=…`': async ({ port }) =>
      sendRaw(
        port,
        `HEAD /dex/approval?req=${await proven(port)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      ),
    '`approval_prompt=force`': async ({ port }) =>
      get(port, `/dex/approval?req=${await proven(port, {}, `${asked}&approval_prompt=force`)}`),
    '`POST /dex/approval?req=…`, `approval=approve`': async ({ port }) =>
      post(port, `/dex/approval?req=${await proven(port)}`, 'approval=approve'),
    '`POST /dex/approval?req=…`, `approval=rejected`': async ({ port }) =>
      post(port, `/dex/approval?req=${await proven(port)}`, 'approval=rejected'),
  },
  Tokens: {
    'a code': exchanged(''),
    'a code a second time': async ({ port }) => {
      const code = await codeOf(port);
      await exchange(port, code);
      return exchange(port, code);
    },
    'a code that was never given': ({ port }) => exchange(port, 'aaaaaaaaaaaaaaaaaaaaaaaaa'),
    'a code after six minutes': async ({ port, pass }) => {
      const code = await codeOf(port);
      pass(6 * minutes);
      return exchange(port, code);
    },
    'a code of another client': async ({ port }) =>
      post(
        port,
        '/dex/token',
        `grant_type=authorization_code&code=${await codeOf(port)}&redirect_uri=%2Flogin%2Foidc`,
        basic(other),
      ),
    'a code with another `redirect_uri`': async ({ port }) =>
      exchange(port, await codeOf(port), '', '/oauth2/callback'),
    'a code with a challenge, without the verifier': exchanged('', challenged),
    'a code with a challenge and another verifier': exchanged(`&code_verifier=${'b'.repeat(43)}`, challenged),
    'a code without a challenge, with a verifier': exchanged(`&code_verifier=${verifier}`),
    'no code': asClient('grant_type=authorization_code', basic(kubeflow)),
    'wrong secret': asClient('grant_type=authorization_code', basic({ ...kubeflow, secret: 'wrong' })),
    'unknown client': asClient('grant_type=authorization_code', basic({ ...kubeflow, id: 'nobody' })),
    'the secret in the form': async ({ port }) =>
      post(
        port,
        '/dex/token',
        `grant_type=authorization_code&code=${await codeOf(port)}&redirect_uri=%2Flogin%2Foidc&client_id=${kubeflow.id}&client_secret=${kubeflow.secret}`,
      ),
    'the secret in the form and in `Authorization`': exchanged(`&client_secret=${kubeflow.secret}`),
    'another `grant_type`': asClient('grant_type=password', basic(kubeflow)),
    '`GET /dex/token`': ({ port }) => get(port, '/dex/token'),
    'the form as JSON': asClient('{}', { ...basic(kubeflow), 'Content-Type': 'application/json' }),
    'a refresh token': async ({ port }) => refresh(port, (await tokens(port, offline)).refresh_token ?? ''),
    'a refresh token a second time': async ({ port }) => {
      const { refresh_token: token = '' } = await tokens(port, offline);
      await refresh(port, token);
      return refresh(port, token);
    },
    'a refresh token of another client': async ({ port }) => {
      const { refresh_token: token = '' } = await tokens(port, offline);
      return post(port, '/dex/token', `grant_type=refresh_token&refresh_token=${token}`, basic(other));
    },
    'a refresh token with more scopes': async ({ port }) =>
      refresh(port, (await tokens(port, offline)).refresh_token ?? '', '&scope=openid+federated%3Aid'),
  },
  'Everything else': {
    '`GET /dex/userinfo` with an access token': async ({ port }) =>
      get(port, '/dex/userinfo', { Authorization: `Bearer ${(await tokens(port)).access_token}` }),
    '`GET /dex/userinfo` without one': ({ port }) => get(port, '/dex/userinfo'),
    '`GET /dex/userinfo` with a bad one': ({ port }) =>
      get(port, '/dex/userinfo', { Authorization: 'Bearer a.b.c' }),
    '`POST /dex/token/introspect` with an access token': async ({ port }) =>
      post(port, '/dex/token/introspect', `token=${(await tokens(port)).access_token}`, basic(kubeflow)),
    '`POST /dex/token/introspect` by nobody': async ({ port }) =>
      post(port, '/dex/token/introspect', `token=${(await tokens(port)).access_token}`),
    '`GET /dex/.well-known/openid-configuration`': ({ port }) =>
      get(port, '/dex/.well-known/openid-configuration'),
    '`GET /dex/keys`': ({ port }) => get(port, '/dex/keys'),
    '`GET /dex/healthz`': ({ port }) => get(port, '/dex/healthz'),
    '`GET /dex/nothing`': ({ port }) => get(port, '/dex/nothing'),
    '`GET /dexter/auth`': ({ port }) => get(port, '/dexter/auth'),
    '`GET /dex/../dex/keys`': ({ port }) => get(port, '/dex/../dex/keys'),
  },
};
