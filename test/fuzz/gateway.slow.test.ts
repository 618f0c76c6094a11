import assert from 'node:assert/strict';
import { test } from 'node:test';
import { thorough } from '../thorough.ts';
import { fuzzGateway } from './gateway.ts';

for (const [who, isProxied] of [
  ['anybody', false],
  ['a proxy that is believed', true],
] as const) {
  test(`whatever a gateway is sent by ${who}, it answers well, and tells of nobody who has not shown it`, async context => {
    const most = thorough ? 20_000 : 600;
    const found = await fuzzGateway(20_261_126, runs => runs < most, { isProxied });
    const { runs, logins, codes, sessions, passed } = found;
    context.diagnostic(`${runs}: ${logins} logins, ${codes} codes, ${sessions} sessions, ${passed} sent on`);
    assert.ok(logins > 10 && codes > 4 && sessions > 1 && passed > 5, JSON.stringify(found));
  });
}
