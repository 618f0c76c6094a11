/** The requests of the rows about the gateway, as bytes. */
import assert from 'node:assert/strict';
import {
  type Answered,
  asked,
  browser,
  claimsIn,
  credentials,
  get,
  type Headers,
  kubeflow,
  post,
  sendRaw,
  type Tokens,
} from '../identity/issuing.ts';
import { basic } from '../identity/issuing.ts';
import type { Fronted } from './fronted.ts';
import { other } from './issuer.ts';

export type GatewayAsk = (fronted: Fronted) => Promise<Answered>;

const model = '/v2/models/iris';
const infer = `${model}/infer`;
const viewer = 'viewer@example.com';
const minutes = 60_000;
const json = { 'Content-Type': 'application/json' };

/** The addresses of a login by hand, in their order. */
interface Walk {
  readonly login: string;
  readonly form: string;
  readonly approval: string;
  readonly callback: string;
}

type Read = (answer: Answered) => string;

const location: Read = answer => answer.location;
/** As an address is copied from the text of an answer: escaped. */
const copied: Read = ({ body }) => /<a href="([^"]+)">/.exec(body)?.[1] ?? '';

interface Walking {
  readonly path?: string;
  readonly form?: string;
  readonly read?: Read;
}

async function walk(
  port: number,
  { path = model, form: typed = credentials, read = location }: Walking = {},
): Promise<Walk> {
  const login = read(await get(port, path));
  const form = read(await get(port, login));
  const { location: approval } = await post(port, form, typed);
  const callback = read(await get(port, approval));
  return { login, form, approval, callback };
}

function sessionIn({ cookies }: Answered): string {
  const [pair = ''] = cookies.find(one => one.startsWith('authservice_session='))?.split(';', 1) ?? [];
  return pair.slice(pair.indexOf('=') + 1);
}

async function session({ port }: Fronted, form = credentials): Promise<string> {
  const found = sessionIn(await get(port, (await walk(port, { form })).callback));
  assert.notEqual(found, '', 'the login gives a session');
  return found;
}

const cookie = (value: string): Headers => ({ Cookie: `authservice_session=${value}` });
const bearer = (value: string): Headers => ({ Authorization: `Bearer ${value}` });

function nextLetter(text: string, at: number): string {
  const position = at < 0 ? text.length + at : at;
  const letter = text[position] === 'A' ? 'B' : 'A';
  return text.slice(0, position) + letter + text.slice(position + 1);
}

const unknown =
  (headers: Headers, path = model): GatewayAsk =>
  ({ port }) =>
    get(port, path, headers);

/** Asks with what a session of the user opens. */
const known =
  (headers: (handle: string) => Headers, path = model): GatewayAsk =>
  async fronted =>
    get(fronted.port, path, headers(await session(fronted)));

/** Posts with the cookie of a session. */
const posted =
  (path: string, headers: Headers = {}): GatewayAsk =>
  async fronted =>
    post(fronted.port, path, '', { ...cookie(await session(fronted)), ...headers });

/** Steps of a person who types, up to one of them. */
const at =
  (step: (walk: Walk, port: number) => Promise<Answered>): GatewayAsk =>
  async ({ port }) =>
    step(await walk(port), port);

/** An address of the callback, changed. */
const returning =
  (change: (callback: string) => string, headers: Headers = {}): GatewayAsk =>
  async ({ port }) =>
    get(port, change((await walk(port)).callback), headers);

function parameterOf(address: string, name: string): string {
  return new URL(address, 'http://x').searchParams.get(name) ?? '';
}

/** An ID token that the issuer behind the gateway gives a client for the user. */
async function idToken({ port, issuer }: Fronted, client = kubeflow): Promise<string> {
  const path = asked.replace(kubeflow.id, client.id);
  const form = (await get(port, path)).location;
  const approval = (await post(port, form, credentials)).location;
  const code = parameterOf((await get(port, approval)).location, 'code');
  const exchange = `grant_type=authorization_code&code=${code}&redirect_uri=%2Flogin%2Foidc`;
  const { body } = await post(port, '/dex/token', exchange, basic(client));
  const { id_token: token } = JSON.parse(body) as Tokens;
  assert.equal(claimsIn(token)['aud'], client.id);
  assert.ok(issuer.keys().length > 0);
  return token;
}

interface InBrowser {
  readonly callback: string;
  readonly jar: Headers;
}

/** A browser goes through a login up to the callback, and keeps its cookies. */
async function inBrowser(port: number): Promise<InBrowser> {
  const jar: string[] = [];
  const headers = (): Headers => ({ ...browser, Cookie: jar.join('; ') });
  const kept = (answer: Answered): string => {
    jar.push(...answer.cookies.map(one => one.split(';', 1)[0] ?? ''));
    return answer.location;
  };
  const form = kept(await get(port, kept(await get(port, model, browser)), headers()));
  const approval = kept(await post(port, form, credentials, headers()));
  const callback = (await get(port, approval, headers())).location;
  return { callback, jar: headers() };
}

