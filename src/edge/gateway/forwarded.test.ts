import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { AddressBlocks } from '../../base/addresses/index.ts';
import { tellsForwarding } from './believing.ts';
import { type Forwarded, forwardedOf } from './forwarded.ts';

const proxies = new AddressBlocks(['10.0.0.0/8', '127.0.0.1', 'fd00::/8']);

type Fields = Readonly<Record<string, string>>;

function told(fields: Fields, peer = '10.0.0.1'): Forwarded {
  return forwardedOf({ header: name => fields[name], peer, isTrusted: address => proxies.has(address) });
}

const list = 'x-forwarded-for';

suite('the client is the nearest that is no proxy of ours', () => {
  const rows: readonly (readonly [said: Fields, client: string, before?: readonly string[]])[] = [
    [{}, '10.0.0.1'],
    [{ [list]: '' }, '10.0.0.1'],
    [{ [list]: '203.0.113.9' }, '203.0.113.9'],
    [{ [list]: '198.51.100.7, 203.0.113.9' }, '203.0.113.9', ['198.51.100.7']],
    [{ [list]: '127.0.0.1,10.9.9.9,203.0.113.9' }, '203.0.113.9', ['127.0.0.1', '10.9.9.9']],
    [{ [list]: '203.0.113.9, 10.0.0.3,10.0.0.2' }, '203.0.113.9'],
    [{ [list]: '198.51.100.7, 203.0.113.9, 10.0.0.2' }, '203.0.113.9', ['198.51.100.7']],
    [{ [list]: '10.0.0.3, 10.0.0.2' }, '10.0.0.3'],
    [{ [list]: '203.0.113.9:51234' }, '203.0.113.9'],
    [{ [list]: '[2001:DB8::1]:51234' }, '2001:db8::1'],
    [{ [list]: '2001:db8::1' }, '2001:db8::1'],
    [{ [list]: '::ffff:203.0.113.9' }, '203.0.113.9'],
    [{ [list]: '203.0.113.9, fd00::1' }, '203.0.113.9'],
    [{ [list]: 'unknown' }, '10.0.0.1', ['unknown']],
    [{ [list]: '198.51.100.7, evil' }, '10.0.0.1', ['198.51.100.7', 'evil']],
    [{ [list]: '203.0.113.9,' }, '10.0.0.1', ['203.0.113.9']],
    [{ forwarded: 'for=203.0.113.9;proto=https' }, '203.0.113.9'],
    [{ forwarded: 'For="[2001:db8::1]:4711"; Proto=https' }, '2001:db8::1'],
    [{ forwarded: 'for=198.51.100.7, for=203.0.113.9;by=10.0.0.1' }, '203.0.113.9', ['198.51.100.7']],
    [{ forwarded: 'for="203.0.113.9, for=10.0.0.1"' }, '10.0.0.1', ['203.0.113.9, for=10.0.0.1']],
    [{ forwarded: 'for=_hidden' }, '10.0.0.1', ['_hidden']],
    [{ forwarded: 'for=203.0.113.9;x' }, '10.0.0.1'],
    [{ forwarded: '"' }, '10.0.0.1'],
    [{ forwarded: 'proto=https' }, '10.0.0.1'],
    // One of the two was written by the client.
    [{ [list]: '203.0.113.9', forwarded: 'for=198.51.100.7' }, '10.0.0.1'],
    [{ [list]: '203.0.113.9', forwarded: 'for=203.0.113.9' }, '203.0.113.9'],
    [{ [list]: '198.51.100.7', forwarded: 'x, for=203.0.113.9' }, '10.0.0.1'],
    [{ [list]: '198.51.100.7', forwarded: 'for="203.0.113.9' }, '10.0.0.1'],
    [{ [list]: Array.from({ length: 5000 }, () => '10.0.0.2').join(',') }, '10.0.0.2'],
  ];
  for (const [said, client, before] of rows) {
    test(JSON.stringify(said).slice(0, 90), () => {
      const found = told(said);
      assert.equal(found.client, client);
      if (before !== undefined) assert.deepEqual(found.before, before);
    });
  }
});

test('scheme and host are believed where they are plain', () => {
  const rows: readonly (readonly [Fields, https: boolean | undefined, host: string | undefined])[] = [
    [{ 'x-forwarded-proto': 'https', 'x-forwarded-host': 'ml.example.com' }, true, 'ml.example.com'],
    [
      { 'x-forwarded-proto': 'HTTP', 'x-forwarded-host': 'ml.example.com:8443' },
      false,
      'ml.example.com:8443',
    ],
    [
      { 'x-forwarded-proto': 'http, https', 'x-forwarded-host': 'evil.test, ml.example.com' },
      true,
      'ml.example.com',
    ],
    [{ 'x-forwarded-proto': 'javascript', 'x-forwarded-host': 'a b' }, undefined, undefined],
    [{ 'x-forwarded-host': 'ml.example.com/evil' }, undefined, undefined],
    [{ 'x-forwarded-host': 'user@ml.example.com' }, undefined, undefined],
    [{ 'x-forwarded-host': '[::1]:80' }, undefined, '[::1]:80'],
    [{ forwarded: 'for=203.0.113.9;proto=https;host="ml.example.com:8443"' }, true, 'ml.example.com:8443'],
    [{}, undefined, undefined],
  ];
  for (const [said, https, host] of rows) {
    const found = told(said);
    assert.deepEqual([found.https, found.host], [https, host], JSON.stringify(said));
  }
});

test('what tells of forwarding is known in every spelling', () => {
  for (const name of [
    'X-Forwarded-For',
    'x_forwarded_for',
    'X-FORWARDED-CLIENT-CERT',
    'Forwarded',
    'X-Real-IP',
  ]) {
    assert.equal(tellsForwarding(name), true, name);
  }
  for (const name of ['x-forward', 'forwarded-x', 'x-request-id', 'host']) {
    assert.equal(tellsForwarding(name), false, name);
  }
});
