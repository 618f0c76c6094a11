import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Answer, approved, cookieOf, fetched, loggedIn } from './client.ts';
import { House, password, people } from './house.ts';

const [user = ''] = people;
let house: House;
let port: number;
let cookie: string;

before(async () => {
  house = await House.open();
  ({ port } = house);
  await house.serve('mine', 'iris');
  await house.serve('other', 'secret');
  cookie = await loggedIn(port, { user, password });
});

after(async () => {
  await house.close();
  assert.deepEqual(house.complaints, []);
});

const browser = { 'upgrade-insecure-requests': '1', accept: 'text/html,*/*' };
const cleared =
  /^authservice_session=; Path=\/; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; HttpOnly; SameSite=Lax$/;

test('who is not known is led to the login by GET, HEAD and POST, or told a status', async () => {
  const rows = [
    ['GET', {}, 302],
    ['HEAD', {}, 302],
    ['POST', {}, 302],
    ['GET', { 'user-agent': 'Mozilla/5.0' }, 302],
    ['GET', { accept: 'application/json' }, 401],
    ['GET', { 'x-requested-with': 'XMLHttpRequest' }, 401],
    ['GET', { authorization: 'Bearer nothing' }, 401],
    ['GET', { authorization: 'Basic YTpi' }, 401],
    ['GET', { 'x-auth-token': 'nothing' }, 401],
    ['POST', { 'content-type': 'application/grpc' }, 401],
    ['DELETE', {}, 401],
  ] as const;
  for (const [method, headers, status] of rows) {
    const what = `${method} ${JSON.stringify(headers)}`;
    const answer = await fetched(port, '/v2/models/iris?a=1', { method, headers });
    assert.equal(answer.status, status, what);
    assert.equal(answer.headers['set-cookie'], undefined, what);
    const challenge = answer.headers['www-authenticate'];
    if (status === 401) assert.match(challenge ?? '', /^Bearer realm="davit"/, what);
    else assert.equal(answer.text === '', method !== 'GET', what);
  }
});

test('a cookie that is good for nothing is taken away, whatever it holds', async () => {
  for (const value of ['', 'MTY0', '%00', 'a'.repeat(43), '"', 'x'.repeat(3000)]) {
    const answer = await fetched(port, '/v2/models/iris', {
      headers: { cookie: `authservice_session=${value}` },
    });
    assert.equal(answer.status, 302, value);
    assert.match(answer.headers['set-cookie']?.[0] ?? '', cleared, value);
  }
});

test('a session is good as a cookie, as a bearer and as X-Auth-Token; an API token as a bearer', async () => {
  const handle = cookie.split('=')[1] ?? '';
  const asked = { name: 'ci', namespace: undefined, verbs: ['predict'], lifetime: 60_000 };
  const { token } = house.keeper.createToken({ name: user, groups: [] }, asked);
  const rows: readonly Readonly<Record<string, string>>[] = [
    { cookie },
    { authorization: `Bearer ${handle}` },
    { authorization: `bearer ${handle}` },
    { 'x-auth-token': handle },
    { authorization: `Bearer ${token}` },
  ];
  for (const headers of rows) {
    const answer = await fetched(port, '/v2/models/iris/infer', { body: '{}', headers });
    assert.equal(answer.status, 200, JSON.stringify(headers));
    assert.equal(house.received.at(-1)?.headers['kubeflow-userid'], user);
  }
});

test('after a login / and /pipeline are there; Pipelines is not', async () => {
  for (const path of ['/', '/pipeline', '/pipeline/', '/?x=1']) {
    assert.equal((await fetched(port, path)).status, 302, path);
    const { status, headers, text } = await fetched(port, path, { headers: { cookie } });
    assert.equal(status, 200, path);
    assert.match(String(headers['content-security-policy']), /frame-ancestors 'none'/);
    assert.match(text, /user@example\.com/);
    assert.match(text, /iris/);
    assert.doesNotMatch(text, /secret/);
  }
  for (const path of ['/pipeline/apis/v1beta1/healthz', '/apis/v2beta1/runs']) {
    const { status, text } = await fetched(port, path, { headers: { cookie } });
    assert.equal(status, 404, path);
    assert.match((JSON.parse(text) as { error: string }).error, /Kubeflow Pipelines is not here/);
  }
  const told = await fetched(port, '/', { headers: { cookie, accept: 'application/json' } });
  const { user: name, models } = JSON.parse(told.text) as { user: string; models: { name: string }[] };
  assert.deepEqual([name, models.map(one => one.name)], [user, ['iris']]);
});

test('what leads nowhere is a page in a browser, and what programs read elsewhere', async () => {
  const browser = { cookie, accept: 'text/html,*/*', 'sec-fetch-mode': 'navigate' };
  const page = await fetched(port, '/nothing/here', { headers: browser });
  assert.deepEqual([page.status, page.headers['davit-error-code']], [404, 'host-unknown']);
  assert.match(String(page.headers['content-security-policy']), /frame-ancestors 'none'/);
  assert.match(page.text, /<h1>Nothing is here<\/h1>[^]*iris\.mine[^]*<a href="\/">Home<\/a>/);
  const told = await fetched(port, '/nothing/here', { headers: { cookie } });
  assert.deepEqual([told.status, told.headers['davit-error-code']], [404, 'host-unknown']);
  assert.deepEqual(Object.keys(JSON.parse(told.text) as object), ['error', 'hosts']);
});

