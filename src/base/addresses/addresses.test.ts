import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AddressBlocks, networkOf, plainAddress } from './addresses.ts';

test('one address has one spelling', () => {
  for (const [text, plain] of [
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:201', '192.0.2.1'],
    ['[::1]', '::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['::', '::'],
    ['192.0.2.256', undefined],
    ['192.0.2.01', undefined],
    ['3232235521', undefined],
    ['_hidden', undefined],
    ['unknown', undefined],
    ['', undefined],
    ['1.2.3.4:5', undefined],
    ['[1.2.3.4]', '1.2.3.4'],
  ] as const) {
    assert.equal(plainAddress(text), plain, text);
  }
});

test('a network of IPv6 is one, whatever address of it is used', () => {
  for (const [text, network] of [
    ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
    ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
    ['::1', '0:0:0:0::/64'],
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['loopback', 'loopback'],
  ] as const) {
    assert.equal(networkOf(text), network, text);
  }
});

test('blocks hold what is in them', () => {
  const blocks = new AddressBlocks(['10.0.0.0/8', ' 192.0.2.7', '2001:db8::/32', '::1']);
  for (const address of ['10.255.0.1', '::ffff:10.1.2.3', '192.0.2.7', '2001:db8:ffff::1', '::1', '[::1]']) {
    assert.equal(blocks.has(address), true, address);
    assert.equal(blocks.has(address), true, `${address}, again`);
  }
  for (const address of ['11.0.0.1', '192.0.2.8', '2001:db9::1', '::2', '', 'x', '10.0.0.0/8']) {
    assert.equal(blocks.has(address), false, address);
  }
  assert.equal(new AddressBlocks(['0.0.0.0/0']).has('203.0.113.9'), true);
  assert.equal(new AddressBlocks([]).has('127.0.0.1'), false);
});

test('what is neither an address nor a block is named', () => {
  for (const text of [
    '',
    'localhost',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0/8',
    '::/129',
    '10.0.0.0/-1',
    '*',
  ]) {
    assert.throws(() => new AddressBlocks(['127.0.0.1', text]), new RangeError(text), text);
  }
});