async function viewerSession(fronted: Fronted): Promise<string> {
  const { people } = fronted;
  const [user] = people.values();
  assert.ok(user);
  people.set(viewer, { ...user, email: viewer, userId: '2', username: 'viewer', groups: [] });
  return session(fronted, credentials.replace('user%40', 'viewer%40'));
}

async function loggedOut(fronted: Fronted): Promise<string> {
  const handle = await session(fronted);
  assert.equal((await post(fronted.port, '/logout', '', cookie(handle))).status, 303);
  return handle;
}

/** One request for each row about the gateway, by section and row. */
export const gatewayAsks: Readonly<Record<string, Readonly<Record<string, GatewayAsk>>>> = {
  'A login by hand, step by step': {
    '1. `GET /v2/models/iris`, without a cookie': unknown({}),
    '2. `GET` of that address': at(({ login }, port) => get(port, login)),
    '3. name and password posted there, without a look at the form': async ({ port }) => {
      const { location: login } = await get(port, model);
      return post(port, (await get(port, login)).location, credentials);
    },
    '4. `GET` of that': async ({ port }) => {
      const { location: login } = await get(port, model);
      const { location: form } = await get(port, login);
      return get(port, (await post(port, form, credentials)).location);
    },
    '5. `GET` of that': at(({ callback }, port) => get(port, callback)),
    '6. the request of step 1 with the cookie': known(cookie),
    '7. the address of step 5 once more': at(async ({ callback }, port) => {
      const first = await get(port, callback);
      const again = await get(port, callback);
      // Two have had the code: what it gave is over.
      await ended(port, cookie(sessionIn(first)));
      return again;
    }),
    'the addresses copied from the text, `&amp;` for `&`': async ({ port }) => {
      const { login, callback } = await walk(port, { read: copied });
      assert.match(login, /&amp;/);
      assert.match(callback, /&amp;/);
      return get(port, callback);
    },
    'the request of step 1 with the cookie, after 25 hours': async fronted => {
      const handle = await session(fronted);
      fronted.house.ahead = 25 * 60 * minutes;
      return get(fronted.port, model, cookie(handle));
    },
  },
  'Nobody is known': {
    '`HEAD /v2/models/iris`': ({ port }) =>
      sendRaw(port, `HEAD ${model} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`),
    '`POST /v2/models/iris/infer`': ({ port }) => post(port, infer, '{}', json),
    '`PUT /v2/models/iris`': ({ port }) =>
      sendRaw(
        port,
        `PUT ${model} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
      ),
    '`Accept: application/json` alone': unknown({ Accept: 'application/json' }),
    '`Accept: application/json, */*`': unknown({ Accept: 'application/json, */*' }),
    '`X-Requested-With: XMLHttpRequest`': unknown({ 'X-Requested-With': 'XMLHttpRequest' }),
    '`Sec-Fetch-Mode: cors`': unknown({ 'Sec-Fetch-Mode': 'cors' }),
    gRPC: ({ port }) =>
      post(port, '/inference.GRPCInferenceService/ModelInfer', '', { 'Content-Type': 'application/grpc' }),
    'a browser opens a page': unknown({ 'Upgrade-Insecure-Requests': '1', 'Sec-Fetch-Mode': 'navigate' }),
    '`GET /`': unknown({}, '/'),
    '`GET /pipeline/`': unknown({}, '/pipeline/'),
    '`GET /apis/v2beta1/runs`': unknown({}, '/apis/v2beta1/runs'),
    '`GET /dex/healthz`': unknown({}, '/dex/healthz'),
    '`GET /dexter`, which only begins like the issuer’s path': unknown({}, '/dexter'),
    '`Authorization: Bearer` with a word': unknown(bearer('word')),
    '`Authorization: Basic`': unknown({ Authorization: 'Basic YTpi' }),
    'a malformed cookie': unknown(cookie('a b')),
    'an empty cookie': unknown(cookie('')),
    'the cookie of a session with one letter changed': known(handle => cookie(nextLetter(handle, 7))),
    'the cookie of a session that was logged out': async fronted =>
      get(fronted.port, model, cookie(await loggedOut(fronted))),
  },
  'Somebody is known': {
    'the cookie of a session': known(cookie),
    '`X-Auth-Token` with the session': known(handle => ({ 'X-Auth-Token': handle })),
    '`Authorization: Bearer` with the session': known(bearer),
    '`Authorization: Bearer` with an ID token for this client': async fronted =>
      get(fronted.port, model, bearer(await idToken(fronted))),
    '… with an ID token for another client': async fronted =>
      get(fronted.port, model, bearer(await idToken(fronted, other))),
    '… with an ID token with one letter of its signature changed': async fronted =>
      get(fronted.port, model, bearer(nextLetter(await idToken(fronted), -7))),
    'a bearer that is good for nothing beside a good cookie': known(handle => ({
      ...cookie(handle),
      ...bearer('word'),
    })),
    'two cookies of one name, of one person': async fronted => {
      const [one, two] = [await session(fronted), await session(fronted)];
      return get(fronted.port, model, { Cookie: `authservice_session=${one}; authservice_session=${two}` });
    },
    'two cookies of one name, of two people': async fronted => {
      const [one, two] = [await viewerSession(fronted), await session(fronted)];
      return get(fronted.port, model, { Cookie: `authservice_session=${one}; authservice_session=${two}` });
    },
    'a model that one may see and not call': async fronted =>
      get(fronted.port, model, cookie(await viewerSession(fronted))),
    'a model that one may not see': known(cookie, '/v2/models/secret'),
    '`POST …/infer` with the cookie, from a page of another site': posted(infer, {
      Origin: 'http://evil.test',
    }),
    '`GET /`': known(cookie, '/'),
    '`GET /pipeline/`': known(cookie, '/pipeline/'),
    '`GET /pipeline/apis/v1beta1/healthz`': known(cookie, '/pipeline/apis/v1beta1/healthz'),
  },
  'Coming back from the issuer': {
    'without `code`': returning(address => address.replace(/code=[^&]*&/, '')),
    'without `state`': returning(address => address.replace(/&state=.*/, '')),
    'a `state` that was never given': returning(address => address.replace(/state=.*/, 'state=MTYabc')),
    'a `state` with one letter changed': returning(address => nextLetter(address, -9)),
    'after 31 minutes': async fronted => {
      const { callback } = await walk(fronted.port);
      fronted.house.ahead = 31 * minutes;
      return get(fronted.port, callback);
    },
    'a `code` that was never given, with a good `state`': returning(address =>
      address.replace(/code=[^&]*/, 'code=aaaaaaaaaaaaaaaaaaaaaaaaa'),
    ),
    '`error=access_denied` in the place of a code': returning(address =>
      address.replace(/code=[^&]*/, 'error=access_denied'),
    ),
    '`iss` of another issuer beside a good code': returning(address => `${address}&iss=http://evil.test`),
    'a code of a login whose `nonce` somebody changed': async ({ port }) => {
      const { location: login } = await get(port, model);
      const { location: form } = await get(port, login.replace('nonce=', 'nonce=x'));
      const { location: approval } = await post(port, form, credentials);
      return get(port, (await get(port, approval)).location);
    },
    'in a browser, with its cookie': async ({ port }) => {
      const { callback, jar } = await inBrowser(port);
      return get(port, callback, jar);
    },
    'in a browser, without its cookie': async ({ port }) =>
      get(port, (await inBrowser(port)).callback, browser),
    'by curl, what a browser began': async ({ port }) => get(port, (await inBrowser(port)).callback),
    'in a browser, what curl began': returning(address => address, browser),
    '`POST` in the place of `GET`': at(({ callback }, port) => post(port, callback, '')),
  },
  'Logging out': {
    '`GET /logout`, with a session': known(cookie, '/logout'),
    '`GET /logout`, without one': unknown({}, '/logout'),
    '`POST /logout` with the cookie': posted('/logout'),
    '`POST /authservice/logout` with the cookie alone': posted('/authservice/logout'),
    '`POST /authservice/logout` with the session as a bearer': async fronted => {
      const handle = await session(fronted);
      return post(fronted.port, '/authservice/logout', '', { ...cookie(handle), ...bearer(handle) });
    },
    '`POST /logout` with the cookie, from a page of another site': posted('/logout', {
      Origin: 'http://evil.test',
    }),
    '`GET /oauth2/sign_out?rd=/x`, with a session': known(cookie, '/oauth2/sign_out?rd=/x'),
    '`GET /oauth2/sign_out?rd=//evil.test`, without one': unknown({}, '/oauth2/sign_out?rd=//evil.test'),
  },
  'What clients of oauth2-proxy ask': {
    '`GET /oauth2/start?rd=/x`': unknown({}, '/oauth2/start?rd=/x'),
    '`GET /oauth2/auth`, with a session': known(cookie, '/oauth2/auth'),
    '`GET /oauth2/auth`, without one': unknown({}, '/oauth2/auth'),
    '`GET /authservice/verify`, with a session': known(cookie, '/authservice/verify'),
    '`GET /authservice/verify`, without one': unknown({}, '/authservice/verify'),
    '`GET /oauth2/userinfo`, with a session': known(cookie, '/oauth2/userinfo'),
    '`GET /oauth2/userinfo`, without one': unknown({}, '/oauth2/userinfo'),
  },
};

/** Waits until a credential opens nothing any more. */
async function ended(port: number, headers: Headers): Promise<void> {
  const end = performance.now() + 5000;
  while ((await get(port, model, headers)).status === 200)
    assert.ok(performance.now() < end, 'the session goes on');
}
