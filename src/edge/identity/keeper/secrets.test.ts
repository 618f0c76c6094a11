import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newSecret, opened, sealed } from './secrets.ts';

test('what is sealed is opened by its secret alone, and whole alone', () => {
  const secret = newSecret();
  const text = sealed('an ID token, Ünïcödé', secret);
  assert.doesNotMatch(Buffer.from(text, 'base64url').toString('latin1'), /token/);
  assert.equal(opened(text, secret), 'an ID token, Ünïcödé');
  assert.notEqual(sealed('an ID token, Ünïcödé', secret), text);
  assert.equal(opened(text, newSecret()), undefined);
  const bytes = Buffer.from(text, 'base64url');
  for (let at = 0; at < bytes.length; at++) {
    const other = Buffer.from(bytes);
    other[at] = (other[at] ?? 0) ^ 1;
    assert.equal(opened(other.toString('base64url'), secret), undefined, `byte ${at}`);
  }
  for (const broken of ['', 'x', text.slice(0, 20), `${text}AA`]) {
    assert.equal(opened(broken, secret), undefined, broken);
  }
});
