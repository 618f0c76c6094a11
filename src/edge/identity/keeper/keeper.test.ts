import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { suite, test } from 'node:test';
import { exportJWK, exportPKCS8, generateKeyPair, importPKCS8, type JWTPayload, SignJWT } from 'jose';
import { CodedError } from '../../../base/errors/index.ts';
import { type AuditEvent, isEnded, MemoryRecords, type Revoked, type Shared } from '../index.ts';
import { idTokenReader, LocalKeeper, ownKeys } from './index.ts';

const issuer = 'http://localhost:8080/dex';
const accountIssuer = 'https://kubernetes.default.svc.cluster.local';
const client = 'kubeflow-oidc-authservice';
const start = 1_790_000_000_000;
const day = 86_400_000;
const ada = { name: 'ada@example.com', groups: ['team'] };

const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256' };
const stranger = await generateKeyPair('RS256');

function made(sessionIdle?: number): {
  readonly keeper: LocalKeeper;
  readonly people: Map<string, { groups: string[]; userId?: string }>;
  readonly audit: AuditEvent[];
  readonly records: MemoryRecords;
  now: number;
} {
  const people = new Map<string, { groups: string[]; userId?: string }>([
    ['ada@example.com', { groups: ['team'] }],
  ]);
  const audit: AuditEvent[] = [];
  const world = { now: start, people, audit };
  const now = (): number => world.now;
  const shared: Shared = {
    sealing: [],
    issuer: {
      url: issuer,
      inside: undefined,
      clientId: client,
      clientSecret: 'secret',
      scopes: ['openid'],
      userClaim: 'email',
      groupsClaim: 'groups',
    },
  };
  const rules = {
    issuer,
    audiences: [client],
    algorithms: ['RS256'],
    userClaim: 'email',
    groupsClaim: 'groups',
  };
  const records = new MemoryRecords(now);
  const keeper = new LocalKeeper({
    records,
    shared: () => shared,
    idTokens: idTokenReader(
      rules,
      ownKeys(() => ({ keys: [jwk] })),
      now,
    ),
    accounts: async token =>
      token.endsWith('.good')
        ? { user: { name: 'system:serviceaccount:a:b', groups: [] }, audiences: ['here'] }
        : undefined,
    accountAudiences: ['here', 'there'],
    person: name => people.get(name),
    now,
    audit: event => void audit.push(event),
    sessionIdle,
  });
  return Object.assign(world, { keeper, records });
}

async function idToken(
  claims: JWTPayload = {},
  key = privateKey,
  header: { alg: string; kid?: string } = { alg: 'RS256', kid: 'one' },
): Promise<string> {
  const seconds = start / 1000;
  const whole = {
    iss: issuer,
    aud: client,
    sub: 'x',
    iat: seconds,
    exp: seconds + 86_400,
    email: ada.name,
    email_verified: true,
    groups: ['team'],
    jti: 'grant-1',
    ...claims,
  };
  return new SignJWT(whole).setProtectedHeader(header).sign(key);
}

function refuses(code: string): (error: unknown) => boolean {
  return error => error instanceof CodedError && error.code === code;
}

