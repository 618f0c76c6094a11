import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newSigningKey, type SigningKey, TokenIssuer } from './tokens.ts';

const request = { namespace: 'n', name: 'a', uid: 'u', audiences: ['us'], lifetime: 600 };
const minute = 60_000;

test('while keys cannot be had the known ones are good, and they are asked for again after a minute', async () => {
  const clock = { now: Date.parse('2026-01-01T00:00:00Z') };
  const [old, fresh] = [newSigningKey(), newSigningKey()];
  let source: () => readonly SigningKey[] = () => [old];
  const issuer = new TokenIssuer(
    'us',
    () => source(),
    () => clock.now,
  );
  const ids = (): readonly unknown[] => issuer.keySet().keys.map(key => key['kid']);
  source = () => {
    throw new Error('unreadable');
  };
  clock.now += 60 * minute;
  const { token } = await issuer.issue(request);
  assert.equal((await issuer.read(token))?.name, 'a');
  source = () => [fresh, old];
  assert.deepEqual(ids(), [old.id]);
  clock.now += minute;
  assert.deepEqual(ids(), [fresh.id, old.id]);
});

test('where no key is good any more, why is said', async () => {
  const clock = { now: 0 };
  const key = { ...newSigningKey(), until: 30 * minute };
  let isThere = true;
  const source = (): readonly SigningKey[] => {
    if (isThere) return [key];
    throw new Error('unreadable');
  };
  const issuer = new TokenIssuer('us', source, () => clock.now);
  clock.now = 30 * minute;
  const message = 'there is no key that tokens can be signed with';
  await assert.rejects(issuer.issue(request), { code: 500, message });
  [clock.now, isThere] = [60 * minute, false];
  await assert.rejects(issuer.issue(request), { message: 'unreadable' });
});
