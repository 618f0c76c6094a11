import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzzIssuer } from './issuer.ts';

test('whatever an issuer is sent, it answers well, and logins still come to their end', async () => {
  const { logins, codes, tokens } = await fuzzIssuer(20_261_126, runs => runs < 4000);
  assert.ok(
    logins > 50 && codes > 30 && tokens > 10,
    `${logins} logins, ${codes} codes, ${tokens} exchanges`,
  );
});
