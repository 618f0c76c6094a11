import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { copied, fetched, loggedIn } from './client.ts';
import { House, password, people } from './house.ts';

const [user = ''] = people;
const model = '/v2/models/iris';
let house: House;

before(async () => {
  // A new key for each login that takes so long.
  house = await House.open({ lifetimes: { signingKey: 50 } });
  await house.serve('mine', 'iris');
});

after(() => house.close());

/** An ID token for the client of the gateway, as programs get one. */
async function idToken(): Promise<string> {
  const { clientId, clientSecret } = (await house.keeper.shared()).issuer;
  const asked = `/dex/auth?client_id=${clientId}&redirect_uri=%2Flogin%2Foidc&response_type=code&scope=openid+email`;
  const form = copied(await fetched(house.port, asked));
  const body = new URLSearchParams({ login: user, password }).toString();
  const posted = await fetched(house.port, form, { body });
  const back = await fetched(house.port, posted.headers.location ?? '');
  const code = new URL(back.headers.location ?? '', 'http://x').searchParams.get('code') ?? '';
  const exchange = { grant_type: 'authorization_code', code, redirect_uri: '/login/oidc' };
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
  const { text } = await fetched(house.port, '/dex/token', {
    body: new URLSearchParams(exchange).toString(),
    headers: { authorization: `Basic ${basic}` },
  });
  return (JSON.parse(text) as { id_token: string }).id_token;
}

function keyOf(token: string): string {
  const [head = ''] = token.split('.');
  return (JSON.parse(Buffer.from(head, 'base64url').toString()) as { kid: string }).kid;
}

test('while keys change nobody is turned away: not who logs in, and not whose token is of an earlier key', async () => {
  const tokens: string[] = [];
  for (let round = 0; round < 3; round++) {
    const [cookie, ...fresh] = await Promise.all([
      loggedIn(house.port, { user, password }),
      idToken(),
      idToken(),
    ]);
    tokens.push(...fresh);
    assert.equal((await fetched(house.port, model, { headers: { cookie } })).status, 200);
    for (const token of tokens) {
      const headers = { authorization: `Bearer ${token}` };
      // Each by the keeper itself: what the gateway remembers would hide a key that is gone.
      assert.equal((await house.keeper.who(token))?.user.name, user);
      assert.equal((await fetched(house.port, model, { headers })).status, 200);
    }
  }
  const keys = new Set(tokens.map(keyOf));
  assert.ok(keys.size > 2, `${keys.size} keys signed`);
});
