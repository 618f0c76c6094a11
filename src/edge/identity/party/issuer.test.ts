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
const server = createServer((request, response) => {
  const path = (request.url ?? '').replace('/.well-known/openid-configuration', '');
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(documents[path]));
});
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
      code: 'issuer-unreachable',
      message: /cannot be asked what it offers: .* must be a (string|top level object)\.$/,
    });
  });

test('a document without a name is no issuer of the name "undefined"', () => {
  const named = (body: unknown) =>
    wrongNaming(new Error('another', { cause: { attribute: 'issuer', body } }))?.issuer;
  assert.deepEqual([{}, { issuer: 7 }, { issuer: 'other' }].map(named), [undefined, undefined, 'other']);
});
