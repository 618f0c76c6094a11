import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { Issuer } from './issuer.ts';
import { wrongNaming } from './reasons.ts';

/** The discovery document of the issuer below each path. */
const documents: Readonly<Record<string, unknown>> = {
  '/other': { issuer: 'https://elsewhere.example.com/dex' },
  '/unnamed': { authorization_endpoint: 'https://elsewhere.example.com/auth' },
  '/numbered': { issuer: 7 },
  '/listed': [],
};
/** What is answered in the place of one. */
const answers: Readonly<Record<string, readonly [status: number, type: string, text: string]>> = {
  '/missing': [404, 'text/plain', 'not found'],
  '/moved': [302, 'text/plain', ''],
  '/page': [200, 'text/html', '<html>'],
  '/broken': [200, 'application/json', '{'],
  '/starting': [503, 'text/plain', 'starting'],
  '/busy': [429, 'text/plain', 'later'],
};
const server = createServer((request, response) => {
  const path = (request.url ?? '').replace('/.well-known/openid-configuration', '');
  const [status, type, text] = answers[path] ?? [200, 'application/json', documentAt(path)];
  response.writeHead(status, { 'content-type': type, location: '/moved-here' }).end(text);
});
/** Those of which nothing else is said are well, but for what their path names. */
function documentAt(path: string): string {
  const issuer = `${url}${path}`;
  const whole = {
    issuer,
    authorization_endpoint: `${issuer}/auth`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
  };
  const [, left, value] = /^\/without\/(\w+)(\/.+)?$/.exec(path) ?? [];
  return JSON.stringify(documents[path] ?? (left === undefined ? whole : { ...whole, [left]: value }));
}
let url: string;

before(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

function issuerAt(path: string): Issuer {
  const facts = {
    url: `${url}${path}`,
    inside: undefined,
    clientId: 'davit',
    clientSecret: '',
    scopes: ['openid'],
    userClaim: 'email',
    groupsClaim: 'groups',
  };
  return new Issuer(facts, Date.now);
}

test('an issuer that calls itself by another name is told with that name', async () => {
  await assert.rejects(issuerAt('/other').configuration(), {
    code: 'issuer-answer-wrong',
    message: /calls itself the issuer "https:\/\/elsewhere\.example\.com\/dex"; expected "http.*\/other"/,
  });
});

for (const path of ['/unnamed', '/numbered', '/listed'])
  test(`of an issuer whose document does not say how it is called no name is told: ${path}`, async () => {
    await assert.rejects(issuerAt(path).configuration(), {
      code: 'issuer-answer-wrong',
      message: `What is at ${url}${path} does not say which issuer it is; expected "${url}${path}", letter by letter.`,
    });
  });

for (const [path, told] of [
  ['/missing', /it answered 404\.$/],
  ['/moved', /it answered 302\.$/],
  ['/page', /unexpected response content-type\.$/],
  ['/broken', /JSON/],
] as const)
  test(`what is reached and is no issuer is told as that: ${path}`, async () => {
    const error = await issuerAt(path)
      .configuration()
      .then(
        () => assert.fail(),
        (thrown: unknown) => thrown as Error,
      );
    const { code } = error as { readonly code?: string };
    assert.equal(code, 'issuer-answer-wrong');
    const begins = `What is at ${url}${path} does not say below /.well-known/openid-configuration what it offers`;
    assert.ok(error.message.startsWith(begins), error.message);
    assert.match(error.message, told);
  });

test('an issuer that is only starting or busy, and one that is not there, may be asked again', async () => {
  for (const [path, status] of [
    ['/starting', 503],
    ['/busy', 429],
  ] as const)
    await assert.rejects(issuerAt(path).configuration(), {
      code: 'issuer-unreachable',
      message: `The issuer ${url}${path} cannot be asked what it offers: it answered ${status}.`,
    });
  const gone = createServer();
  await once(gone.listen(0, '127.0.0.1'), 'listening');
  const { port } = gone.address() as AddressInfo;
  await new Promise(resolve => gone.close(resolve));
  const away = new Issuer({ ...issuerAt('').facts, url: `http://127.0.0.1:${port}` }, Date.now);
  await assert.rejects(away.configuration(), { code: 'issuer-unreachable', message: /ECONNREFUSED/ });
});

for (const [path, field, found] of [
  ['/without/authorization_endpoint', 'authorization_endpoint', 'nothing'],
  ['/without/token_endpoint', 'token_endpoint', 'nothing'],
  ['/without/jwks_uri/x', 'jwks_uri', '"/x"'],
] as const)
  test(`an issuer that does not offer what a login needs is told with the field: ${path}`, async () => {
    await assert.rejects(issuerAt(path).configuration(), {
      code: 'issuer-answer-wrong',
      message: `The issuer ${url}${path} says of its ${field}: found ${found}, expected an address that begins with https.`,
    });
  });

test('one that offers what a login needs is taken', async () => {
  const { issuer } = (await issuerAt('/whole').configuration()).serverMetadata();
  assert.equal(issuer, `${url}/whole`);
});

test('a document without a name is no issuer of the name "undefined"', () => {
  const named = (body: unknown) =>
    wrongNaming(new Error('another', { cause: { attribute: 'issuer', body } }))?.issuer;
  assert.deepEqual([{}, { issuer: 7 }, { issuer: 'other' }].map(named), [undefined, undefined, 'other']);
});