test('a link alone logs nobody out; a form of this host does, and a program', async () => {
  const ways: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ['/logout', {}],
    ['/authservice/logout', {}],
    ['/oauth2/sign_out', { ...browser, host: 'ml.test', origin: 'http://ml.test' }],
  ];
  for (const [path, headers] of ways) {
    const session = await loggedIn(port, { user, password });
    const asking = { ...headers, cookie: session };
    const confirm = await fetched(port, path, { headers: { ...browser, cookie: session } });
    assert.equal(confirm.status, 200, path);
    assert.match(confirm.text, /<form method="post" action="[^"]*">/);
    assert.equal((await fetched(port, '/', { headers: { cookie: session } })).status, 200);
    const out = await fetched(port, path, { body: '', headers: asking });
    assert.equal(out.status, 303, path);
    assert.match(out.headers['set-cookie']?.[0] ?? '', cleared);
    assert.equal((await fetched(port, '/', { headers: { cookie: session } })).status, 302);
  }
  const none = await fetched(port, '/logout');
  assert.deepEqual([none.status, none.headers.location], [303, '/']);
});

test('the dashboard’s way to log out: the session as a bearer', async () => {
  const session = await loggedIn(port, { user, password });
  const headers = { cookie: session, authorization: `Bearer ${session.split('=')[1]}` };
  const out = await fetched(port, '/authservice/logout', { body: '', headers });
  assert.deepEqual([out.status, JSON.parse(out.text)], [201, { afterLogoutURL: '/' }]);
  assert.match(out.headers['set-cookie']?.[0] ?? '', cleared);
  assert.equal((await fetched(port, '/', { headers: { cookie: session } })).status, 302);
  assert.equal((await fetched(port, '/authservice/logout', { body: '', headers })).status, 401);
});

test('in a browser: two tabs, one after the other; going back to a login that is over leads home', async () => {
  const tabs = await Promise.all(['/a', '/b'].map(path => fetched(port, path, { headers: browser })));
  const jar = tabs
    .map(tab =>
      cookieOf(
        tab,
        'davit_login_' + (/davit_login_([\w-]+)=/.exec(String(tab.headers['set-cookie']))?.[1] ?? ''),
      ),
    )
    .join('; ');
  const headers = { ...browser, host: 'localhost:8080', cookie: jar, referer: 'http://localhost:8080/' };
  let back = '';
  for (const [at, path] of ['/b', '/a'].entries()) {
    const begun = tabs[1 - at]?.headers.location ?? '';
    back = await followed(begun, headers);
    const { status, headers: told } = await fetched(port, back, { headers });
    assert.deepEqual([status, told.location], [302, path]);
  }
  const over = await fetched(port, back, { headers: { ...headers, cookie: `${jar}; ${cookie}` } });
  assert.deepEqual([over.status, over.headers.location], [302, '/']);
  const unknown = await fetched(port, back, { headers });
  assert.equal(unknown.status, 400);
  assert.match(unknown.text, /<h1>This login is over<\/h1>/);
});

/** The steps from the issuer on, with the cookies that it sets; the address of the callback. */
async function followed(location: string, headers: Readonly<Record<string, string>>): Promise<string> {
  const jar = new Map<string, string>();
  const ask = async (path: string, body?: string): Promise<Answer> => {
    const cookies = [headers['cookie'] ?? '', ...[...jar].map(([name, value]) => `${name}=${value}`)];
    const all = { ...headers, cookie: cookies.join('; ') };
    const answer = await fetched(
      port,
      path,
      body === undefined ? { headers: all } : { body, headers: { ...all, origin: 'http://localhost:8080' } },
    );
    for (const one of answer.headers['set-cookie'] ?? []) {
      const [pair = ''] = one.split(';', 1);
      jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    return answer;
  };
  const form = (await ask(location)).headers.location ?? '';
  assert.equal((await ask(form)).status, 200);
  const posted = await ask(form, new URLSearchParams({ login: user, password }).toString());
  const approval = await ask(posted.headers.location ?? '');
  return approval.headers.location ?? assert.fail(`${approval.status} ${approval.text}`);
}

test('a browser that begins many logins keeps the cookies of the last eight', async () => {
  const jar: string[] = [];
  for (let one = 0; one < 10; one++) {
    const { headers } = await fetched(port, `/${one}`, { headers: { ...browser, cookie: jar.join('; ') } });
    for (const set of headers['set-cookie'] ?? []) {
      const [pair = ''] = set.split(';', 1);
      const at = jar.findIndex(other => other.split('=')[0] === pair.split('=')[0]);
      if (set.includes('Max-Age=0')) jar.splice(at, 1);
      else jar.push(pair);
    }
    assert.ok(jar.length <= 9, String(jar.length));
  }
});

test('what else clients of oauth2-proxy and authservice ask', async () => {
  const rows = [
    ['/oauth2/auth', 202, 401],
    ['/authservice/verify', 204, 401],
    ['/oauth2/userinfo', 200, 401],
  ] as const;
  for (const [path, known, unknown] of rows) {
    assert.equal((await fetched(port, path, { headers: { cookie } })).status, known, path);
    assert.equal((await fetched(port, path)).status, unknown, path);
  }
  const posted = await fetched(port, await approved(port, { user, password }), { body: '' });
  assert.deepEqual([posted.status, posted.headers.allow], [405, 'GET']);
  assert.equal((await fetched(port, '/dex/nothing')).status, 404);
});
