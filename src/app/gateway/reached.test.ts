import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { test } from 'node:test';
import { namesOf, originOf } from './reached.ts';

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

test('a gateway has the names that it was given and that of its machine', () => {
  assert.deepEqual(namesOf('Here.lab', 'https://ml.example.com:8443'), [
    'here.lab',
    hostname().toLowerCase(),
    'ml.example.com',
  ]);
});
