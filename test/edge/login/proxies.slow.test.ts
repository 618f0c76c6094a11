/** What is believed of those who pass requests on to the gateway. */
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { type Answer, approved, fetched, loggedIn } from './client.ts';
import { House, password, people } from './house.ts';

const [user = ''] = people;
const client = '203.0.113.9';

type Headers = Readonly<Record<string, string>>;

/** Gives a name and a password, from wherever it is said to be. */
async function attempt(port: number, headers: Headers, name = user, word = 'wrong'): Promise<Answer> {
  const first = await fetched(port, '/', { headers });
  const second = await fetched(port, first.headers.location ?? '', { headers });
  const body = new URLSearchParams({ login: name, password: word }).toString();
  return fetched(port, second.headers.location ?? '', { body, headers });
}

suite('without a trusted proxy nothing forwarded is believed', () => {
  let house: House;
  before(async () => {
    house = await House.open();
    await house.serve('mine', 'iris');
  });
  after(() => house.close());

  test('wrong passwords are counted by the other end of the connection', async () => {
    const statuses: number[] = [];
    for (let at = 0; at < 21; at++) {
      const from = { 'x-forwarded-for': `203.0.113.${at}`, forwarded: `for=203.0.113.${at}` };
      statuses.push((await attempt(house.port, from, `u${at}@example.com`)).status);
    }
    assert.deepEqual(statuses, [...Array.from({ length: 20 }, () => 401), 429]);
    house.ahead += 3_600_000;
  });

  test('cookies are as the gateway is reached, and services are told what it knows', async () => {
    const headers = {
      'x-forwarded-for': client,
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'evil.test',
      x_forwarded_host: 'evil.test',
      'x-forwarded-client-cert': 'By=evil',
      'x-real-ip': client,
      forwarded: `for=${client};proto=https;host=evil.test`,
    };
    const callback = await approved(house.port, { user, password, headers });
    const answer = await fetched(house.port, callback, { headers });
    assert.doesNotMatch(String(answer.headers['set-cookie']), /Secure/);
    const cookie = String(answer.headers['set-cookie']).split(';', 1)[0] ?? '';
    const host = `iris.mine.example.com`;
    assert.equal((await fetched(house.port, '/x', { headers: { ...headers, cookie, host } })).status, 200);
    const seen = house.received.at(-1)?.headers ?? {};
    const forwarding = Object.entries(seen).filter(([name]) => /forwarded|real.ip/.test(name));
    assert.deepEqual(Object.fromEntries(forwarding), {
      // What a client says stands before what the gateway knows.
      'x-forwarded-for': `${client}, 127.0.0.1`,
      'x-forwarded-host': host,
      'x-forwarded-proto': 'http',
    });
    assert.ok(house.audit.every(({ from = 'loopback' }) => /^(loopback|127\.0\.0\.1:\d+)$/.test(from)));
  });
});

suite('behind a trusted proxy', () => {
  let house: House;
  before(async () => {
    house = await House.open({ proxies: ['127.0.0.1', '10.0.0.0/8'] });
    await house.serve('mine', 'iris');
  });
  after(() => house.close());

  test('wrong passwords are counted by client, and what a client writes itself changes nothing', async () => {
    const statuses: number[] = [];
    for (let at = 0; at < 21; at++) {
      const from = { 'x-forwarded-for': `198.51.100.${at}, ${client}, 10.0.0.2` };
      statuses.push((await attempt(house.port, from, `u${at}@example.com`)).status);
    }
    assert.deepEqual(statuses, [...Array.from({ length: 20 }, () => 401), 429]);
    const other = await attempt(house.port, { 'x-forwarded-for': '203.0.113.10' }, user, password);
    assert.equal(other.status, 303);
    assert.ok(house.audit.some(({ event, from }) => event === 'login-refused' && from === client));
    house.ahead += 3_600_000;
  });

  test('addresses of one network of IPv6 count together', async () => {
    const statuses: number[] = [];
    for (let at = 0; at < 21; at++) {
      const from = { 'x-forwarded-for': `2001:db8:1:2::${at.toString(16)}` };
      statuses.push((await attempt(house.port, from, `v${at}@example.com`)).status);
    }
    assert.deepEqual(statuses, [...Array.from({ length: 20 }, () => 401), 429]);
    const beside = await attempt(house.port, { 'x-forwarded-for': '2001:db8:1:3::1' }, 'w@example.com');
    assert.equal(beside.status, 401);
    house.ahead += 3_600_000;
  });

  test('over https cookies are for https alone, and services are told scheme, host and client', async () => {
    const host = 'iris.mine.example.com';
    const headers = { 'x-forwarded-for': client, 'x-forwarded-proto': 'https' };
    const answer = await fetched(house.port, await approved(house.port, { user, password, headers }), {
      headers,
    });
    const [set = ''] = answer.headers['set-cookie'] ?? [];
    assert.match(set, /^authservice_session=.*; SameSite=Lax; Secure$/);
    const cookie = set.split(';', 1)[0] ?? '';
    const asked = { ...headers, cookie, host: 'upstream:8080', 'x-forwarded-host': host };
    assert.equal((await fetched(house.port, '/x', { headers: asked })).status, 200);
    const seen = house.received.at(-1)?.headers ?? {};
    assert.deepEqual(
      [seen.host, seen['x-forwarded-host'], seen['x-forwarded-proto'], seen['x-forwarded-for']],
      [host, host, 'https', client],
    );
  });

  test('a browser’s cookie of a login is bound to this host where https is', async () => {
    const browser = { 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'none', accept: 'text/html' };
    const secure = await fetched(house.port, '/', { headers: { ...browser, 'x-forwarded-proto': 'https' } });
    assert.match(String(secure.headers['set-cookie']), /^__Host-davit_login_.*Secure/);
    const plain = await fetched(house.port, '/', { headers: { ...browser, 'x-forwarded-proto': 'http' } });
    assert.match(String(plain.headers['set-cookie']), /^davit_login_/);
  });

  test('pages of the host that people came by use its cookie, and those of others do not', async () => {
    const cookie = await loggedIn(house.port, { user, password });
    const ask = (origin: string): Promise<Answer> =>
      fetched(house.port, '/v2/models/iris/infer', {
        body: '{}',
        headers: { cookie, origin, host: 'upstream:8080', 'x-forwarded-host': 'ml.example.com' },
      });
    assert.equal((await ask('https://ml.example.com')).status, 200);
    for (const origin of ['https://evil.test', 'http://upstream:8080']) {
      assert.equal((await ask(origin)).status, 403, origin);
    }
  });
});
