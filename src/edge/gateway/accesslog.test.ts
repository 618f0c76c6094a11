import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '../../base/log/index.ts';
import { type Head, prepareHead, type Sink } from '../../base/net/index.ts';
import { logged } from './accesslog.ts';

test('a line of a request tells no query, no cookie, no credential and no body', () => {
  let lines = '';
  const write = (text: string): void => void (lines += text);
  const log = createLog({ level: 'info', format: 'json', colour: false, now: () => 0, write });
  const secrets = ['the-code', 'the-state', 'the-cookie', 'the-token', 'the-password', 'the-fragment'];
  const [code, state, cookie, token, password, fragment] = secrets;
  const fields: Readonly<Record<string, string>> = {
    host: 'ml.test',
    cookie: `authservice_session=${cookie}`,
    authorization: `Bearer ${token}`,
    'x-auth-token': `${token}`,
    referer: `http://ml.test/login/oidc?code=${code}`,
  };
  const head: Head = { header: name => fields[name], peer: { address: '203.0.113.9:1' } };
  const sink: Sink = { send: () => {}, stream: () => undefined, aborted: false, onAbort: () => {} };
  const handler = logged(
    (_method, _target, _head, _body, told) => told.send(prepareHead(302, []), ''),
    log,
    () => 0,
  );
  const target = `/login/oidc?code=${code}&state=${state}#${fragment}`;
  void handler('GET', target, head, Buffer.from(`password=${password}`), sink);
  assert.match(lines, /"path":"\/login\/oidc"/);
  assert.match(lines, /"status":302/);
  for (const one of secrets) assert.ok(!lines.includes(one), `${one} stands in ${lines}`);
});