suite('sessions', () => {
  test('a session is known by its handle until it ends, at most 24 hours', async () => {
    const world = made();
    const { handle, expires } = await world.keeper.open({
      user: ada,
      grant: 'g',
      expires: start + 9 * day,
    });
    assert.match(handle, /^[\w-]{43}$/);
    assert.equal(expires, start + day);
    const known = await world.keeper.who(handle);
    assert.deepEqual(known?.user, { name: ada.name, groups: ['team', 'system:authenticated'] });
    assert.deepEqual([known.credential.kind, known.expires], ['session', start + day]);
    assert.notEqual('id' in known.credential && known.credential.id, handle);
    world.now += day;
    assert.equal(await world.keeper.who(handle), undefined);
  });

  test('a session ends when it is closed, and that is told', async () => {
    const { keeper, audit } = made();
    const { handle } = await keeper.open({ user: ada, grant: undefined, expires: start + day });
    const known = await keeper.who(handle);
    const told = follow(keeper);
    await keeper.close(handle);
    await keeper.close(handle);
    assert.equal(await keeper.who(handle), undefined);
    const id = known?.credential.kind === 'session' ? known.credential.id : '';
    assert.deepEqual(await told.stop(), [{ kind: 'session', id }]);
    assert.deepEqual(
      audit.map(({ event }) => event),
      ['session-opened', 'logout'],
    );
  });

  test('nobody of the cluster’s own has one, nor is anybody in a group of it', async () => {
    const { keeper, people } = made();
    people.set('system:admin', { groups: [] });
    people.set('bob@example.com', { groups: ['system:masters', 'ops'] });
    const open = (name: string): Promise<{ handle: string }> =>
      keeper.open({ user: { name, groups: ['system:masters'] }, grant: undefined, expires: start + day });
    await assert.rejects(open('system:admin'), refuses('user-invalid'));
    await assert.rejects(open('nobody@example.com'), refuses('user-invalid'));
    const { handle } = await open('bob@example.com');
    assert.deepEqual((await keeper.who(handle))?.user.groups, ['ops', 'system:authenticated']);
  });

  test('who was removed is not known any more', async () => {
    const { keeper, people } = made();
    const { handle } = await keeper.open({ user: ada, grant: undefined, expires: start + day });
    people.delete(ada.name);
    assert.equal(await keeper.who(handle), undefined);
  });
});

suite('sessions that nobody uses', () => {
  const hour = 3_600_000;
  const step = hour / 10;

  test('end after so long, and those in use do not before their 24 hours', async () => {
    const world = made(hour);
    const open = async (): Promise<string> =>
      (await world.keeper.open({ user: ada, grant: undefined, expires: start + day })).handle;
    const [used, unused] = [await open(), await open()];
    // A gateway that remembers the session asks again once it is no longer fresh, and no earlier.
    while (world.now < start + day) {
      const known = await world.keeper.who(used);
      assert.deepEqual([known?.expires, known?.fresh], [start + day, world.now + step]);
      world.now += step;
      if (world.now === start + hour) assert.equal(world.records.count('session'), 2);
      if (world.now > start + hour + step) assert.equal(await world.keeper.who(unused), undefined);
    }
    assert.equal(await world.keeper.who(used), undefined);
  });
});

suite('many sessions', () => {
  test('an ID token is kept for whoever ends his session, and for nobody who reads the records', async () => {
    const { keeper, records } = made();
    const idToken = 'eyJhbGciOiJSUzI1NiJ9.e30.signature';
    const { handle } = await keeper.open({ user: ada, grant: undefined, idToken, expires: start + day });
    const plain = await keeper.open({ user: ada, grant: undefined, expires: start + day });
    assert.ok(records.list('session').every(({ value }) => !value.includes(idToken)));
    assert.deepEqual(await keeper.close(handle), { idToken });
    assert.deepEqual(await keeper.close(plain.handle), { idToken: undefined });
    assert.equal(await keeper.close(handle), undefined);
  });

  test('a user who opens more than are kept of one ends his own', async () => {
    const { keeper, people } = made();
    people.set('bob@example.com', { groups: [] });
    const bob = await keeper.open({
      user: { name: 'bob@example.com', groups: [] },
      grant: undefined,
      expires: start + 1,
    });
    const handles: string[] = [];
    const told = follow(keeper);
    for (let at = 0; at <= 1000; at++) {
      handles.push((await keeper.open({ user: ada, grant: undefined, expires: start + 1000 + at })).handle);
    }
    const [first = '', second = ''] = handles;
    // Gateways that remember it have to be told.
    const ids = (await told.stop()).map(one => (one.kind === 'session' ? one.id : one.kind));
    assert.deepEqual(ids, [createHash('sha256').update(first).digest('base64url')]);
    assert.notEqual(await keeper.who(bob.handle), undefined);
    assert.equal(await keeper.who(first), undefined);
    assert.notEqual(await keeper.who(second), undefined);
  });
});

