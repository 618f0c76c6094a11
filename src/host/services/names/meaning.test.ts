import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CodedError } from '../../../base/errors/index.ts';
import type { Service } from '../doors.ts';
import { type Known, meaningOf } from './meaning.ts';

const service = (namespace: string, name: string, spec: Service['spec'], annotations = {}): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace, name, annotations },
  spec,
});

const services = [
  service('team', 'web', { clusterIP: '127.96.0.7', ports: [{ port: 80 }, { port: 53, protocol: 'UDP' }] }),
  service(
    'team',
    'moved',
    { clusterIP: '127.96.0.8', ports: [{ port: 80 }] },
    {
      'davit.dev/listens-on': '80=127.96.0.8:8080',
    },
  ),
  service('team', 'headless', { clusterIP: 'None', ports: [{ port: 80 }] }),
  service('team', 'alias', { type: 'ExternalName', externalName: 'web.team.svc.cluster.local' }),
  service('team', 'away', { type: 'ExternalName', externalName: 'web.example.com' }),
  service('team', 'round', { type: 'ExternalName', externalName: 'round.team.svc.cluster.local' }),
];

const known: Known = {
  service: (namespace, name) =>
    services.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name),
  serviceAt: address => services.find(({ spec }) => spec.clusterIP === address),
  isEndpoint: ({ host, port }) => host === '127.80.0.1' && port === 8080,
};

test('every form of a name of a Service, and its address, lead to it', () => {
  const web = { host: '127.96.0.7', port: 80 };
  for (const host of [
    'web.team.svc.cluster.local',
    'WEB.team.svc.cluster.local.:80',
    'web.team.svc',
    'web.team',
    'web.team:80',
    '127.96.0.7',
    'alias.team.svc.cluster.local',
    'alias.team:8080',
  ]) {
    assert.deepEqual(meaningOf(host, undefined, known), web, host);
  }
  assert.deepEqual(meaningOf('web', 'team', known), web);
  assert.deepEqual(meaningOf('moved.team', undefined, known), { host: '127.96.0.8', port: 8080 });
  assert.deepEqual(meaningOf('127.80.0.1:8080', undefined, known), { host: '127.80.0.1', port: 8080 });
});

test('nothing else is reached', () => {
  for (const [host, code] of [
    ['example.com', 'name-not-in-cluster'],
    ['web.team.example.com', 'name-not-in-cluster'],
    ['localhost', 'name-not-in-cluster'],
    ['localhost:22', 'name-not-in-cluster'],
    ['127.0.0.1:22', 'name-not-in-cluster'],
    ['127.80.0.1:22', 'name-not-in-cluster'],
    ['169.254.169.254', 'name-not-in-cluster'],
    ['[::1]:80', 'name-not-in-cluster'],
    ['away.team.svc.cluster.local', 'name-not-in-cluster'],
    ['web', 'name-not-in-cluster'],
    ['', 'name-not-in-cluster'],
    ['web.team:99999', 'name-not-in-cluster'],
    ['user@web.team', 'name-not-in-cluster'],
    ['a'.repeat(1000), 'name-not-in-cluster'],
    ['nope.team.svc.cluster.local', 'name-unknown'],
    ['web.team.svc.cluster.local:81', 'name-unknown'],
    ['web.team.svc.cluster.local:53', 'name-unknown'],
    ['headless.team.svc', 'name-unknown'],
    ['round.team.svc.cluster.local', 'name-unknown'],
  ] as const) {
    assert.throws(
      () => meaningOf(host, undefined, known),
      (error: unknown) => error instanceof CodedError && error.code === code,
      host,
    );
  }
});
