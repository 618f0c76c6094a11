import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryRecords, recordKinds } from '../index.ts';
import { LocalKeeper } from './index.ts';

const start = 1_790_000_000_000;
const user = { name: 'ada@example.com', groups: [] };

test('nothing that is stored opens what it is stored for, and no two logins have the same handle', async () => {
  const records = new MemoryRecords(() => start);
  const keeper = new LocalKeeper({
    records,
    shared: () => assert.fail('not asked for'),
    idTokens: async () => undefined,
    accounts: async () => undefined,
    accountAudiences: [],
    person: () => 'unknown',
    now: () => start,
    audit: () => {},
  });
  const session = { user, grant: undefined, expires: start + 1000 };
  const handles = [await keeper.open(session), await keeper.open(session)].map(({ handle }) => handle);
  const asked = { name: 'ci', namespace: undefined, verbs: ['predict'], lifetime: 60_000 };
  const { token } = keeper.createToken(user, asked);
  const secrets = [...handles, token];
  assert.equal(new Set(secrets).size, 3);
  for (const one of secrets) assert.match(one, /^(davit_)?[\w-]{43}$/, 'of 256 bits');
  const stored = recordKinds.flatMap(kind => records.list(kind));
  assert.equal(stored.length, 3);
  for (const row of stored) {
    const text = JSON.stringify(row);
    for (const one of secrets) assert.ok(!text.includes(one.replace('davit_', '')), text);
    assert.equal(await keeper.who(row.id), undefined);
    assert.equal(await keeper.who(`davit_${row.id}`), undefined);
  }
});