suite('ID tokens', () => {
  test('a good one says who it is', async () => {
    const { keeper } = made();
    assert.deepEqual(await keeper.who(await idToken()), {
      user: { name: ada.name, groups: ['team', 'system:authenticated'] },
      credential: { kind: 'id-token', id: 'grant-1' },
      expires: start + day,
    });
  });

  const seconds = start / 1000;
  const wrong: [string, () => Promise<string>][] = [
    ['of another issuer', () => idToken({ iss: 'http://elsewhere/dex' })],
    ['for another client', () => idToken({ aud: 'somebody' })],
    ['for several clients, given to another', () => idToken({ aud: [client, 'b'], azp: 'b' })],
    ['for several clients, not saying which', () => idToken({ aud: [client, 'b'] })],
    ['expired', () => idToken({ exp: seconds - 61 })],
    ['from the future', () => idToken({ iat: seconds + 61 })],
    ['not good yet', () => idToken({ nbf: seconds + 61 })],
    ['signed by a stranger', () => idToken({}, stranger.privateKey)],
    ['with an address that is not verified', () => idToken({ email_verified: false })],
    ['without an address', () => idToken({ email: undefined })],
    ['with a list as address', () => idToken({ email: [ada.name] as unknown as string })],
    ['of nobody known', () => idToken({ email: 'eve@example.com' })],
    ['without a kid that is known', () => idToken({}, privateKey, { alg: 'RS256', kid: 'two' })],
    ['signed with PS256', async () => resigned('PS256')],
    ['signed with the public key as a secret', confused],
    ['signed with nothing', async () => unsigned(await idToken())],
    ['with a byte changed', async () => `${(await idToken()).slice(0, -4)}AAAA`],
  ];
  for (const [what, token] of wrong) {
    test(`one ${what} is good for nothing`, async () => {
      assert.equal(await made().keeper.who(await token()), undefined);
    });
  }

  test('clocks may be a minute apart', async () => {
    const { keeper } = made();
    assert.notEqual(await keeper.who(await idToken({ iat: seconds + 59 })), undefined);
    assert.notEqual(await keeper.who(await idToken({ exp: seconds - 59 })), undefined);
  });

  test('a revoked grant ends its tokens and sessions, at once and for later ones', async () => {
    const { keeper } = made();
    const token = await idToken();
    const { handle } = await keeper.open({ user: ada, grant: 'grant-1', expires: start + day });
    const other = await keeper.open({ user: ada, grant: 'grant-2', expires: start + day });
    const told = follow(keeper);
    keeper.revoke('grant-1', ada.name);
    assert.deepEqual([await keeper.who(token), await keeper.who(handle)], [undefined, undefined]);
    assert.notEqual(await keeper.who(other.handle), undefined);
    await assert.rejects(
      keeper.open({ user: ada, grant: 'grant-1', expires: start + day }),
      refuses('grant-revoked'),
    );
    assert.deepEqual(
      (await told.stop()).map(one => one.kind),
      ['session', 'grant'],
    );
  });

  test('when the logins of somebody end, older tokens do, and newer ones do not', async () => {
    const world = made();
    const token = await idToken();
    world.now += 1500;
    await world.keeper.endUser(ada.name, false);
    assert.equal(await world.keeper.who(token), undefined);
    assert.notEqual(await world.keeper.who(await idToken({ iat: seconds + 2 })), undefined);
  });

  test('no session is opened with what was given before the logins of somebody ended', async () => {
    const world = made();
    const issued = seconds * 1000;
    world.now += 1500;
    await world.keeper.endUser(ada.name, false);
    const opening = (at: number): Promise<unknown> =>
      world.keeper.open({ user: ada, grant: 'grant-1', issued: at, expires: start + day });
    for (const at of [issued, issued + 1000]) await assert.rejects(opening(at), refuses('grant-revoked'));
    await opening(issued + 2000);
    world.people.set('bob@example.com', { groups: [] });
    await world.keeper.open({
      user: { name: 'bob@example.com', groups: [] },
      grant: undefined,
      issued,
      expires: start + day,
    });
  });

  test('the logins of somebody end by his id, too: not every token tells his address', async () => {
    const { keeper, people, records } = made();
    people.set('bob@example.com', { groups: [], userId: 'id-of-bob' });
    await keeper.endUser('bob@example.com', true, () => people.delete('bob@example.com'));
    const given = { user: '', grant: undefined, issued: start };
    assert.equal(isEnded(records, { ...given, userId: 'id-of-bob' }), true);
    assert.equal(isEnded(records, { ...given, userId: 'id-of-ada' }), false);
    assert.equal(isEnded(records, { ...given, userId: 'id-of-bob', issued: start + 1 }), false);
  });

  test('what somebody’s logins end with is done with it, or neither is', async () => {
    const { keeper } = made();
    const { handle } = await keeper.open({ user: ada, grant: 'grant-1', expires: start + day });
    const fails = (): void => {
      throw new Error('the disk is full');
    };
    await assert.rejects(keeper.endUser(ada.name, true, fails), /the disk is full/);
    assert.notEqual(await keeper.who(handle), undefined);
    let done = 0;
    await keeper.endUser(ada.name, true, () => void done++);
    assert.deepEqual([await keeper.who(handle), done], [undefined, 1]);
  });
});

