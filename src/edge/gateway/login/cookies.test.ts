import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clearCookie, setCookie } from './cookies.ts';
import { flowName } from './deciding.ts';

const facts = { name: 'a', value: 'b', expires: 86_400_000, lifetime: 86_400_000 };

test('a cookie is for this host, no script and no form of another site; over https for https alone', () => {
  const dated = 'Expires=Fri, 02 Jan 1970 00:00:00 GMT; Max-Age=86400';
  const plain = `a=b; Path=/; ${dated}; HttpOnly; SameSite=Lax`;
  assert.equal(setCookie({ ...facts, secure: false }), plain);
  assert.equal(setCookie({ ...facts, secure: true }), `${plain}; Secure`);
  for (const secure of [true, false])
    assert.doesNotMatch(setCookie({ ...facts, secure }), /domain/i, 'a neighbouring host would get it');
});

test('a cookie is taken away with the same marks that it was given with', () => {
  const gone = 'a=; Path=/; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; HttpOnly; SameSite=Lax';
  assert.equal(clearCookie('a', false), gone);
  assert.equal(clearCookie('a', true), `${gone}; Secure`);
});

test('over https no other host can set the cookie of a login under way', () => {
  assert.equal(flowName('davit_login_x', { secure: true }), '__Host-davit_login_x');
  assert.equal(flowName('davit_login_x', { secure: false }), 'davit_login_x');
});
