import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { derived, type Login, open, seal } from './sealing.ts';

const [key, older] = [randomBytes(32), randomBytes(32)];
const login: Login = {
  begun: 1_780_000_000_000,
  seed: randomBytes(32),
  binding: undefined,
  returnTo: '/ä?b',
};

test('what was sealed opens with any of the keys, and only whole', () => {
  assert.deepEqual(open(seal(login, older), [key, older]), login);
  const bound = { ...login, binding: randomBytes(32) };
  assert.deepEqual(open(seal(bound, key), [key]), bound);
  assert.equal(open(seal(login, older), [key]), undefined);
});

test('a single bit that is changed, a letter more or less, another spelling: none opens', () => {
  const text = seal(login, key);
  const bytes = Buffer.from(text, 'base64url');
  for (let at = 0; at < bytes.length * 8; at++) {
    const changed = Buffer.from(bytes);
    changed[at >> 3] = (changed[at >> 3] ?? 0) ^ (1 << (at & 7));
    assert.equal(open(changed.toString('base64url'), [key]), undefined, `bit ${at}`);
  }
  for (const other of [text.slice(1), text.slice(0, -1), `${text}A`, `${text}=`, ` ${text}`, '', 'A']) {
    assert.equal(open(other, [key]), undefined, other);
  }
  assert.equal(open(bytes.toString('base64'), [key]), undefined);
});

test('what a login keeps for itself is not what it says', () => {
  const [nonce, verifier] = [derived(login, 'nonce'), derived(login, 'verifier')];
  assert.match(verifier, /^[\w-]{43}$/);
  assert.equal(new Set([nonce, verifier, derived(login, 'name')]).size, 3);
});
