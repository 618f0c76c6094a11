/**
 * Shows a keeper credentials that are nearly good: sessions, API tokens, ID tokens and tokens of service accounts, signed with claims of
 * every kind, and then taken apart and put together otherwise: `node test/fuzz/tokens.ts [--seconds 10] [--seed 1]`. Whoever is known by
 * one has to be the one to whom it was given, and only if everything in it is as it should be.
 */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { parseArgs } from 'node:util';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { newSigningKey, TokenIssuer } from '../../src/cluster/access/index.ts';
import { MemoryRecords } from '../../src/edge/identity/index.ts';
import { idTokenReader, LocalKeeper, ownKeys } from '../../src/edge/identity/keeper/index.ts';
import { Random } from './random.ts';
import { within } from './within.ts';

const now = 1_790_000_000_000;
const seconds = now / 1000;
const issuer = 'http://localhost:8080/dex';
const accountIssuer = 'https://kubernetes.default.svc.cluster.local';
const client = 'kubeflow-oidc-authservice';
const audience = 'istio-ingressgateway.istio-system.svc.cluster.local';
const revoked = 'revoked-grant';
const people = new Map([
  ['ada@example.com', { groups: ['team'] }],
  ['bob@example.com', { groups: ['system:masters', 'a'] }],
]);

/** A credential, and whose it is; undefined for one that is good for nothing. */
interface Credential {
  readonly text: string;
  readonly user: string | undefined;
}

/** A claim's value, and whether a token with it may be good. */
type Value = readonly [value: unknown, good: boolean];

/** What an ID token may say, by the rules of OpenID Connect Core 3.1.3.7 and a minute between clocks. */
const values: Readonly<Record<string, readonly Value[]>> = {
  iss: [
    [issuer, true],
    [`${issuer}/`, false],
    ['http://evil.test/dex', false],
    [[issuer], false],
    [undefined, false],
  ],
  aud: [
    [client, true],
    [[client], true],
    ['other', false],
    [['other', 'third'], false],
    [[client, 'other'], false],
    [undefined, false],
  ],
  azp: [
    [undefined, true],
    [client, true],
    ['other', false],
    [[client], false],
  ],
  exp: [
    [seconds + 3600, true],
    [seconds - 30, true],
    [seconds - 61, false],
    [String(seconds + 3600), false],
    [undefined, false],
  ],
  iat: [
    [seconds, true],
    [seconds + 30, true],
    [seconds + 61, false],
    ['now', false],
    [undefined, false],
  ],
  nbf: [
    [undefined, true],
    [seconds + 30, true],
    [seconds + 61, false],
    ['x', false],
  ],
  sub: [
    ['Cg4x', true],
    [undefined, false],
  ],
  email: [
    ['ada@example.com', true],
    ['bob@example.com', true],
    ['nobody@example.com', false],
    ['system:admin', false],
    ['system:serviceaccount:kube-system:admin', false],
    ['ada@example.com\n', false],
    ['ADA@example.com', false],
    [['ada@example.com'], false],
    [{}, false],
    ['', false],
    [undefined, false],
  ],
  email_verified: [
    [true, true],
    [undefined, true],
    [false, false],
  ],
  groups: [
    [['team'], true],
    [['system:masters'], true],
    ['team', true],
    [undefined, true],
  ],
  jti: [
    ['grant-1', true],
    [undefined, true],
    [revoked, false],
  ],
};

const keys = await generateKeyPair('RS256', { extractable: true });
const stranger = await generateKeyPair('RS256');
const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'one', alg: 'RS256' };
const publicTexts = [await exportSPKI(keys.publicKey), JSON.stringify(jwk), String(jwk.n), ''];

async function idToken(random: Random): Promise<Credential> {
  const claims: Record<string, unknown> = {};
  let good = true;
  let needsParty = false;
  // Mostly one thing is wrong, or nothing.
  const wrong = random.chance(0.4) ? undefined : random.pick(Object.keys(values));
  for (const [name, all] of Object.entries(values)) {
    const [value, fits] = random.pick(name === wrong ? all : all.filter(([, one]) => one));
    if (value !== undefined) claims[name] = value;
    // For several it is good when it says that it was given to ours.
    const several = name === 'aud' && Array.isArray(value) && value.includes(client) && value.length > 1;
    good &&= fits || several;
    if (several) needsParty = true;
  }
  const [key, kid] = random.pick([
    ...Array.from({ length: 8 }, () => [keys.privateKey, 'one'] as const),
    [stranger.privateKey, 'one'] as const,
    [keys.privateKey, 'two'] as const,
  ]);
  good &&= key === keys.privateKey && kid === 'one' && (!needsParty || claims['azp'] === client);
  const text = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid }).sign(key);
  return { text, user: good ? String(claims['email']) : undefined };
}

async function accountToken(random: Random, accounts: TokenIssuer): Promise<Credential> {
  const audiences = random.pick([[audience], [accountIssuer], ['other'], []]);
  const asked = { namespace: 'a', name: 'robot', uid: 'u', audiences, lifetime: random.pick([600, -600]) };
  const { token: text } = await accounts.issue(asked);
  const good = asked.lifetime > 0 && audiences.some(one => one === audience || one === accountIssuer);
  return { text, user: good ? 'system:serviceaccount:a:robot' : undefined };
}

interface World {
  readonly keeper: LocalKeeper;
  readonly credentials: readonly Credential[];
}

