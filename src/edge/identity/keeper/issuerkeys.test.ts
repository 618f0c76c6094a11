import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, beforeEach, suite, test } from 'node:test';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { idTokenReader, issuerElsewhere } from './index.ts';

type Key = Awaited<ReturnType<typeof generateKeyPair>>;
const [first, second] = [await generateKeyPair('ES256'), await generateKeyPair('ES256')];

async function published(key: Key, kid: string): Promise<JWK> {
  return { ...(await exportJWK(key.publicKey)), kid, alg: 'ES256', use: 'sig' };
}

/** An issuer elsewhere: what it answers, and how often it was asked for what. */
class Elsewhere {
  readonly server: Server;
  url = '';
  keys: JWK[] = [];
  /** What it calls itself where that is not its address. */
  name: string | undefined;
  asked: string[] = [];
  answer: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;

  constructor() {
    this.server = createServer((request, response) => {
      this.asked.push(request.url ?? '');
      if (this.answer !== undefined) return this.answer(request, response);
      const isKeys = request.url === '/keys';
      const document = { issuer: this.name ?? this.url, jwks_uri: `${this.url}/keys` };
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify(isKeys ? { keys: this.keys } : document));
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>(resolve => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }
}

const elsewhere = new Elsewhere();
await elsewhere.listen();
after(() => {
  elsewhere.server.close();
  elsewhere.server.closeAllConnections();
});

let now = Date.now();
/** @param given as an operator writes the address of the issuer */
function reader(given = elsewhere.url): ReturnType<typeof idTokenReader> {
  const clock = (): number => now;
  const { name, keys } = issuerElsewhere(given, clock);
  const rules = {
    issuer: name,
    audiences: ['davit'],
    algorithms: ['RS256', 'ES256'],
    userClaim: 'email',
    groupsClaim: 'groups',
  };
  return idTokenReader(rules, keys, clock);
}

async function token(key: Key, kid: string, claims: object = {}, iss = elsewhere.url): Promise<string> {
  const seconds = Math.floor(now / 1000);
  return new SignJWT({ email: 'ada@example.com', groups: ['a'], ...claims })
    .setProtectedHeader({ alg: 'ES256', kid })
    .setIssuer(iss)
    .setAudience('davit')
    .setSubject('1')
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + 60)
    .sign(key.privateKey);
}

suite('keys of an issuer elsewhere', () => {
  beforeEach(async () => {
    elsewhere.answer = undefined;
    elsewhere.asked = [];
    elsewhere.name = undefined;
    elsewhere.keys = [await published(first, 'one')];
    now = Date.now();
  });

  test('they are found, asked for once, and tokens read by them', async () => {
    const read = reader();
    const all = await Promise.all(Array.from({ length: 20 }, async () => read(await token(first, 'one'))));
    assert.ok(all.every(facts => facts?.user.name === 'ada@example.com'));
    assert.deepEqual(elsewhere.asked, ['/.well-known/openid-configuration', '/keys']);
  });

  test('tokens with keys that nobody knows make it ask again, though not each time', async () => {
    const read = reader();
    await read(await token(first, 'one'));
    for (let at = 0; at < 20; at++) assert.equal(await read(await token(second, `two-${at}`)), undefined);
    assert.ok(elsewhere.asked.length <= 3, `it was asked ${elsewhere.asked.length} times`);
  });

  for (const [given, named, other] of [
    ['', '/', ''],
    ['/', '', '/'],
  ] as const) {
    test(`tokens say what the issuer calls itself, "…${named}", also where the address is given as "…${given}"`, async () => {
      elsewhere.name = `${elsewhere.url}${named}`;
      const read = reader(`${elsewhere.url}${given}`);
      const good = await token(first, 'one', {}, elsewhere.name);
      assert.equal((await read(good))?.user.name, 'ada@example.com');
      assert.equal(await read(await token(first, 'one', {}, `${elsewhere.url}${other}`)), undefined);
    });
  }

  test('keys that are a megabyte are good for nothing', async () => {
    const read = reader();
    elsewhere.keys = [{ ...(await published(first, 'one')), x5c: ['x'.repeat(1024 * 1024)] }];
    assert.equal(await read(await token(first, 'one')), undefined);
  });

  for (const [what, answer] of [
    [
      'another issuer',
      (_, response) => response.end('{"issuer":"http://127.0.0.1:1","jwks_uri":"http://a"}'),
    ],
    ['no JSON', (_, response) => response.end('<html>')],
    ['a redirect', (_, response) => response.writeHead(302, { Location: '/else' }).end()],
    ['an error', (_, response) => response.writeHead(500).end()],
    ['a megabyte', (_, response) => response.end(`{"issuer":"${'x'.repeat(1024 * 1024)}"}`)],
    ['nothing', (request, _) => request.socket.destroy()],
  ] as [string, NonNullable<Elsewhere['answer']>][]) {
    test(`an issuer that answers ${what} is good for nothing, and asked again after a while`, async () => {
      const read = reader();
      elsewhere.answer = answer;
      const good = await token(first, 'one');
      assert.equal(await read(good), undefined);
      elsewhere.answer = undefined;
      const before = elsewhere.asked.length;
      assert.equal(await read(good), undefined);
      assert.equal(elsewhere.asked.length, before);
      now += 10_001;
      assert.equal((await read(good))?.user.name, 'ada@example.com');
    });
  }
});