suite('tokens of service accounts', () => {
  const token = (iss: string, end: string): string =>
    [{ alg: 'RS256' }, { iss, exp: start / 1000 + 60 }]
      .map(part => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .concat(end)
      .join('.');

  test('they are asked of whoever issues them', async () => {
    const { keeper } = made();
    assert.deepEqual(await keeper.who(token(accountIssuer, 'good')), {
      user: { name: 'system:serviceaccount:a:b', groups: [] },
      credential: { kind: 'service-account' },
      expires: start + 60_000,
    });
    assert.equal(await keeper.who(token(accountIssuer, 'bad')), undefined);
    assert.equal(await keeper.who(token(issuer, 'good')), undefined);
  });
});

suite('API tokens', () => {
  const asked = { name: 'ci', namespace: 'a', verbs: ['read', 'predict'], lifetime: day };

  test('one is known with its scope, its last use told, until it is revoked', async () => {
    const world = made();
    const { keeper } = world;
    const { token, listed } = keeper.createToken({ ...ada, groups: ['system:masters'] }, asked);
    assert.match(token, /^davit_[\w-]{43}$/);
    assert.equal(listed.used, undefined);
    const known = await keeper.who(token);
    assert.deepEqual(known?.user, {
      name: ada.name,
      groups: ['team', 'system:authenticated'],
      extra: { 'davit.dev/scope-verbs': ['predict', 'read'], 'davit.dev/scope-namespace': ['a'] },
    });
    assert.deepEqual(known.credential, {
      kind: 'api-token',
      id: listed.id,
      scope: { namespace: 'a', verbs: ['predict', 'read'] },
    });
    assert.equal(keeper.listTokens(ada.name)[0]?.used, start);
    assert.ok(!JSON.stringify(keeper.listTokens()).includes(token));
    assert.throws(() => keeper.createToken(ada, asked), refuses('token-exists'));
    const told = follow(keeper);
    assert.throws(() => keeper.revokeToken('ci', 'eve@example.com'), refuses('token-unknown'));
    keeper.revokeToken('ci', ada.name);
    assert.equal(await keeper.who(token), undefined);
    assert.deepEqual(await told.stop(), [{ kind: 'api-token', id: listed.id }]);
  });

  test('one expires', async () => {
    const world = made();
    const { token } = world.keeper.createToken(ada, asked);
    world.now += day;
    assert.equal(await world.keeper.who(token), undefined);
    assert.deepEqual(world.keeper.listTokens(), []);
  });

  for (const [what, changed, code] of [
    ['no verb', { verbs: [] }, 'token-invalid'],
    ['an unknown verb', { verbs: ['read', 'fly'] }, 'token-invalid'],
    ['a namespace that can be none', { namespace: 'A_b' }, 'token-invalid'],
    ['a name with a line break', { name: 'a\nb' }, 'token-invalid'],
    ['a second', { lifetime: 1000 }, 'token-invalid'],
    ['ten years', { lifetime: 3653 * day }, 'token-invalid'],
    ['no number', { lifetime: Number.NaN }, 'token-invalid'],
  ] as const) {
    test(`none is made for ${what}`, () => {
      const { keeper } = made();
      assert.throws(() => keeper.createToken(ada, { ...asked, ...changed }), refuses(code));
    });
  }

  test('nobody unknown has one, and nobody has without end', () => {
    const { keeper } = made();
    assert.throws(
      () => keeper.createToken({ name: 'system:admin', groups: [] }, asked),
      refuses('user-unknown'),
    );
    for (let at = 0; at < 200; at++) keeper.createToken(ada, { ...asked, name: `t${at}` });
    assert.throws(() => keeper.createToken(ada, { ...asked, name: 't200' }), refuses('tokens-full'));
  });

  test('removing somebody ends all that is his', async () => {
    const { keeper } = made();
    const { token } = keeper.createToken(ada, asked);
    const { handle } = await keeper.open({ user: ada, grant: undefined, expires: start + day });
    const told = follow(keeper);
    await keeper.endUser(ada.name, true);
    assert.deepEqual([await keeper.who(token), await keeper.who(handle)], [undefined, undefined]);
    assert.deepEqual(await told.stop(), [{ kind: 'user', name: ada.name }]);
  });
});

test('a mark is spent once, whoever asks at the same time', async () => {
  const world = made();
  const spent = await Promise.all(Array.from({ length: 50 }, () => world.keeper.spend('mark', start + 1000)));
  assert.equal(spent.filter(Boolean).length, 1);
  assert.equal(await world.keeper.spend('late', start), false);
});

test('what nobody issued is good for nothing', async () => {
  const { keeper } = made();
  const long = 'x'.repeat(16 * 1024 + 1);
  for (const text of ['', 'x', long, 'davit_', 'a.b.c', `davit_${'A'.repeat(43)}`, '..', 'ü', '\0']) {
    assert.equal(await keeper.who(text), undefined);
  }
});

/** Everything that a keeper tells, until it is stopped. */
function follow(keeper: LocalKeeper): { stop(): Promise<Revoked[]> } {
  const ending = new AbortController();
  const told: Revoked[] = [];
  const all = (async () => {
    for await (const one of keeper.revocations(ending.signal)) if (one !== undefined) told.push(one);
  })();
  return {
    stop: async () => {
      await new Promise(resolve => setImmediate(resolve));
      ending.abort();
      await all;
      return told;
    },
  };
}

/** The same key with another algorithm. */
async function resigned(alg: string): Promise<string> {
  return idToken({}, await importPKCS8(await exportPKCS8(privateKey), alg), { alg, kid: 'one' });
}

/** HS256 with the public key, as text, for a secret. */
async function confused(): Promise<string> {
  return idToken({}, Buffer.from(JSON.stringify(jwk)) as never, { alg: 'HS256', kid: 'one' });
}

function unsigned(token: string): string {
  const head = Buffer.from('{"alg":"none"}').toString('base64url');
  return `${head}.${token.split('.')[1]}.`;
}
