import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exportJWK, exportPKCS8, generateKeyPair, importPKCS8, SignJWT } from 'jose';
import { idTokenReader, ownKeys } from './index.ts';

const now = 1_790_000_000_000;
const rules = {
  issuer: 'https://issuer.test',
  audiences: ['client'],
  algorithms: ['RS256'],
  userClaim: 'email',
  groupsClaim: 'groups',
};

test('a key that is published without its algorithm is good for the one that is expected alone', async () => {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const { alg: _, ...jwk } = { ...(await exportJWK(publicKey)), kid: 'one' };
  const read = idTokenReader(
    rules,
    ownKeys(() => ({ keys: [jwk] })),
    () => now,
  );
  const pem = await exportPKCS8(privateKey);
  const signed = async (alg: string): Promise<string> =>
    new SignJWT({ email: 'ada@example.com' })
      .setProtectedHeader({ alg, kid: 'one' })
      .setIssuer(rules.issuer)
      .setAudience('client')
      .setSubject('x')
      .setIssuedAt(now / 1000)
      .setExpirationTime(now / 1000 + 60)
      .sign(await importPKCS8(pem, alg));
  assert.equal((await read(await signed('RS256')))?.user.name, 'ada@example.com');
  for (const alg of ['PS256', 'RS384', 'RS512']) assert.equal(await read(await signed(alg)), undefined, alg);
});
