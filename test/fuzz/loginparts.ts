/**
 * Gives the parts of a login that read text, one by one, whatever they may meet: `node test/fuzz/loginparts.ts [--seconds 10] [--seed 1]`.
 * Each is compared with another reading of the same text: cookies, credentials, addresses to return to, forms, sealed states, origins,
 * paths, what proxies tell of a request, and heads as services are to see them.
 */
import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { parseArgs } from 'node:util';
import { isBelow, plainPath, tellsIdentity } from '../../src/base/access/index.ts';
import { CodedError } from '../../src/base/errors/index.ts';
import type { Field, Head } from '../../src/base/net/index.ts';
import { forwardedOf } from '../../src/edge/gateway/forwarded.ts';
import { cookieValues, withoutCookies } from '../../src/edge/gateway/login/cookies.ts';
import { credentialOf, isForeign } from '../../src/edge/gateway/login/credentials.ts';
import { PassedHead } from '../../src/edge/gateway/login/passed.ts';
import { readParameters } from '../../src/edge/identity/issuer/parameters.ts';
import { returnPath } from '../../src/edge/identity/party/index.ts';
import { open, seal } from '../../src/edge/identity/party/sealing.ts';
import { readings } from './callers.ts';
import { Random } from './random.ts';
import { within } from './within.ts';

const ours = 'authservice_session';
const handle = 'A'.repeat(43);

/** Text out of pieces, so that most of it means something. */
function textOf(random: Random, pieces: readonly string[], most: number): string {
  return Array.from({ length: 1 + random.below(most) }, () => random.pick(pieces)).join('');
}

const cookiePieces = [
  ours,
  ours.toUpperCase(),
  'davit_login_x',
  'a',
  '=',
  '=',
  ';',
  '; ',
  ',',
  ' ',
  '"',
  handle,
  '\t',
  '%3b',
  '',
];

function checkCookies(random: Random): void {
  const header = textOf(random, cookiePieces, 12);
  const isOurs = (name: string): boolean => name === ours;
  const left = withoutCookies(header, isOurs);
  assert.ok(!/(^|;)\s*authservice_session\s*(=|;|$)/.test(left), `${header} leaves ${left}`);
  const others = header.split(';').filter(pair => !/^\s*authservice_session\s*(=|$)/.test(pair));
  assert.equal(left, others.join(';').trim(), header);
  for (const value of cookieValues(header, ours)) {
    assert.ok(header.includes(value) && !value.includes(';'), `${header} has no ${value}`);
  }
}

function headOf(fields: readonly Field[]): Head {
  const of = (name: string): readonly string[] =>
    fields.flatMap(([one, value]) => (one.toLowerCase() === name.toLowerCase() ? [value] : []));
  return {
    header: name => (name === 'cookie' ? of(name).join('; ') || undefined : of(name)[0]),
    fields: () => fields,
  };
}

const names = [
  'Authorization',
  'authorization',
  'X-Auth-Token',
  'Cookie',
  'cookie',
  'Kubeflow-Userid',
  'KUBEFLOW_GROUPS',
  'x_auth.request_email',
  'X-Forwarded-User',
  'Connection',
  'X-Other',
];
const bearerPieces = [
  'Bearer',
  'bearer',
  'Basic',
  ' ',
  ' ',
  '  ',
  handle,
  'davit_x',
  ',',
  '=',
  '\t',
  'a b',
  '',
];

function fieldsOf(random: Random): Field[] {
  return Array.from({ length: random.below(5) }, () => {
    const name = random.pick(names);
    const lower = name.toLowerCase();
    if (lower === 'cookie') return [name, textOf(random, cookiePieces, 8)];
    if (lower === 'connection')
      return [name, textOf(random, ['close', ',', ' ', 'kubeflow-userid', 'X-Other', 'AUTHORIZATION'], 5)];
    return [name, lower.startsWith('x-o') ? 'kept' : textOf(random, bearerPieces, 5)];
  });
}

