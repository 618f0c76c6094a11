import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '../../../base/log/index.ts';
import { MemoryRecords } from '../../../edge/identity/index.ts';
import { Issuing } from './issuing.ts';

test('the log says once that one network has as many logins under way as it may have', async context => {
  const lines: string[] = [];
  const now = (): number => 1_790_000_000_000;
  const log = createLog({
    level: 'info',
    format: 'json',
    colour: false,
    now: Date.now,
    write: line => void lines.push(line),
  });
  const client = { id: 'app', name: 'App', secret: 'secret', redirectUris: ['/cb'], isPublic: false };
  const issuing = await Issuing.start(
    {
      url: 'http://localhost/dex',
      clients: [client],
      people: { find: () => undefined },
      passwords: { check: () => Promise.resolve(false), hash: () => Promise.resolve('') },
      records: new MemoryRecords(now),
      grants: { revoke: () => {} },
      audit: () => {},
      now,
      bounds: { requestsOfOne: 3 },
    },
    log,
  );
  context.after(() => issuing.stop(0));
  const query = 'client_id=app&redirect_uri=%2Fcb&response_type=code&scope=openid';
  const begin = async (address: string): Promise<number> => {
    const headers = { 'x-forwarded-for': address };
    const url = `http://${issuing.host}:${issuing.port}/dex/auth?${query}`;
    return (await fetch(url, { headers, redirect: 'manual' })).status;
  };
  for (let at = 0; at < 3; at++) assert.equal(await begin('203.0.113.9'), 302);
  assert.deepEqual(lines, []);
  for (let at = 0; at < 6; at++)
    assert.equal(await begin(at % 2 === 0 ? '203.0.113.9' : `2001:db8::${at}`), 302);
  assert.equal(lines.length, 1);
  assert.match(
    lines[0] ?? '',
    /"level":"warn.*one network has as many logins.*"network":"203\.0\.113\.9","most":3/,
  );
});
