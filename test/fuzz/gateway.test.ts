import assert from 'node:assert/strict';
import { test } from 'node:test';
import { thorough } from '../thorough.ts';
import { fuzzGateway } from './gateway.ts';

test('whatever a gateway is sent, it answers well, and tells of nobody who has not shown it', async context => {
  const found = await fuzzGateway(20_261_126, runs => runs < (thorough ? 20_000 : 600));
  const { runs, logins, codes, sessions, passed } = found;
  context.diagnostic(`${runs}: ${logins} logins, ${codes} codes, ${sessions} sessions, ${passed} sent on`);
  assert.ok(logins > 10 && codes > 4 && sessions > 1 && passed > 5, JSON.stringify(found));
});