function checkCredential(random: Random): void {
  const fields = fieldsOf(random);
  const head = headOf(fields);
  const told = JSON.stringify(fields);
  const credential = credentialOf(head);
  const spoken = fields.filter(([name]) => name.toLowerCase() === 'authorization');
  if (credential.kind === 'bearer') {
    assert.ok(spoken.length <= 1, `of two one is believed: ${told}`);
    assert.ok(
      fields.some(([, value]) => value.endsWith(credential.value)),
      told,
    );
  }
  if (credential.kind === 'cookie') {
    const cookies = head.header('cookie') ?? '';
    for (const value of credential.values)
      assert.ok(cookies.includes(value) && /^[\w.~+/=-]{16,}$/.test(value), told);
  }
  if (credential.kind === 'none')
    assert.equal(spoken.length, 0, `what somebody says of himself is not seen: ${told}`);
}

/** Fields that a client cannot have dropped on the way by naming them in Connection. */
const guarded = new Set(['kubeflow-userid', 'kubeflow-groups', 'authorization']);

function checkPassed(random: Random): void {
  const fields = fieldsOf(random);
  const user = { name: 'ann@example.com', groups: ['a', 'system:authenticated'] };
  const who = { user, credential: { kind: 'session', id: 'x' }, expires: 0 } as const;
  const known = random.chance(0.7) ? who : undefined;
  const spoken = known !== undefined && random.chance(0.5);
  const passed = new PassedHead(headOf(fields), { known, spoken, shown: undefined });
  const seen = passed.fields();
  const told = `${JSON.stringify(fields)} becomes ${JSON.stringify(seen)}`;
  const about = seen.filter(([name]) => tellsIdentity(name));
  const expected =
    known === undefined
      ? []
      : [
          ['kubeflow-userid', user.name],
          ['kubeflow-groups', 'a'],
        ];
  assert.deepEqual(about, expected, told);
  if (spoken) assert.ok(!seen.some(([name]) => /^(authorization|x-auth-token)$/i.test(name)), told);
  for (const [name, value] of seen) {
    if (/^cookie$/i.test(name)) assert.ok(!/(^|;)\s*authservice_session\s*(=|;|$)/.test(value), told);
    const dropped = value.split(',').map(option => option.trim().toLowerCase());
    if (/^connection$/i.test(name)) assert.ok(!dropped.some(one => guarded.has(one)), told);
  }
  for (const name of names) {
    const all = seen.filter(([one]) => one.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
    const whole = /^(cookie|connection)$/i.test(name) ? all.join(/k/i.test(name) ? '; ' : ', ') : all[0];
    assert.equal(passed.header(name), all.length === 0 ? undefined : whole, `${name}: ${told}`);
  }
  const kept = fields.filter(([name]) => name === 'X-Other').length;
  assert.equal(seen.filter(([name]) => name === 'X-Other').length, kept, told);
}

const addressPieces = [
  '/',
  '/',
  '//',
  '\\',
  'evil.test',
  '@',
  ':',
  '?',
  '#',
  '.',
  '..',
  '%2f',
  '%5c',
  '%2e',
  '%09',
  '%',
  '\t',
  '\n',
  '\r',
  ' ',
  '\0',
  'http',
  'https:',
  'javascript:',
  'v2',
  'ä',
  '\u2028',
  '\ufeff',
  '＠',
  '。',
];

/** Where a browser goes that is sent there, and one that decodes first. */
function checkReturn(random: Random): void {
  const text = (random.chance(0.6) ? '/' : '') + textOf(random, addressPieces, 9);
  const path = returnPath(text);
  const told = `${JSON.stringify(text)} leads to ${JSON.stringify(path)}`;
  assert.match(path, /^\/(?![/\\])[\x21-\x7e]*$/, told);
  for (const origin of ['http://here.test', 'https://here.test:8443']) {
    assert.equal(new URL(path, origin).origin, origin, told);
    const [bare = ''] = path.split(/[?#]/, 1);
    for (const read of readings(bare))
      assert.equal(new URL(read, origin).origin, origin, `${told}, read as ${read}`);
  }
  assert.equal(returnPath(path), path, told);
}

const formPieces = [
  'a',
  'req',
  'amp;req',
  '=',
  '=',
  '&',
  '&',
  '&amp;',
  '+',
  '%20',
  '%',
  '%ff',
  '%c3%a4',
  '%00',
  'ä',
  ';',
  '\0',
  '%26',
  '%3d',
];

/** A form as the standard has it, where ours reads it at all. */
function checkForm(random: Random): void {
  const text = textOf(random, formPieces, 12);
  let found: ReadonlyMap<string, string>;
  try {
    found = readParameters(text);
  } catch (error) {
    assert.ok(
      error instanceof CodedError && error.status === 400,
      `${JSON.stringify(text)}: ${String(error)}`,
    );
    return;
  }
  const standard = [...new URLSearchParams(text)];
  assert.equal(standard.length, found.size, `a parameter twice, or lost: ${JSON.stringify(text)}`);
  for (const [name, value] of standard) {
    const meant = name.startsWith('amp;') ? name.slice('amp;'.length) : name;
    assert.equal(found.get(meant), value, JSON.stringify(text));
  }
}

const sealing = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)] as const;
const login = {
  begun: 1_790_000_000_000,
  seed: Buffer.alloc(32, 3),
  binding: undefined,
  returnTo: '/v2/models/iris',
};
const sealed = seal(login, sealing[1]);

function checkState(random: Random): void {
  const at = random.below(sealed.length);
  const bytes = Buffer.from(sealed, 'base64url');
  bytes[random.below(bytes.length)]! ^= 1 << random.below(8);
  const text = random.pick([
    bytes.toString('base64url'),
    sealed.slice(0, at),
    sealed.slice(0, at) + random.pick(['A', '=', '+', '/', ' ', 'ä', '']) + sealed.slice(at + 1),
    sealed + random.pick(['=', 'A', '.', '\n']),
    sealed.slice(at) + sealed.slice(0, at),
    Buffer.alloc(random.below(200), random.below(256)).toString('base64url'),
  ]);
  const opened = open(text, sealing);
  if (opened !== undefined) assert.equal(text, sealed, `opened: ${text}`);
}

const originPieces = [
  'http://',
  'https://',
  'ml.test',
  'ML.test',
  ':8080',
  ':80',
  '.',
  '@',
  'evil.test',
  '/',
  '\\',
  '#',
  '?',
  'null',
  ' ',
  '\t',
  '%2e',
];

function checkOrigin(random: Random): void {
  const host = random.pick(['ml.test:8080', 'ml.test', 'localhost']);
  const origin = textOf(random, originPieces, 5);
  if (
    isForeign(
      headOf([
        ['Host', host],
        ['Origin', origin],
      ]),
    )
  )
    return;
  assert.equal(URL.parse(origin)?.host, host, `a page of ${JSON.stringify(origin)} counts as one of ${host}`);
}

const pathPieces = [
  '/',
  '/',
  '/',
  'dex',
  'dexter',
  'auth',
  '..',
  '.',
  '%2f',
  '%2e',
  '%64ex',
  '\\',
  ';',
  '%3b',
  '%00',
  '#',
  '?',
  '%c0%ae',
  'v2',
  'DEX',
];

/** The way to the issuer is open: a path counts as one only when everybody who reads it takes it for one. */
function checkPath(random: Random): void {
  const target = `/${textOf(random, pathPieces, 8)}`;
  const path = plainPath(target);
  if (path === undefined || !isBelow(path, '/dex')) return;
  for (const read of readings(target)) assert.ok(isBelow(read, '/dex'), `${target} may be read as ${read}`);
}

const proxies = new Set(['10.0.0.1', '10.0.0.2', '127.0.0.1']);
/** Hops as proxies write them, and the addresses that they mean. */
const hops: readonly (readonly [written: string, meant: string | undefined])[] = [
  ['10.0.0.1', '10.0.0.1'],
  ['10.0.0.2', '10.0.0.2'],
  ['127.0.0.1', '127.0.0.1'],
  [' 10.0.0.1:443 ', '10.0.0.1'],
  ['203.0.113.9', '203.0.113.9'],
  ['198.51.100.7:80', '198.51.100.7'],
  ['[2001:db8::1]:9', '2001:db8::1'],
  ['2001:DB8::2', '2001:db8::2'],
  ['unknown', undefined],
  ['_hidden', undefined],
  ['', undefined],
  ['evil.test', undefined],
  ['10.0.0.1 203.0.113.9', undefined],
  ['"203.0.113.9', undefined],
];
const elementPieces = [
  'for=',
  'for="',
  '10.0.0.1',
  '203.0.113.9',
  '"',
  ',',
  ';',
  ';host=',
  ';proto=',
  'https',
  'evil.test',
  '\\',
  ' ',
  '',
];

/** Whoever is believed to send a request is the nearest that is no proxy: all that are told after it are ones. */
function checkForwarded(random: Random): void {
  const list = Array.from({ length: random.below(5) }, () => random.pick(hops));
  const told: Record<string, string> = {
    ...(random.chance(0.8) && {
      'x-forwarded-for': list.map(([written]) => written).join(random.pick([',', ', '])),
    }),
    ...(random.chance(0.4) && { forwarded: textOf(random, elementPieces, 9) }),
    ...(random.chance(0.3) && { 'x-forwarded-host': textOf(random, [...elementPieces, ':80', '@', '/'], 3) }),
    ...(random.chance(0.3) && { 'x-forwarded-proto': random.pick(['https', 'http', 'https, http', 'x']) }),
  };
  const peer = random.pick(['10.0.0.1', '127.0.0.1', '203.0.113.50']);
  const found = forwardedOf({ header: name => told[name], peer, isTrusted: one => proxies.has(one) });
  const text = `${JSON.stringify(told)} from ${peer}: ${JSON.stringify(found)}`;
  assert.ok(isIP(found.client) !== 0, text);
  assert.ok(found.host === undefined || /^[\w.:[\]-]+$/.test(found.host), text);
  if (!proxies.has(peer)) assert.equal(found.client, peer, `a stranger is believed: ${text}`);
  let client = peer;
  for (const [, meant] of list.toReversed()) {
    if (!proxies.has(client) || meant === undefined) break;
    client = meant;
  }
  const listed = told['x-forwarded-for'] !== undefined;
  // Where both fields are there and differ, the proxy itself is as far as is known.
  if (listed && 'forwarded' in told) assert.ok([client, peer].includes(found.client), text);
  else if (listed) assert.equal(found.client, client, text);
}

const checks = [
  checkCookies,
  checkCredential,
  checkPassed,
  checkReturn,
  checkForm,
  checkState,
  checkOrigin,
  checkPath,
  checkForwarded,
] as const;

/** Goes on for as long as `more` says; gives how many texts were read. */
export function fuzzLoginParts(seed: number, more: (rounds: number) => boolean): number {
  const random = new Random(seed);
  let rounds = 0;
  for (; more(rounds); rounds++) (checks[rounds % checks.length] as (typeof checks)[number])(random);
  return rounds;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { seconds: { type: 'string', default: '10' }, seed: { type: 'string', default: '1' } },
  });
  const goesOn = within(Number(values.seconds));
  process.stdout.write(`seed ${values.seed}: `);
  const rounds = fuzzLoginParts(Number(values.seed), done => done % 1000 !== 0 || goesOn());
  process.stdout.write(`${rounds} texts\n`);
}
