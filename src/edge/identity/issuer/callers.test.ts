import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Head } from '../../../base/net/index.ts';
import { type Caller, callerOf, cookiesOf, isLoopback } from './callers.ts';

function from(fields: Readonly<Record<string, string>>, peer = '127.0.0.1:5'): Caller {
  const head: Head = { peer: { address: peer }, header: name => fields[name] };
  return callerOf(head, isLoopback);
}

suite('a caller', () => {
  const browsers = [
    'sec-fetch-site',
    'sec-fetch-mode',
    'sec-fetch-dest',
    'origin',
    'referer',
    'upgrade-insecure-requests',
  ];
  for (const name of browsers) {
    test(`with ${name} is a browser`, () => assert.equal(from({ [name]: 'x' }).isBrowser, true));
  }

  test('is none for what it calls itself', () => {
    const fields = {
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Chrome/126.0',
      accept: 'text/html',
      cookie: 'a=b',
    };
    assert.equal(from(fields).isBrowser, false);
  });

  const addresses: readonly (readonly [peer: string, said: string | undefined, address: string])[] = [
    ['127.0.0.1:5', undefined, 'loopback'],
    ['127.9.9.9:5', undefined, 'loopback'],
    ['[::1]:5', undefined, 'loopback'],
    ['::1:5', undefined, 'loopback'],
    ['::ffff:127.0.0.1:5', undefined, 'loopback'],
    ['203.0.113.9:5', undefined, '203.0.113.9'],
    ['203.0.113.9:5', '198.51.100.7', '203.0.113.9'],
    ['127.0.0.1:5', '198.51.100.7', '198.51.100.7'],
    ['127.0.0.1:5', '127.0.0.1, 198.51.100.7', '198.51.100.7'],
    ['127.0.0.1:5', '198.51.100.7, 127.0.0.1', 'loopback'],
    ['127.0.0.1:5', '', 'loopback'],
    ['127.0.0.1:5', 'x'.repeat(100), 'x'.repeat(64)],
  ];
  for (const [peer, said, address] of addresses) {
    test(`at ${peer}, said to be ${String(said).slice(0, 30)}, is at ${address.slice(0, 30)}`, () => {
      assert.equal(from(said === undefined ? {} : { 'x-forwarded-for': said }, peer).address, address);
    });
  }

  test('one of IPv6 counts as its network', () => {
    for (const last of ['1', 'ffff:1', 'dead:beef:1:2']) {
      assert.equal(from({}, `2001:db8:1:2::${last.slice(0, 9)}:443`).network, '2001:db8:1:2::/64', last);
    }
    assert.equal(from({}, '203.0.113.9:5').network, '203.0.113.9');
    assert.equal(from({}, '::ffff:203.0.113.9:5').network, '203.0.113.9');
    assert.equal(from({}, '::1:5').network, 'loopback');
  });

  const here: readonly (readonly [fields: Readonly<Record<string, string>>, fromHere: boolean])[] = [
    [{ host: 'localhost:8080', origin: 'http://localhost:8080' }, true],
    [{ host: 'LOCALHOST:80', origin: 'http://localhost' }, true],
    [{ host: 'davit.test', referer: 'http://davit.test/dex/auth?a=b' }, true],
    [{ host: 'davit.test', origin: 'http://other.test', referer: 'http://davit.test/' }, false],
    [{ host: 'davit.test', 'sec-fetch-site': 'none' }, true],
    [{ host: 'davit.test', 'sec-fetch-site': 'same-origin', origin: 'null' }, true],
    [{ host: 'davit.test', 'sec-fetch-site': 'cross-site', origin: 'http://davit.test' }, false],
    [{ origin: 'http://davit.test' }, false],
    [{ host: '', origin: 'null' }, false],
    [{ host: 'davit.test' }, false],
    [{ host: 'evil@davit.test', origin: 'http://davit.test' }, true],
  ];
  for (const [fields, fromHere] of here) {
    test(`${JSON.stringify(fields)} is ${fromHere ? '' : 'not '}from here`, () => {
      assert.equal(from(fields).fromHere, fromHere);
    });
  }
});

test('cookies are read by name, and the first of a name counts', () => {
  assert.deepEqual(
    [...cookiesOf('a=1; b=2;a=3; =x; c ;d= 4 ; e=f=g')],
    [
      ['a', '1'],
      ['b', '2'],
      ['d', '4'],
      ['e', 'f=g'],
    ],
  );
  assert.equal(cookiesOf(Array.from({ length: 1000 }, (_, at) => `c${at}=`).join(';')).size, 200);
});
