/** What a service may do to those who call it by what it answers. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { type Answer, approved, fetched, loggedIn } from './client.ts';
import { House, password, people } from './house.ts';

const [user = ''] = people;
const planted = [
  'authservice_session=of-the-attacker; Path=/',
  'authservice_session=of-the-attacker; Domain=example.com; Path=/',
  ' authservice_session = of-the-attacker',
  '=authservice_session=of-the-attacker',
  '= = authservice_session=of-the-attacker',
  '__Host-davit_login_abc=x; Path=/; Secure',
  'davit_login_abc=x',
  'davit_password_abc=x; Path=/dex/',
];
const kept = ['mine=1; Path=/', 'authservice_session_of_mine=1', 'a=authservice_session=x', '=plain'];

let house: House;
let host = '';
const server = createServer((request, response) => {
  const type = new URL(request.url ?? '', 'http://x').searchParams.get('type') ?? 'text/html';
  response.setHeader('Set-Cookie', [...planted, ...kept]);
  response.setHeader('X-Content-Type-Options', 'whatever');
  if (type !== '') response.setHeader('Content-Type', type);
  response.end('<script>steal()</script>');
});
server.on('upgrade', (_, socket) => {
  const cookies = planted.map(one => `Set-Cookie: ${one}\r\n`).join('');
  socket.end(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n${cookies}\r\n`,
  );
});

before(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  house = await House.open();
  const { port } = server.address() as AddressInfo;
  host = await house.serve('mine', 'evil', { 'davit.dev/public-paths': '/' }, port);
});

after(async () => {
  server.closeAllConnections();
  server.close();
  await house.close();
});

async function asked(headers: Readonly<Record<string, string>>, query = ''): Promise<Answer> {
  const cookie = await loggedIn(house.port, { user, password });
  return fetched(house.port, `/v2/models/evil/page${query}`, { headers: { ...headers, cookie } });
}

test('no service sets a cookie of the gateway, for its host, for a domain, or without a name', async () => {
  for (const headers of [{ host }, { host: 'localhost' }]) {
    // Twice: what is known of an answer is kept.
    for (let time = 0; time < 2; time++) {
      const { status, headers: told } = await asked(headers);
      assert.equal(status, 200);
      assert.deepEqual(told['set-cookie'], kept);
    }
  }
});

test('nor when a connection is taken over', async () => {
  const cookie = await loggedIn(house.port, { user, password });
  const { request } = await import('node:http');
  const sent = request({
    host: '127.0.0.1',
    port: house.port,
    path: '/v2/models/evil/socket',
    headers: { cookie, host, connection: 'Upgrade', upgrade: 'websocket' },
    agent: false,
  });
  sent.end();
  const [answer] = (await once(sent, 'upgrade')) as [{ headers: Record<string, unknown> }];
  assert.equal(answer.headers['set-cookie'], undefined);
  sent.destroy();
});

test('a page of a service is not taken for one of the gateway: at its own hosts it runs as no origin', async () => {
  const here = await asked({ host: 'localhost' });
  assert.equal(
    here.headers['content-security-policy'],
    'sandbox allow-scripts allow-forms allow-popups allow-downloads',
  );
  assert.equal((await asked({ host })).headers['content-security-policy'], undefined);
});

test('a document that runs nothing stays one of the origin, and is not taken for another kind', async () => {
  for (const [type, isPage] of [
    ['application/json', false],
    ['text/plain;charset=utf-8', false],
    ['', false],
    ['image/svg+xml', true],
    ['application/xhtml+xml', true],
    ['text/html', true],
  ] as const) {
    const { headers } = await asked({ host: 'localhost' }, `?type=${encodeURIComponent(type)}`);
    assert.equal(headers['content-security-policy'] !== undefined, isPage, type);
    assert.equal(headers['x-content-type-options'], isPage ? 'whatever' : 'nosniff', type);
  }
});

test('what such a page has the browser send is sent by nobody: its origin is null', async () => {
  const cookie = await loggedIn(house.port, { user, password });
  const headers = { cookie, origin: 'null', 'sec-fetch-site': 'cross-site' };
  const answer = await fetched(house.port, '/logout', { method: 'POST', headers });
  assert.equal(answer.status, 403);
});

test('the issuer behind the same gateway sets its cookies', async () => {
  const browser = { 'sec-fetch-site': 'same-origin', origin: 'http://localhost', host: 'localhost' };
  const first = await fetched(
    house.port,
    '/dex/auth?client_id=kubeflow-oidc-authservice&redirect_uri=%2Flogin%2Foidc&response_type=code&scope=openid',
    { headers: browser },
  );
  const body = new URLSearchParams({ login: user, password }).toString();
  const typed = await fetched(house.port, first.headers.location ?? '', { headers: browser, body });
  assert.match(String(typed.headers['set-cookie']), /^davit_password_/);
  assert.equal(typed.headers['content-security-policy'], undefined);
  assert.match(await approved(house.port, { user, password }), /^\/login\/oidc\?code=/);
});
