import assert from 'node:assert/strict';
import { test } from 'node:test';
import { doorsOf, nameOf, type Service, type Slice } from './doors.ts';

const node = '127.0.0.1';

function slice(host: string, more: object = {}, conditions: object = {}): Slice {
  return {
    ports: [{ name: 'http', port: 8080 }],
    endpoints: [{ addresses: [host], conditions }],
    ...more,
  } as unknown as Slice;
}

const ready = slice('127.80.0.2');
const web = { clusterIP: '127.96.0.7', ports: [{ name: 'http', port: 80 }] };

/** Where clients connect, and what is behind each place. */
const rows: readonly (readonly [
  what: string,
  spec: Service['spec'],
  slices: readonly Slice[],
  doors: object,
])[] = [
  ['at its address', web, [ready], { '127.96.0.7:80': ['127.80.0.2:8080'] }],
  [
    'at its node ports, too',
    { ...web, type: 'NodePort', ports: [{ name: 'http', port: 80, nodePort: 30_080 }] },
    [ready],
    { '127.96.0.7:80': ['127.80.0.2:8080'], '127.0.0.1:30080': ['127.80.0.2:8080'] },
  ],
  [
    'nowhere when it is headless: its endpoints are found by themselves',
    { ...web, clusterIP: 'None' },
    [ready],
    {},
  ],
  [
    'nowhere when it is a name of something else',
    { type: 'ExternalName', externalName: 'example.com' },
    [ready],
    {},
  ],
  ['nowhere before it has an address', { ports: web.ports }, [ready], {}],
  ['nowhere while nothing is ready', web, [slice('127.80.0.2', {}, { ready: false })], {}],
  [
    'nowhere where nothing listens on a port of that name',
    web,
    [slice('127.80.0.2', { ports: [{ port: 8080 }] })],
    {},
  ],
  ['nowhere over UDP', { ...web, ports: [{ name: 'http', port: 80, protocol: 'UDP' }] }, [ready], {}],
  [
    'each endpoint once, whatever says so',
    web,
    [ready, ready, slice('127.80.0.3', {}, { ready: null }), slice('127.80.0.4', { endpoints: null })],
    { '127.96.0.7:80': ['127.80.0.2:8080', '127.80.0.3:8080'] },
  ],
];

for (const [what, spec, slices, doors] of rows) {
  test(`a Service is reached ${what}`, () => {
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' }, spec };
    const found = doorsOf(service, slices, node).map(({ at, endpoints }) => [
      nameOf(at),
      endpoints.map(nameOf),
    ]);
    assert.deepEqual(Object.fromEntries(found), doors);
  });
}

test('one client meets the same endpoint where the Service says so', () => {
  const of = (spec: Service['spec']): boolean | undefined =>
    doorsOf({ apiVersion: 'v1', kind: 'Service', metadata: {}, spec }, [ready], node)[0]?.sticky;
  assert.deepEqual([of(web), of({ ...web, sessionAffinity: 'ClientIP' })], [false, true]);
});
