import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkExposure } from './exposure.ts';

const off = { host: '127.0.0.1', tls: false, allowPlainHttp: false, noAuth: false };
const rows: readonly [what: string, more: Partial<typeof off>, code: string | undefined][] = [
  ['this machine, in the clear', {}, undefined],
  ['this machine, everybody let in', { noAuth: true }, undefined],
  ['this machine over IPv6', { host: '::1', noAuth: true }, undefined],
  ['everywhere, in the clear', { host: '0.0.0.0' }, 'gateway-plain'],
  ['everywhere over IPv6', { host: '::' }, 'gateway-plain'],
  ['one address of a network', { host: '192.168.1.7' }, 'gateway-plain'],
  ['a name that only begins like loopback', { host: '127.evil.example' }, 'gateway-plain'],
  ['everywhere with TLS', { host: '0.0.0.0', tls: true }, undefined],
  ['everywhere, said to be so', { host: '0.0.0.0', allowPlainHttp: true }, undefined],
  ['everywhere, everybody let in', { host: '0.0.0.0', tls: true, noAuth: true }, 'gateway-open'],
];

test('what is for this machine alone is not opened to others', () => {
  for (const [what, more, code] of rows) {
    const check = (): void => checkExposure({ ...off, ...more });
    if (code === undefined) assert.doesNotThrow(check, what);
    else assert.throws(check, { code }, what);
  }
});
