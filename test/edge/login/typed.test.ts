import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { cookieOf, copied, fetched } from './client.ts';
import { House, password } from './house.ts';

let house: House;

before(async () => {
  house = await House.open();
  await house.serve('mine', 'sklearn-irisv2');
});

after(() => house.close());

test('a login as it is typed with curl: no cookie jar, addresses copied from the text', async () => {
  const { port } = house;
  const path = '/v2/models/sklearn-irisv2/infer?x=1';
  const first = await fetched(port, path);
  assert.equal(first.status, 302);
  assert.equal(first.headers['set-cookie'], undefined);
  assert.match(first.headers.location ?? '', /^\/dex\/auth\?client_id=kubeflow-oidc-authservice&/);
  assert.match(first.text, /^<a href="\/dex\/auth\?[^"]+&amp;[^"]+">Found<\/a>\.\n\n$/);
  const second = await fetched(port, copied(first));
  assert.equal(second.status, 302);
  assert.match(second.headers.location ?? '', /^\/dex\/auth\/local\?req=[a-z2-7]{25}$/);
  const third = await fetched(port, copied(second), { body: `login=user@example.com&password=${password}` });
  assert.equal(third.status, 303, third.text);
  const req = /req=(.*)$/.exec(copied(second))?.[1] ?? '';
  const fourth = await fetched(port, `/dex/approval?req=${req}`);
  assert.equal(fourth.status, 303, fourth.text);
  const fifth = await fetched(port, copied(fourth));
  assert.equal(fifth.status, 302, fifth.text);
  assert.equal(fifth.headers.location, path);
  assert.match(
    fifth.headers['set-cookie']?.join() ?? '',
    /^authservice_session=[\w-]{43}; Path=\/; Expires=[^;]+; Max-Age=86400; HttpOnly; SameSite=Lax$/,
  );
  const cookie = cookieOf(fifth, 'authservice_session');
  const called = await fetched(port, path, { body: '{}', headers: { cookie } });
  assert.equal(called.status, 200, called.text);
  const { headers } = house.received.at(-1) ?? assert.fail();
  assert.equal(headers['kubeflow-userid'], 'user@example.com');
  assert.equal(headers['kubeflow-groups'], '');
  assert.equal(headers.cookie, undefined);
});
