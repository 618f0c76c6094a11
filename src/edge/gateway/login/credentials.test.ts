import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Field, Head } from '../../../base/net/index.ts';
import { wantsStatus } from './answers.ts';
import { credentialOf, isBrowser, isForeign } from './credentials.ts';
import { cookieNames, cookieValues, withoutCookies } from './cookies.ts';

function headOf(fields: readonly Field[]): Head {
  const of = (name: string): readonly string[] =>
    fields.flatMap(([one, value]) => (one.toLowerCase() === name.toLowerCase() ? [value] : []));
  return {
    header: name => (name === 'cookie' ? of(name).join('; ') || undefined : of(name)[0]),
    fields: () => fields,
  };
}

const handle = 'A'.repeat(43);
const rows: readonly [what: string, fields: readonly Field[], kind: string][] = [
  ['nothing', [], 'none'],
  ['a cookie', [['Cookie', `authservice_session=${handle}`]], 'cookie'],
  ['a cookie in quotes', [['Cookie', `a=b; authservice_session="${handle}"`]], 'cookie'],
  ['an empty cookie', [['Cookie', 'authservice_session=']], 'none'],
  ['a malformed cookie', [['Cookie', 'authservice_session=a b\u0007']], 'none'],
  ['a cookie of a name that ends so', [['Cookie', `x_authservice_session=${handle}`]], 'none'],
  [
    'more cookies than anybody has',
    [['Cookie', [1, 2, 3, 4, 5].map(n => `authservice_session=${handle}${n}`).join('; ')]],
    'none',
  ],
  ['a bearer', [['Authorization', `Bearer ${handle}`]], 'bearer'],
  ['a bearer in another case', [['authorization', `bEARER   ${handle}`]], 'bearer'],
  ['a token', [['X-Auth-Token', handle]], 'bearer'],
  ['a password', [['Authorization', 'Basic YTpi']], 'unusable'],
  [
    'two bearers',
    [
      ['Authorization', `Bearer ${handle}`],
      ['Authorization', 'Bearer other'],
    ],
    'unusable',
  ],
  ['a bearer of two words', [['Authorization', 'Bearer a b']], 'unusable'],
  ['a bearer of nothing', [['Authorization', 'Bearer ']], 'unusable'],
  [
    'a bearer before a cookie',
    [
      ['Cookie', `authservice_session=${handle}`],
      ['Authorization', 'Bearer x'],
    ],
    'bearer',
  ],
  [
    'a password beside a cookie',
    [
      ['Cookie', `authservice_session=${handle}`],
      ['Authorization', 'Basic YTpi'],
    ],
    'cookie',
  ],
];

test('what a request shows of who sends it', () => {
  for (const [what, fields, kind] of rows) assert.equal(credentialOf(headOf(fields)).kind, kind, what);
});

test('a browser is told by what pages cannot take off, never by its name', () => {
  assert.equal(isBrowser(headOf([['User-Agent', 'Mozilla/5.0']])), false);
  for (const name of ['Sec-Fetch-Mode', 'Origin', 'Referer', 'Upgrade-Insecure-Requests']) {
    assert.equal(isBrowser(headOf([[name, '1']])), true, name);
  }
});

test('another origin is one that differs in anything, ports included', () => {
  const host: Field = ['Host', 'ml.test:8080'];
  const foreign = (name: string, value: string): boolean => isForeign(headOf([host, [name, value]]));
  assert.equal(foreign('Origin', 'http://ml.test:8080'), false);
  assert.equal(foreign('Origin', 'http://ML.test:8080'), false);
  for (const origin of [
    'http://ml.test',
    'http://ml.test:80',
    'http://a.ml.test:8080',
    'null',
    'ml.test:8080',
    '',
  ]) {
    assert.equal(foreign('Origin', origin), true, origin);
  }
  assert.equal(foreign('X', 'y'), false);
});

const tellings: readonly [method: string, fields: readonly Field[], status: boolean][] = [
  ['GET', [['Accept', '*/*']], false],
  ['GET', [], false],
  ['POST', [['Accept', '*/*']], false],
  ['GET', [['Accept', 'text/html,application/json;q=0.9']], false],
  ['GET', [['Sec-Fetch-Mode', 'navigate']], false],
  ['GET', [['Accept', 'application/json']], true],
  ['GET', [['Accept', 'application/json, */*']], false],
  ['GET', [['X-Requested-With', 'XMLHttpRequest']], true],
  ['GET', [['Sec-Fetch-Mode', 'cors']], true],
  ['GET', [['Upgrade', 'websocket']], true],
  ['POST', [['Content-Type', 'application/grpc+proto']], true],
  ['PUT', [['Accept', '*/*']], true],
  ['OPTIONS', [], true],
];

test('who can follow is led to the login, who cannot is told a status', () => {
  for (const [method, fields, status] of tellings) {
    assert.equal(wantsStatus(method, headOf(fields)), status, `${method} ${JSON.stringify(fields)}`);
  }
});

test('cookies are read as browsers write them, and only ours are taken out', () => {
  assert.deepEqual(cookieValues('a=1; s=2;s=2; s="3" ; xs=4; s', 's'), ['2', '3']);
  assert.deepEqual(cookieNames('f_1=a; x=b; f_2=c', 'f_'), ['f_1', 'f_2']);
  assert.equal(
    withoutCookies('a=1; s=2; b=3', name => name === 's'),
    'a=1; b=3',
  );
  assert.equal(
    withoutCookies('s=2', name => name === 's'),
    '',
  );
});

test('no bytes in cookies and credentials make more than an answer of a kind', () => {
  const pieces = [
    'authservice_session',
    '=',
    ';',
    ' ',
    '"',
    ',',
    'Bearer',
    handle,
    '\u0080',
    '%00',
    '\t',
    'a'.repeat(600),
  ];
  let seed = 11;
  const draw = (): string => pieces[(seed = (seed * 48_271) % 2_147_483_647) % pieces.length] ?? '';
  const drawn = (): string => Array.from({ length: 8 }, draw).join('');
  for (let round = 0; round < 20_000; round++) {
    const { kind } = credentialOf(
      headOf([
        ['Cookie', drawn()],
        ['Authorization', drawn()],
      ]),
    );
    assert.ok(['none', 'bearer', 'cookie', 'unusable'].includes(kind));
  }
});