async function made(random: Random): Promise<World> {
  const accounts = new TokenIssuer(accountIssuer, [newSigningKey()], () => now);
  const rules = {
    issuer,
    audiences: [client],
    algorithms: ['RS256'],
    userClaim: 'email',
    groupsClaim: 'groups',
  };
  const facts = { url: issuer, inside: undefined, clientId: client, clientSecret: 's', scopes: [] };
  const records = new MemoryRecords(() => now);
  const keeper = new LocalKeeper({
    records,
    shared: () => ({ sealing: [], issuer: { ...facts, userClaim: 'email', groupsClaim: 'groups' } }),
    idTokens: idTokenReader(
      rules,
      ownKeys(() => ({ keys: [jwk] })),
      () => now,
    ),
    accounts: token => accounts.read(token),
    accountAudiences: [audience, accountIssuer],
    person: name => people.get(name) ?? (name.startsWith('system:') ? 'unknown' : undefined),
    now: () => now,
    audit: () => {},
  });
  records.put('revoked-grant', { id: revoked, value: '{}', owner: 'ada@example.com', expires: Infinity });
  const credentials: Credential[] = [];
  for (const name of people.keys()) {
    const user = { name, groups: [] };
    const { handle } = await keeper.open({ user, grant: undefined, expires: now + 1e6 });
    const asked = { namespace: undefined, verbs: ['predict'], lifetime: 1e6 };
    credentials.push(
      { text: handle, user: name },
      { text: keeper.createToken(user, asked).token, user: name },
    );
  }
  for (let count = 0; count < 150; count++) credentials.push(await idToken(random));
  for (let count = 0; count < 20; count++) credentials.push(await accountToken(random, accounts));
  return { keeper, credentials };
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Other text of a credential, as somebody would write it who wants to be taken for its owner. */
function spoilt(random: Random, text: string, credentials: readonly Credential[]): string {
  const [head = '', body = '', signature = ''] = text.split('.');
  const other = random.pick(credentials).text.split('.');
  const at = random.below(text.length);
  const claims = {
    iss: issuer,
    aud: client,
    sub: 'x',
    iat: seconds,
    exp: seconds + 60,
    email: 'ada@example.com',
  };
  const algorithm = random.pick(['none', 'None', 'HS256', 'HS512', 'ES256', 'RS512', 'PS256', 'EdDSA', '']);
  const header = { alg: algorithm, kid: 'one', typ: 'JWT', jwk, jku: 'http://evil.test/', crit: ['b64'] };
  const { jwk: own, jku, crit, ...plain } = header;
  const written = random.pick<object>([
    plain,
    { ...plain, jwk: own },
    { ...plain, jku },
    { ...plain, crit, b64: false },
  ]);
  const claimed = random.pick([body, encode(claims), encode({ ...claims, email: 'system:admin' })]);
  const unsigned = `${encode(written)}.${claimed}`;
  const hmac = createHmac('sha256', random.pick(publicTexts)).update(unsigned).digest('base64url');
  return random.pick<() => string>([
    () => text.slice(0, at) + random.pick(['A', 'b', '-', '.', '=', ' ', '\0', 'ä', '']) + text.slice(at + 1),
    () => text.slice(0, at),
    () => text + random.pick(['=', '.', ' ', '\n', 'A', text]),
    () => `${head}.${other[1] ?? ''}.${signature}`,
    () => `${head}.${body}.${other[2] ?? ''}`,
    () => `${other[0] ?? ''}.${body}.${signature}`,
    () => `${unsigned}.${random.pick(['', signature, hmac])}`,
    () => `${unsigned}.${hmac}`,
    () => `${head}.${claimed}.${signature}`,
    () => random.pick(['davit_', 'Bearer ', 'eyJ']) + text,
    () => (random.chance(0.5) ? text.toUpperCase() : text.toLowerCase()),
    () => text.repeat(2 + random.below(60)),
  ])();
}

/** The bytes that a credential stands for: base64 can be written in more than one way. */
function bytesOf(text: string): string {
  return text
    .split('.')
    .map(part => Buffer.from(part, 'base64url').toString('hex'))
    .join('.');
}

export interface Tally {
  rounds: number;
  /** Credentials by which somebody was known. */
  known: number;
}

export async function fuzzTokens(seed: number, more: (rounds: number) => boolean): Promise<Tally> {
  const random = new Random(seed);
  const { keeper, credentials } = await made(random);
  const owners = new Map(credentials.map(({ text, user }) => [text, user]));
  const meant = new Map(credentials.map(({ text, user }) => [bytesOf(text), user]));
  const tally = { rounds: 0, known: 0 };
  for (; more(tally.rounds); tally.rounds++) {
    const { text } = random.pick(credentials);
    const shown = random.chance(0.2) ? text : spoilt(random, text, credentials);
    const known = await keeper.who(shown);
    const told = `${JSON.stringify(shown)} is ${known?.user.name ?? 'nobody'}`;
    if (owners.has(shown)) assert.equal(known?.user.name, owners.get(shown), told);
    else if (known !== undefined) assert.equal(known.user.name, meant.get(bytesOf(shown)), told);
    if (known === undefined) continue;
    tally.known++;
    assert.ok(known.expires > now - 60_000, told);
    if (known.credential.kind !== 'service-account')
      assert.ok(!known.user.groups.includes('system:masters'), `${told} of ${known.user.groups.join()}`);
  }
  return tally;
}

if (import.meta.main) {
  const { values: options } = parseArgs({
    options: { seconds: { type: 'string', default: '10' }, seed: { type: 'string', default: '1' } },
  });
  process.stdout.write(`seed ${options.seed}: `);
  const { rounds, known } = await fuzzTokens(Number(options.seed), within(Number(options.seconds)));
  process.stdout.write(`${rounds} credentials, ${known} good\n`);
}
