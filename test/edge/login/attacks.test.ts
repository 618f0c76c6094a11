import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, beforeEach, test } from 'node:test';
import { approved, cookieOf, fetched, loggedIn } from './client.ts';
import { House, password, people, until } from './house.ts';

const [user = '', viewer = '', stranger = ''] = people;
let house: House;
let port: number;
let cookie: string;
let host: string;

before(async () => {
  house = await House.open();
  ({ port } = house);
  host = await house.serve('mine', 'iris');
  await house.serve('other', 'secret');
  await house.serve('mine', 'open', { 'davit.dev/public-paths': '/v1/models/open' });
  await house.serve('mine', 'twice');
  await house.serve('other', 'twice');
  cookie = await loggedIn(port, { user, password });
});

beforeEach(() => void house.received.splice(0));

after(() => house.close());

const browser = { 'upgrade-insecure-requests': '1', accept: 'text/html,*/*' };
const infer = '/v2/models/iris/infer';
const hour = 3_600_000;

test('nobody outside can say who asks: any spelling, doubled, on every way', async () => {
  const forged = [
    'kubeflow-userid',
    'Kubeflow-UserId',
    'KUBEFLOW_USERID',
    'kubeflow_userid',
    'Kubeflow.Userid',
    'kubeflow-groups',
    'kubeflow_groups',
    'Kubeflow-Userid-Token',
    'X-Auth-Request-Email',
    'x_auth_request_user',
    'X-Forwarded-User',
    'X_Forwarded_Email',
    'X-Forwarded-Groups',
    'X-Forwarded-Access-Token',
  ];
  const lines = forged.flatMap(name => [`${name}: root@evil.test`, `${name}: admin`]).join('\r\n');
  const ways = {
    'with a cookie': ['/v2/models/iris', `Cookie: ${cookie}`],
    'with a bearer': ['/v2/models/iris', `Authorization: Bearer ${cookie.split('=')[1]}`],
    'on a public path': ['/v1/models/open', 'X: y'],
  };
  for (const [what, [path = '', credential = '']] of Object.entries(ways)) {
    const socket = connect(port, '127.0.0.1');
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${lines}\r\n${credential}\r\nConnection: close\r\n\r\n`,
    );
    assert.match(await text(socket), /^HTTP\/1\.1 200 /, what);
    const { rawHeaders } = house.received.at(-1) ?? assert.fail(what);
    assert.equal(
      rawHeaders.some(value => /root@evil|^admin$/.test(value)),
      false,
      `${what}: ${rawHeaders.join()}`,
    );
    const named = rawHeaders.flatMap((value, at) =>
      /^kubeflow-userid$/i.test(value) ? [rawHeaders[at + 1]] : [],
    );
    assert.deepEqual(named, what === 'on a public path' ? [] : [user], what);
  }
  // The issuer is reached without a credential, and is told nothing either.
  const issuer = await fetched(port, '/dex/healthz', { headers: { 'kubeflow-userid': 'root' } });
  assert.equal(issuer.status, 200);
});

test('what opens a session here is not given to the services', async () => {
  const bearer = cookie.split('=')[1] ?? '';
  for (const headers of [
    { cookie: `a=1; ${cookie}; b=2` },
    { authorization: `Bearer ${bearer}` },
    { 'x-auth-token': bearer },
  ]) {
    assert.equal((await fetched(port, '/v2/models/iris', { headers })).status, 200);
    const seen = house.received.at(-1) ?? assert.fail();
    assert.equal(seen.rawHeaders.join('\n').includes(bearer), false, seen.rawHeaders.join());
    if ('cookie' in headers) assert.equal(seen.headers.cookie, 'a=1; b=2');
  }
});

test('a path that can be read in two ways leads nobody past the login', async () => {
  const paths = [
    '/dexter',
    '/dex/../v2/models/iris',
    '/dex/..%2fv2/models/iris',
    '/dex/%2e%2e/v2/models/iris',
    '/dex//../v2/models/iris',
    '/DEX/auth',
    '/dex;/v2/models/iris',
    '/dex%2fauth',
    '/./dex/auth',
    '//dex/auth',
    '/v1/models/open/../../../v2/models/iris',
    '/v1/models/opened',
    '/v2/models/iris?x=/dex/auth',
    '/v2/models/iris#/dex/auth',
  ];
  for (const path of paths) {
    const socket = connect(port, '127.0.0.1');
    socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    assert.match(await text(socket), /^HTTP\/1\.1 (302|400|401) /, path);
  }
  assert.deepEqual(house.received, []);
});

test('requests that two servers could read in two ways reach none', async () => {
  const inner = `GET /v2/models/iris HTTP/1.1\r\nHost: localhost\r\nCookie: ${cookie}\r\n\r\n`;
  const rows = {
    'two framings': `Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${inner}`,
    'two lengths': `Content-Length: 0\r\nContent-Length: ${inner.length}\r\n\r\n${inner}`,
    'a folded field': `X: a\r\n Cookie: ${cookie}\r\n\r\n`,
    'a space before the colon': `Kubeflow-Userid : root\r\nContent-Length: 0\r\n\r\n`,
  };
  for (const [what, rest] of Object.entries(rows)) {
    const socket = connect(port, '127.0.0.1');
    socket.write(`POST ${infer} HTTP/1.1\r\nHost: localhost\r\nCookie: ${cookie}\r\n${rest}`);
    assert.match(await text(socket), /^HTTP\/1\.1 400 /, what);
  }
  assert.deepEqual(house.received, []);
});

test('pages of other origins use no cookie of a session', async () => {
  const foreign: Readonly<Record<string, string>>[] = [
    { origin: 'https://evil.test' },
    { origin: 'null' },
    { origin: 'http://localhost:3000' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site', origin: 'http://localhost:3000' },
    { referer: 'https://evil.test/page' },
  ];
  for (const marks of foreign) {
    const headers = { host: 'localhost:8080', cookie, ...marks };
    const answer = await fetched(port, infer, { body: '{}', headers });
    assert.equal(answer.status, 403, JSON.stringify(marks));
    assert.match(answer.text, /only pages of this host/);
    const out = await fetched(port, '/logout', { body: '', headers });
    assert.equal(out.status, 403, JSON.stringify(marks));
  }
  assert.deepEqual(house.received, []);
  const own = {
    host: 'localhost:8080',
    cookie,
    origin: 'http://localhost:8080',
    'sec-fetch-site': 'same-origin',
  };
  assert.equal((await fetched(port, infer, { body: '{}', headers: own })).status, 200);
  // A program says itself who it is: no browser adds that.
  const bearer = { authorization: `Bearer ${cookie.split('=')[1]}`, origin: 'https://app.test' };
  assert.equal((await fetched(port, infer, { body: '{}', headers: bearer })).status, 200);
  const socket = { ...own, origin: 'https://evil.test', connection: 'Upgrade', upgrade: 'websocket' };
  assert.equal((await fetched(port, '/v2/models/iris', { headers: socket })).status, 403);
});

test('after a login people are at a path of this host, wherever they were told to go', async () => {
  const places = [
    'https://evil.test/',
    '//evil.test',
    '/\\evil.test',
    '/\t/evil.test',
    '/%09/evil.test',
    '/.//evil.test',
    '/..//evil.test',
    '/%2f%2fevil.test',
    '/%5cevil.test',
    'javascript:alert(1)',
    'evil.test',
    '',
  ];
  for (const place of places) {
    const begun = await fetched(port, `/oauth2/start?rd=${encodeURIComponent(place)}`);
    assert.equal(begun.status, 302, place);
    const callback = await approvedFrom(begun.headers.location ?? '');
    const { headers } = await fetched(port, callback);
    const to = new URL(headers.location ?? '', 'http://here.test/');
    assert.equal(to.origin, 'http://here.test', place);
    assert.match(headers.location ?? '', /^\/(?![/\\])/, place);
  }
});

async function approvedFrom(location: string): Promise<string> {
  const form = (await fetched(port, location)).headers.location ?? '';
  const posted = await fetched(port, form, {
    body: new URLSearchParams({ login: user, password }).toString(),
  });
  return (await fetched(port, posted.headers.location ?? '')).headers.location ?? assert.fail(posted.text);
}

test('of many who bring the same code at once one gets a session at most, and it ends', async () => {
  const callback = await approved(port, { user, password });
  const answers = await Promise.all(Array.from({ length: 12 }, () => fetched(port, callback)));
  const given = answers.filter(({ status }) => status === 302);
  assert.ok(given.length <= 1, `${given.length} sessions`);
  for (const { status, text: body } of answers) {
    if (status !== 302) assert.ok(status === 400 || status === 401, `${status} ${body}`);
  }
  for (const answer of given) {
    const session = cookieOf(answer, 'authservice_session');
    await until(
      async () => (await fetched(port, '/v2/models/iris', { headers: { cookie: session } })).status === 302,
      'it goes on',
    );
  }
});

test('a state is good for the login that it was made for, whole, for half an hour', async () => {
  const callback = await approved(port, { user, password });
  const state = new URL(callback, 'http://here.test').searchParams.get('state') ?? '';
  const other = state.slice(0, -4) + (state.endsWith('AAAA') ? 'BBBB' : 'AAAA');
  for (const [what, path] of Object.entries({
    changed: callback.replace(state, other),
    missing: callback.replace(/&state=.*$/, ''),
    'without a code': `/login/oidc?state=${state}`,
    'at another path': callback.replace('/login/oidc', '/oauth2/callback'),
  })) {
    const { status, headers } = await fetched(port, path);
    assert.equal(status, 400, what);
    assert.equal(headers['set-cookie'], undefined, what);
  }
  house.ahead = 31 * 60_000;
  try {
    const { status, text: body } = await fetched(port, await expired());
    assert.equal(status, 400);
    assert.match(body, /began 31 minutes ago/);
  } finally {
    house.ahead = 0;
  }
});

/** A callback of a login that began half an hour and a minute ago. */
async function expired(): Promise<string> {
  house.ahead = 0;
  const begun = await fetched(port, '/');
  house.ahead = 31 * 60_000;
  const state = new URL(begun.headers.location ?? '', 'http://here.test').searchParams.get('state');
  return `/login/oidc?code=anything&state=${state}`;
}

test('a login that a browser began ends in that browser alone; one that none began in none', async () => {
  const begun = await fetched(port, '/', { headers: browser });
  const flow = begun.headers['set-cookie']?.[0]?.split(';', 1)[0] ?? assert.fail('no cookie');
  assert.match(
    begun.headers['set-cookie']?.[0] ?? '',
    /^davit_login_[\w-]{12}=[^;]+; Path=\/; .*Max-Age=1800; HttpOnly; SameSite=Lax$/,
  );
  const { searchParams } = new URL(begun.headers.location ?? '', 'http://here.test');
  const stolen = `/login/oidc?code=anything&state=${searchParams.get('state')}`;
  for (const headers of [
    {},
    browser,
    { ...browser, cookie: `${flow}x` },
    { ...browser, cookie: `${flow}; ${flow}x` },
  ]) {
    const answer = await fetched(port, stolen, { headers });
    assert.equal(answer.status, 400);
    assert.match(answer.text, /begun in a browser/);
  }
  const typed = await approved(port, { user: stranger, password });
  const planted = await fetched(port, typed, { headers: browser });
  assert.equal(planted.status, 400);
  assert.equal(planted.headers['set-cookie'], undefined);
  assert.match(planted.text, /begun by no browser/);
});

test('a session planted beside one’s own is not used, and no session goes on after a login', async () => {
  const theirs = await loggedIn(port, { user: stranger, password });
  const both = await fetched(port, '/v2/models/iris', { headers: { cookie: `${theirs}; ${cookie}` } });
  assert.equal(both.status, 400);
  assert.match(both.text, /sessions of several people/);
  const junk = await fetched(port, '/v2/models/iris', {
    headers: { cookie: `authservice_session=zzzzzzzzzzzzzzzzzzzzzz; ${cookie}` },
  });
  assert.equal(junk.status, 200);
  const again = await loggedIn(port, { user, password, path: '/oauth2/start', headers: { cookie: theirs } });
  assert.notEqual(again, theirs);
});

test('what somebody may not see is as if it were not there', async () => {
  const ask = async (name: string, hostName: string): Promise<string> => {
    const headers = { cookie, host: hostName };
    const {
      status,
      text: body,
      headers: told,
    } = await fetched(port, `/v2/models/${name}/infer`, { body: '{}', headers });
    return `${status} ${body.replaceAll(hostName, 'H').replaceAll(name, 'N')} ${String(told['davit-error-code'])}`;
  };
  assert.equal(await ask('secret', 'localhost'), await ask('nothing', 'localhost'));
  assert.equal(await ask('zz', 'secret.other.example.com'), await ask('zz', 'nothing.other.example.com'));
  assert.equal(await ask('iris', 'secret.other.example.com'), await ask('iris', 'nothing.other.example.com'));
  const lost = await fetched(port, '/v2/models/nothing', { headers: { cookie } });
  assert.equal(lost.status, 404);
  const { hosts } = JSON.parse(lost.text) as { hosts: string[] };
  assert.deepEqual(hosts, ['iris.mine.example.com', 'open.mine.example.com', 'twice.mine.example.com']);
  // Of two of a name the one that may be called is meant.
  const twice = await fetched(port, '/v2/models/twice', { headers: { cookie } });
  assert.equal(twice.status, 200, twice.text);
  assert.equal(house.received.at(-1)?.service, 'mine/twice');
});

test('who may look and not call is told who he is, what he asked for, and which rule decided', async () => {
  const headers = { cookie: await loggedIn(port, { user: viewer, password }) };
  const answer = await fetched(port, infer, { body: '{}', headers });
  assert.equal(answer.status, 403);
  assert.match(answer.text, /viewer@example\.com may not call the InferenceService mine\/iris: no role /);
  assert.deepEqual(house.received, []);
});

test('a session, a user or a token that is revoked is refused within a second', async () => {
  const session = async (): Promise<{ headers: Record<string, string>; secret: string }> => {
    const opened = await loggedIn(port, { user, password });
    return { headers: { cookie: opened }, secret: opened.split('=')[1] ?? '' };
  };
  const token = async (): ReturnType<typeof session> => {
    const verbs = ['predict', 'read'] as const;
    const made = house.keeper.createToken(
      { name: user, groups: [] },
      { name: 'mine', verbs, lifetime: hour },
    );
    return { headers: { authorization: `Bearer ${made.token}` }, secret: made.token };
  };
  const rows = {
    session: { opened: session, end: (secret: string) => house.keeper.close(secret), status: 302 },
    user: { opened: session, end: () => house.keeper.endUser(user, false), status: 302 },
    token: { opened: token, end: () => house.keeper.revokeToken('mine', user), status: 401 },
    'token of a user': { opened: token, end: () => house.keeper.endUser(user, true), status: 401 },
  };
  for (const [what, { opened, end, status }] of Object.entries(rows)) {
    const { headers, secret } = await opened();
    assert.equal((await fetched(port, '/v2/models/iris', { headers })).status, 200, what);
    const began = performance.now();
    const ending = end(secret);
    await until(async () => (await fetched(port, '/v2/models/iris', { headers })).status === status, what);
    assert.ok(performance.now() - began < 1000, what);
    await ending;
  }
  cookie = await loggedIn(port, { user, password });
});

test('what is inside the cluster comes in unasked by a door of its own, and cannot say who it is either', async () => {
  const service = await house.client('services').get('istio-system', 'knative-local-gateway');
  const { ports } = service['spec'] as { ports: { targetPort: number }[] };
  const inside = ports[0]?.targetPort ?? 0;
  assert.notEqual(inside, port);
  const headers = {
    host,
    'kubeflow-userid': 'root',
    'X-Auth-Request-User': 'root',
    authorization: 'Bearer mine',
  };
  assert.equal((await fetched(inside, infer, { body: '{}', headers })).status, 200);
  const seen = house.received.at(-1) ?? assert.fail();
  assert.equal(seen.rawHeaders.includes('root'), false);
  assert.equal(seen.headers.authorization, 'Bearer mine');
});

test('a route of somebody’s own is not open to all by lying where the issuer is', async () => {
  const destination = { host: 'iris-predictor.mine.svc.cluster.local', port: { number: 80 } };
  await house.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kubeflow' } });
  // What users route there is nothing; what the platform routes there is for those who may call it.
  for (const namespace of ['mine', 'kubeflow']) {
    await house.create('virtualservices.networking.istio.io', {
      apiVersion: 'networking.istio.io/v1beta1',
      kind: 'VirtualService',
      metadata: { name: 'trap', namespace },
      spec: {
        hosts: ['*'],
        http: ['/dex', '/dex/trap/'].map(prefix => ({
          match: [{ uri: { prefix } }],
          route: [{ destination }],
        })),
      },
    });
  }
  await until(() => house.gateway.table.hosts.get('*')?.length === 5, 'the gateway does not learn it');
  assert.equal((await fetched(port, '/dex')).status, 401);
  // The issuer's own rule comes first.
  assert.equal((await fetched(port, '/dex/trap/x')).status, 404);
  assert.deepEqual(house.received, []);
});
