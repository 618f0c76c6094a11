import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { test } from 'node:test';
import { namesOf, originOf, proxiesOf } from './reached.ts';

test('an origin is taken, with a slash at its end or without', () => {
  for (const [given, origin] of [
    ['https://ml.example.com', 'https://ml.example.com'],
    ['https://ml.example.com/', 'https://ml.example.com'],
    ['https://ml.example.com//', 'https://ml.example.com'],
    ['HTTP://ML.example.com:8080', 'http://ml.example.com:8080'],
    ['https://ml.example.com:443', 'https://ml.example.com'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
    ['https://bücher.example', 'https://xn--bcher-kva.example'],
  ] as const) {
    assert.equal(originOf(given), origin, given);
  }
});

test('an address that is more than an origin is refused, with what it has and without its password', () => {
  for (const [given, found] of [
    ['ml.example.com', /no address|the scheme/],
    ['ml.example.com:8080', /the scheme ml\.example\.com:/],
    ['', /no address/],
    ['https://', /no address/],
    ['ftp://ml.example.com', /the scheme ftp:/],
    ['file:///etc/passwd', /the scheme file:/],
    ['https://ml.example.com/models', /the path \/models/],
    ['https://ml.example.com?x=1', /a query/],
    ['https://ml.example.com/?', /a query/],
    ['https://ml.example.com/#top', /a fragment/],
    ['https://ml.example.com#', /a fragment/],
    ['https://ada:geheim@ml.example.com', /a name or a password/],
    ['https://ada@ml.example.com', /a name or a password/],
  ] as const) {
    assert.throws(
      () => originOf(given),
      (error: Error & { code?: string }) => {
        assert.equal(error.code, 'gateway-url', given);
        assert.match(error.message, found, given);
        assert.match(error.message, /^--gateway-url: found .*; expected http or https, a host and a port/);
        assert.doesNotMatch(error.message, /geheim/);
        return true;
      },
    );
  }
});

test('proxies are addresses and blocks, separated by commas or repeated', () => {
  assert.equal(proxiesOf([]), undefined);
  const proxies = proxiesOf(['10.0.0.0/8, 127.0.0.1', 'fd00::/8']);
  for (const one of ['10.1.2.3', '127.0.0.1', 'fd12::1']) assert.equal(proxies?.has(one), true, one);
  assert.equal(proxies?.has('203.0.113.9'), false);
  for (const given of ['', 'proxy.example.com', '10.0.0.0/8,', '10.0.0.0/40', '10.0.0.0/8;::1']) {
    assert.throws(
      () => proxiesOf(['127.0.0.1', given]),
      (error: Error & { code?: string }) =>
        error.code === 'gateway-proxy' &&
        /^--trusted-proxy: found ".*", expected an address/.test(error.message),
      given,
    );
  }
});

test('a gateway has the names that it was given and that of its machine', () => {
  assert.deepEqual(namesOf('Here.lab', 'https://ml.example.com:8443', 'Laptop.example.org'), [
    'here.lab',
    'laptop.example.org',
    'laptop',
    'laptop.local',
    'ml.example.com',
  ]);
  assert.ok(namesOf('127.0.0.1', undefined).includes(hostname().toLowerCase()));
});
