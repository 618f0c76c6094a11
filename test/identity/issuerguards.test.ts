/** Attacks on the issuer; each succeeds when the guard it is about is taken away. */
import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, type JsonWebKey, sign } from 'node:crypto';
import { suite, test } from 'node:test';
import { recordKinds } from '../../src/edge/identity/index.ts';
import {
  type Answered,
  asked,
  basic,
  begun,
  browser,
  claimsIn,
  codeOf,
  credentials,
  exchange,
  get,
  type Headers,
  issuing,
  kubeflow,
  password,
  post,
  type Tokens,
  user,
} from './issuing.ts';

const wrong = 'login=user%40example.com&password=wrong';
const offline = asked.replace('openid', 'openid+offline_access');
const hour = 3_600_000;

function all<T>(times: number, make: (at: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: times }, (_, at) => make(at)));
}

function statuses(answers: readonly Answered[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

async function tokensOf(port: number, path = asked): Promise<Tokens> {
  return JSON.parse((await exchange(port, await codeOf(port, path))).body) as Tokens;
}

function refresh(port: number, token: string): Promise<Answered> {
  return post(port, '/dex/token', `grant_type=refresh_token&refresh_token=${token}`, basic(kubeflow));
}

function bearer(port: number, token: string): Promise<Answered> {
  return get(port, '/dex/userinfo', { Authorization: `Bearer ${token}` });
}

suite('replay', () => {
  test('of fifty that bring the same code at once one gets tokens, and they are revoked', async context => {
    const { port, revoked, events } = await issuing(context);
    const code = await codeOf(port, offline);
    const answers = await all(50, () => exchange(port, code));
    assert.deepEqual(statuses(answers), { 200: 1, 400: 49 });
    const tokens = JSON.parse(answers.find(({ status }) => status === 200)?.body ?? '') as Tokens;
    const { jti } = claimsIn(tokens.id_token);
    assert.deepEqual([...new Set(revoked.map(({ grant }) => grant))], [jti]);
    assert.equal((await bearer(port, tokens.access_token)).status, 401);
    assert.equal((await refresh(port, tokens.refresh_token ?? '')).status, 400);
    assert.ok(events.some(({ event, user }) => event === 'code-replayed' && user === 'user@example.com'));
  });

  test('a stranger cannot end a grant with its code', async context => {
    const other = { ...kubeflow, id: 'other' };
    const { port, revoked } = await issuing(context, { clients: [kubeflow, other] });
    const code = await codeOf(port);
    const form = `grant_type=authorization_code&code=${code}&redirect_uri=%2Flogin%2Foidc`;
    assert.equal((await post(port, '/dex/token', form, basic(other))).status, 400);
    const { access_token: token } = JSON.parse((await exchange(port, code)).body) as Tokens;
    assert.equal((await post(port, '/dex/token', form, basic(other))).status, 400);
    assert.equal((await post(port, '/dex/token', form, basic({ ...kubeflow, secret: 'x' }))).status, 401);
    assert.deepEqual(revoked, []);
    assert.equal((await bearer(port, token)).status, 200);
  });

  test('of fifty approvals at once one gives a code', async context => {
    const { port, records } = await issuing(context);
    const req = await begun(port);
    await post(port, `/dex/auth/local?req=${req}`, credentials);
    const answers = await all(50, () => get(port, `/dex/approval?req=${req}`));
    assert.deepEqual(statuses(answers), { 303: 1, 400: 49 });
    assert.equal(records.count('code'), 1);
  });

  test('of logins at once with the same req one goes on', async context => {
    const { port } = await issuing(context);
    const req = await begun(port);
    const answers = await all(4, () => post(port, `/dex/auth/local?req=${req}`, credentials));
    assert.deepEqual(statuses(answers), { 303: 1, 400: 3 });
  });

  test('a refresh token that comes again ends what its login gave', async context => {
    const { port, revoked } = await issuing(context);
    const { refresh_token: token = '' } = await tokensOf(port, offline);
    const answers = await all(20, () => refresh(port, token));
    assert.deepEqual(statuses(answers), { 200: 1, 400: 19 });
    const next = JSON.parse(answers.find(({ status }) => status === 200)?.body ?? '') as Tokens;
    assert.equal((await refresh(port, next.refresh_token ?? '')).status, 400);
    assert.equal((await bearer(port, next.access_token)).status, 401);
    assert.deepEqual([...new Set(revoked.map(({ grant }) => grant))], [claimsIn(next.id_token)['jti']]);
  });

  test('a refresh token whose answer was lost may come again for as long as the configuration says', async context => {
    const { port, pass } = await issuing(context, { lifetimes: { refreshReuse: 3000 } });
    const { refresh_token: token = '' } = await tokensOf(port, offline);
    const [first, second] = [await refresh(port, token), await refresh(port, token)];
    const [one, two] = [first, second].map(({ body }) => (JSON.parse(body) as Tokens).refresh_token);
    assert.equal(one, two);
    pass(3000);
    assert.equal((await refresh(port, token)).status, 400);
  });
});

suite('who goes on with a login', () => {
  test('the proofs of one login do not open another', async context => {
    const { port } = await issuing(context);
    const [mine, other] = await all(2, async () =>
      post(port, `/dex/auth/local?req=${await begun(port)}`, credentials, browser),
    );
    const cookie = (answer?: Answered): string => answer?.cookies[0]?.split(';', 1)[0] ?? '';
    const value = cookie(other).replace(/^[^=]*/, cookie(mine).split('=', 1)[0] ?? '');
    const hmac = /hmac=(.*)$/.exec(other?.location ?? '')?.[1] ?? '';
    const location = mine?.location ?? '';
    const attempts: [string, string][] = [
      [location, value],
      [location, cookie(other)],
      [location.replace(/hmac=.*/, `hmac=${hmac}`), cookie(mine)],
      // A page of a neighbouring site sets a cookie of the same name with a longer path, which is sent first.
      [location, `${value}; ${cookie(mine)}`],
    ];
    for (const [path, Cookie] of attempts) {
      assert.equal((await get(port, path, { ...browser, Cookie })).status, 401, `${path} ${Cookie}`);
    }
    const headers = { ...browser, Cookie: `${cookie(other)}; ${cookie(mine)}` };
    assert.equal((await get(port, location, headers)).status, 303, 'both tabs keep their own');
  });

  test('without cookies nobody goes on where that is turned off', async context => {
    const { port } = await issuing(context, { withoutCookies: false });
    const { location, cookies } = await post(port, `/dex/auth/local?req=${await begun(port)}`, credentials);
    assert.equal((await get(port, location)).status, 401);
    const Cookie = cookies[0]?.split(';', 1)[0] ?? '';
    assert.equal((await get(port, location.replace(/&hmac=.*/, ''), { Cookie })).status, 401);
    assert.equal((await get(port, location, { Cookie })).status, 303);
  });

  test('an address that only claims to be somebody’s does not count', async context => {
    const { port } = await issuing(context, { isProxy: () => false });
    const req = await begun(port);
    await post(port, `/dex/auth/local?req=${req}`, credentials, { 'X-Forwarded-For': '203.0.113.9' });
    assert.equal((await get(port, `/dex/approval?req=${req}`)).status, 303);
  });

  test('what a client writes before the address that the gateway adds does not count', async context => {
    const { port } = await issuing(context);
    const req = await begun(port);
    await post(port, `/dex/auth/local?req=${req}`, credentials, { 'X-Forwarded-For': '203.0.113.9' });
    const spoofed = { 'X-Forwarded-For': '203.0.113.9, 198.51.100.7' };
    assert.equal((await get(port, `/dex/approval?req=${req}`, spoofed)).status, 401);
  });
});

const foreign: Readonly<Record<string, Headers>> = {
  'another origin': { Origin: 'http://evil.example' },
  'no origin': { Origin: 'null' },
  'another port': { Origin: 'http://localhost:81' },
  'a host that begins the same': { Origin: 'http://localhost.evil.example' },
  'another page, told by Referer alone': { Referer: 'http://evil.example/localhost' },
  'another site, whatever the origin says': { Origin: 'http://localhost', 'Sec-Fetch-Site': 'cross-site' },
  'another port, as the browser calls it': { Origin: 'http://localhost', 'Sec-Fetch-Site': 'same-site' },
  'a browser that tells nothing': { 'Upgrade-Insecure-Requests': '1' },
};

suite('a form on a page of another site', () => {
  for (const [what, headers] of Object.entries(foreign)) {
    test(`${what} logs nobody in`, async context => {
      const { port, events } = await issuing(context);
      const answer = await post(port, `/dex/auth/local?req=${await begun(port)}`, credentials, headers);
      assert.equal(answer.status, 403);
      assert.deepEqual(events, []);
    });
  }

  test('nor approves anything', async context => {
    const { port } = await issuing(context);
    const { location, cookies } = await post(
      port,
      `/dex/auth/local?req=${await begun(port, `${asked}&approval_prompt=force`)}`,
      credentials,
      browser,
    );
    const Cookie = cookies[0]?.split(';', 1)[0] ?? '';
    const there = { ...browser, Cookie, 'Sec-Fetch-Site': 'cross-site', Origin: 'http://evil.example' };
    assert.equal((await post(port, location, 'approval=approve', there)).status, 403);
    assert.equal((await post(port, location, 'approval=approve', { ...browser, Cookie })).status, 303);
  });
});

suite('guessing', () => {
  const counted = { check: 0 };
  const passwords = {
    check: (typed: string, hash: string | undefined) => {
      counted.check++;
      return Promise.resolve(hash !== undefined && typed === password);
    },
    hash: () => Promise.reject(new Error('not used')),
  };

  test('fifty passwords at once are no more than five one after another', async context => {
    const { promise: checked, resolve: check } = Promise.withResolvers<boolean>();
    let [started, answered] = [0, 0];
    // Checks take until every attempt has come to one, or to its answer.
    const look = (): void => {
      if (started + answered === 50) check(false);
    };
    const slow = {
      ...passwords,
      check: () => {
        started++;
        look();
        return checked;
      },
    };
    const { port } = await issuing(context, { passwords: slow });
    const path = `/dex/auth/local?req=${await begun(port)}`;
    const answers = await all(50, async at => {
      const answer = await post(port, path, `login=user%40example.com&password=${at}`);
      answered++;
      look();
      return answer;
    });
    assert.equal(started, 5);
    assert.deepEqual(statuses(answers), { 401: 5, 429: 45 });
    assert.ok(Number(answers.find(({ status }) => status === 429)?.headers.get('retry-after')) > 0);
  });

  test('each further one waits twice as long; the account of somebody else is not closed', async context => {
    const { port, people, pass } = await issuing(context, { passwords });
    people.set('other@example.com', { ...user, email: 'other@example.com' });
    const attempt = async (form: string): Promise<Answered> =>
      post(port, `/dex/auth/local?req=${await begun(port)}`, form);
    for (let time = 0; time < 5; time++) await attempt(wrong);
    const waits: number[] = [];
    for (let time = 0; time < 7; time++) {
      const wait = Number((await attempt(wrong)).headers.get('retry-after'));
      waits.push(wait);
      pass(wait * 1000);
      assert.equal((await attempt(wrong)).status, 401);
    }
    assert.deepEqual(waits, [10, 20, 40, 80, 160, 300, 300]);
    assert.equal((await attempt(credentials.replace('user%40', 'other%40'))).status, 303);
    pass(300_000);
    assert.equal((await attempt(credentials)).status, 303, 'and in the end the right one works');
    for (let time = 0; time < 4; time++) assert.equal((await attempt(wrong)).status, 401, 'forgotten');
  });

  test('many accounts from one address are closed to that address', async context => {
    const { port } = await issuing(context, { passwords });
    const attempt = async (at: number, address: string): Promise<Answered> =>
      post(port, `/dex/auth/local?req=${await begun(port)}`, `login=u${at}%40example.com&password=x`, {
        'X-Forwarded-For': address,
      });
    for (let at = 0; at < 20; at++) assert.equal((await attempt(at, '203.0.113.9')).status, 401);
    assert.equal((await attempt(21, '203.0.113.9')).status, 429);
    assert.equal((await attempt(21, '203.0.113.10')).status, 401);
  });

  test('nothing tells whether somebody is known: the same words, the same work, the same limits', async context => {
    counted.check = 0;
    const { port } = await issuing(context, { passwords });
    const attempts = async (login: string): Promise<string[]> => {
      const path = `/dex/auth/local?req=${await begun(port)}`;
      const said: string[] = [];
      for (let time = 0; time < 6; time++) {
        const { status, body } = await post(port, path, `login=${login}&password=wrong`);
        said.push(`${status} ${body.replaceAll(decodeURIComponent(login), '').replaceAll(path, '')}`);
      }
      return said;
    };
    const known = await attempts('user%40example.com');
    assert.deepEqual(await attempts('nobo%40example.com'), known);
    assert.equal(counted.check, 10);
  });
});

/** Where a login of a client that has `http://app.example/cb` must not lead. */
const elsewhere = [
  'http://app.example/cb/',
  'http://app.example/cb?x=1',
  'http://app.example/cb#x',
  'http://app.example/CB',
  'http://app.example/cb/../evil',
  'http://app.example.evil.example/cb',
  'http://app.example@evil.example/cb',
  'http://evil.example/?http://app.example/cb',
  'https://app.example/cb',
  'http://app.example:80/cb',
  '//app.example/cb',
  '/\\app.example/cb',
  'javascript:alert(1)//http://app.example/cb',
  'data:text/html,http://app.example/cb',
  ' http://app.example/cb',
  'http://app.example/cb ',
  'http://app.example/cb\r\nX: y',
  'http:/app.example/cb',
  'http:app.example/cb',
  '',
];

/** Where a login of a program on this machine must not lead. */
const elsewhereThanHere = [
  'http://localhost.evil.example/',
  'http://localhost@evil.example/',
  'http://localhost:80@evil.example/',
  'http://127.0.0.1.evil.example/',
  'http://127.0.0.2/',
  'http://2130706433/',
  'http://evil.example/localhost',
  'http://localhost\\@evil.example/',
  'http://localhost\t.evil.example/',
  'https://localhost/',
  'http://localhost/#x',
  'http://LOCALHOST@evil.example',
  'http://[::2]/',
  'http://0.0.0.0/',
  'javascript://localhost/%0aalert(1)',
  '/login/oidc',
];

test('nobody is sent where the client is not', async context => {
  const app = { ...kubeflow, id: 'app', redirectUris: ['http://app.example/cb'] };
  const local = { ...kubeflow, id: 'local', secret: undefined, redirectUris: [], isPublic: true };
  const { port } = await issuing(context, { clients: [app, local] });
  const ask = (id: string, uri: string): Promise<Answered> =>
    get(
      port,
      `/dex/auth?client_id=${id}&redirect_uri=${encodeURIComponent(uri)}&response_type=token&scope=openid`,
    );
  for (const uri of elsewhere) assert.equal((await ask('app', uri)).location, '', uri);
  for (const uri of elsewhereThanHere) assert.equal((await ask('local', uri)).location, '', uri);
  assert.match((await ask('app', 'http://app.example/cb')).location, /^http:\/\/app\.example\/cb\?error=/);
  for (const uri of ['http://localhost:1/x', 'http://127.0.0.1/', 'http://[::1]:9/a?b=c']) {
    assert.match((await ask('local', uri)).location, /\?.*error=unsupported/, uri);
  }
});

test('what comes back with a login is no more than a parameter', async context => {
  const { port } = await issuing(context);
  const state = 'a"<b>&c=d#e\r\nSet-Cookie: x=y\u00e4\u2603';
  const req = await begun(port, asked.replace('MTYabc', encodeURIComponent(state)));
  await post(port, `/dex/auth/local?req=${req}`, credentials);
  const { location, body, headers, cookies } = await get(port, `/dex/approval?req=${req}`);
  assert.equal(new URL(location, 'http://x').searchParams.get('state'), state);
  assert.match(location, /^[\x21-\x7e]+$/);
  assert.deepEqual(cookies, []);
  assert.equal(headers.get('content-type'), 'text/html; charset=utf-8');
  assert.equal(body.match(/</g)?.length, 2);
});

suite('a token', () => {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

  test('that this issuer has not signed for itself, or that has ended, is none', async context => {
    const { port, pass, issuer } = await issuing(context);
    const { access_token: good } = await tokensOf(port);
    const claims = claimsIn(good);
    const [head = '', body = '', signature = ''] = good.split('.');
    const kid = String(JSON.parse(Buffer.from(head, 'base64url').toString()).kid);
    const [jwk] = issuer.keys();
    const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const signed = (header: object, said: object): string => {
      const text = `${encode(header)}.${encode(said)}`;
      return `${text}.${sign('sha256', Buffer.from(text), stranger.privateKey).toString('base64url')}`;
    };
    const secretOf = (text: string, key: string): string =>
      `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
    const hs = `${encode({ alg: 'HS256', kid })}.${body}`;
    const own: JsonWebKey = stranger.publicKey.export({ format: 'jwk' });
    const forged: Readonly<Record<string, string>> = {
      'alg none': `${encode({ alg: 'none', kid })}.${body}.`,
      'alg None': `${encode({ alg: 'None' })}.${body}.`,
      'no signature': `${head}.${body}.`,
      'HS256 with the public key for a secret': secretOf(hs, JSON.stringify(jwk)),
      'HS256 with the modulus for a secret': secretOf(hs, String(jwk?.n)),
      'HS256 without a secret': secretOf(hs, ''),
      'another key': signed({ alg: 'RS256', kid }, claims),
      'another key that it brings along': signed({ alg: 'RS256', kid, jwk: own }, claims),
      'an unknown key': signed({ alg: 'RS256', kid: 'x' }, claims),
      'other claims': `${head}.${encode({ ...claims, email: 'admin@example.com' })}.${signature}`,
    };
    assert.equal((await bearer(port, good)).status, 200);
    for (const [what, token] of Object.entries(forged))
      assert.equal((await bearer(port, token)).status, 401, what);
    pass(24 * hour);
    assert.equal((await bearer(port, good)).status, 401, 'expired');
  });

  test('of another issuer with the same keys is none', async context => {
    const { port, records } = await issuing(context);
    const elsewhere = await issuing(context, { url: 'http://elsewhere/dex', records });
    const { access_token: token } = await tokensOf(elsewhere.port);
    assert.equal((await bearer(elsewhere.port, token)).status, 200);
    assert.equal((await bearer(port, token)).status, 401);
  });

  test('of another client is not introspected', async context => {
    const other = { ...kubeflow, id: 'other' };
    const { port } = await issuing(context, { clients: [kubeflow, other] });
    const { access_token: access, refresh_token: again } = await tokensOf(port, offline);
    for (const token of [access, again]) {
      const { body } = await post(port, '/dex/token/introspect', `token=${token}`, basic(other));
      assert.deepEqual(JSON.parse(body), { active: false });
    }
  });
});

suite('somebody who', () => {
  test('is removed gets no more tokens', async context => {
    const { port, people } = await issuing(context);
    const { refresh_token: token = '' } = await tokensOf(port, offline);
    const code = await codeOf(port);
    people.delete(user.email);
    assert.equal((await exchange(port, code)).status, 400);
    assert.equal((await refresh(port, token)).status, 400);
  });

  test('has another password since has to log in again', async context => {
    const { port, people, revoked } = await issuing(context);
    const { refresh_token: token = '' } = await tokensOf(port, offline);
    const code = await codeOf(port);
    const hash = user.hash.replace(/.$/, last => (last === '.' ? 'u' : '.'));
    people.set(user.email, { ...user, hash });
    assert.equal((await exchange(port, code)).status, 400);
    assert.equal((await refresh(port, token)).status, 400);
    assert.equal(revoked.length, 1);
  });
});

test('no secret is stored or told', async context => {
  const { port, records, events } = await issuing(context);
  const req = await begun(port, offline);
  const { location, cookies } = await post(port, `/dex/auth/local?req=${req}`, credentials, browser);
  const Cookie = cookies[0]?.split(';', 1)[0] ?? '';
  const during = recordKinds.map(kind => JSON.stringify(records.list(kind))).join('');
  const back = await get(port, location, { ...browser, Cookie });
  const code = new URL(back.location, 'http://x').searchParams.get('code') ?? '';
  const { refresh_token: token = '', ...tokens } = JSON.parse((await exchange(port, code)).body) as Tokens;
  await post(port, `/dex/auth/local?req=${await begun(port)}`, `login=${password}&password=${password}`);
  await exchange(port, code);
  const kept =
    during + recordKinds.map(kind => JSON.stringify(records.list(kind))).join('') + JSON.stringify(events);
  assert.ok(kept.includes(user.email));
  const [id = '', secret = ''] = Buffer.from(token, 'base64url').toString().split('.');
  const secrets = [
    req,
    code,
    token,
    id,
    secret,
    tokens.id_token,
    tokens.access_token,
    password,
    Cookie.split('=')[1] ?? '',
  ];
  for (const one of secrets) assert.ok(one.length > 5 && !kept.includes(one), one);
});

test('what anybody can make is bounded; the oldest makes way', async context => {
  const { port, records, pass } = await issuing(context, { bounds: { requests: 10 } });
  const first = await begun(port);
  pass(1000);
  for (let time = 0; time < 9; time++) await begun(port);
  assert.equal((await get(port, `/dex/auth/local?req=${first}`)).status, 200);
  const last = await begun(port);
  assert.equal(records.count('request'), 10);
  assert.equal((await get(port, `/dex/auth/local?req=${first}`)).status, 400);
  assert.equal((await get(port, `/dex/auth/local?req=${last}`)).status, 200);
});
