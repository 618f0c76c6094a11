import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  asked,
  begun,
  claimsIn,
  credentials,
  exchange,
  get,
  issuing,
  post,
  sendRaw,
  type Tokens,
} from './issuing.ts';

test('the steps that people type: a login, an approval, a code, tokens', async context => {
  const { port } = await issuing(context);

  const first = await get(port, asked);
  assert.equal(first.status, 302);
  assert.match(first.location, /^\/dex\/auth\/local\?req=[a-z][a-z2-7]{24}$/);
  assert.equal(first.headers.get('content-type'), 'text/html; charset=utf-8');
  assert.equal(first.body, `<a href="${first.location}">Found</a>.\n\n`);
  assert.deepEqual(first.cookies, []);

  const second = await post(port, first.location, credentials);
  assert.equal(second.status, 303);
  assert.equal(second.location, first.location.replace('/auth/local?', '/approval?'));
  assert.equal(second.body, '');
  assert.deepEqual(second.cookies, []);

  const third = await get(port, second.location);
  assert.equal(third.status, 303);
  assert.match(third.location, /^\/login\/oidc\?code=[a-z][a-z2-7]{24}&state=MTYabc$/);
  assert.equal(third.body, `<a href="${third.location.replace('&', '&amp;')}">See Other</a>.\n\n`);

  const code = new URL(third.location, 'http://x').searchParams.get('code') ?? '';
  const fourth = await exchange(port, code);
  assert.equal(fourth.status, 200, fourth.body);
  const tokens = JSON.parse(fourth.body) as Tokens;
  assert.equal(tokens.token_type, 'bearer');
  assert.equal(tokens.expires_in, 86_399 + 1);
  const { email, sub, aud, groups, name } = claimsIn(tokens.id_token);
  assert.deepEqual(
    { email, sub, aud, groups, name },
    {
      email: 'user@example.com',
      sub: 'Cg4xNTg0MTE4NTY0MTc4NBIFbG9jYWw',
      aud: 'kubeflow-oidc-authservice',
      groups: ['team-a'],
      name: 'user',
    },
  );
});

test('the form can be looked at first', async context => {
  const { port } = await issuing(context);
  const req = await begun(port);
  const { status, body } = await get(port, `/dex/auth/local?req=${req}`);
  assert.equal(status, 200);
  for (const id of ['login', 'password', 'submit-login']) assert.match(body, new RegExp(`id="${id}"`));
  assert.match(body, new RegExp(`action="/dex/auth/local\\?req=${req}"`));
});

test('who asks for the head alone gets no body, and can go on', async context => {
  const { port } = await issuing(context);
  const path = `/dex/auth/local?req=${await begun(port)}`;
  const { status, headers, body } = await sendRaw(
    port,
    `HEAD ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
  );
  assert.deepEqual([status, body], [200, '']);
  assert.ok(Number(headers.get('content-length')) > 1000);
  assert.equal((await post(port, path, credentials)).status, 303);
});

test('a login that is over says where to begin again', async context => {
  const { port } = await issuing(context);
  const { status, body } = await get(port, '/dex/auth/local?req=aaaaaaaaaaaaaaaaaaaaaaaaa');
  assert.equal(status, 400);
  assert.match(body, /<a href="\/">Begin again<\/a>/);
});
