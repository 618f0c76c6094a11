import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../meta/index.ts';
import { defaultedService } from './defaults.ts';
import { serviceFault } from './rules.ts';

function service(pod: object, more: object = {}): KubeObject {
  return {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: { name: 'sk', namespace: 'default' },
    spec: { template: { spec: pod }, ...more },
  };
}

const one = { name: 'kserve-container', image: 'kserve/sklearnserver:v0.20.0' };

test('a Service is given what Knative fills in', () => {
  const { metadata, spec } = defaultedService(
    service({ containers: [one] }),
    undefined,
    'alice',
  ) as KubeObject & {
    readonly spec: unknown;
  };
  assert.deepEqual(spec, {
    template: {
      spec: {
        containerConcurrency: 0,
        enableServiceLinks: false,
        timeoutSeconds: 300,
        containers: [
          { ...one, resources: {}, readinessProbe: { successThreshold: 1, tcpSocket: { port: 0 } } },
        ],
      },
    },
    traffic: [{ latestRevision: true, percent: 100 }],
  });
  assert.deepEqual(metadata.annotations, {
    'serving.knative.dev/creator': 'alice',
    'serving.knative.dev/lastModifier': 'alice',
  });
});

test('what is said stays, and defaults are filled in once', () => {
  const said = service({
    timeoutSeconds: 60,
    containers: [
      { ...one, readinessProbe: { httpGet: { path: '/ready' } } },
      { name: 'side', image: 'a' },
    ],
  });
  const once = defaultedService(said, undefined, 'alice');
  const pod = (once['spec'] as { readonly template: { readonly spec: Readonly<Record<string, unknown>> } })
    .template.spec;
  assert.equal(pod['timeoutSeconds'], 60);
  assert.deepEqual(defaultedService(once, once, 'bob'), once);
});

test('whoever changes a Service is its last modifier, and its creator stays', () => {
  const before = defaultedService(service({ containers: [one] }), undefined, 'alice');
  const after = defaultedService(service({ containers: [{ ...one, image: 'b' }] }), before, 'bob');
  assert.equal(after.metadata.annotations?.['serving.knative.dev/creator'], 'alice');
  assert.equal(after.metadata.annotations?.['serving.knative.dev/lastModifier'], 'bob');
});

const pods: readonly (readonly [string, object, string | undefined])[] = [
  ['one container', { containers: [one] }, undefined],
  ['none', { containers: [] }, 'missing field(s): spec.template.spec.containers'],
  [
    'a field behind a flag',
    { containers: [one], nodeSelector: { disk: 'ssd' } },
    'must not set the field(s): spec.template.spec.nodeSelector',
  ],
  [
    'two containers without ports',
    { containers: [one, { name: 'side', image: 'a' }] },
    'missing field(s): spec.template.spec.containers[*].ports',
  ],
  [
    'a container without an image',
    { containers: [{ name: 'kserve-container' }] },
    'missing field(s): spec.template.spec.containers[0].image',
  ],
];
for (const [name, pod, fault] of pods) {
  test(`refusals: ${name}`, () => assert.equal(serviceFault(service(pod)), fault));
}

test('refusals: a name that is no part of a host name', () => {
  const long = service({ containers: [one] });
  const named = { ...long, metadata: { ...long.metadata, name: 'x'.repeat(64) } };
  assert.equal(
    serviceFault(named),
    'not a DNS 1035 label: [must be no more than 63 characters]: metadata.name',
  );
});

test('refusals: shares that are not a hundred', () => {
  const traffic = [{ percent: 150 }];
  const fault =
    'Traffic targets sum to 150, want 100: spec.traffic\nexpected 0 <= 150 <= 100: spec.traffic[0].percent';
  assert.equal(serviceFault(service({ containers: [one] }, { traffic })), fault);
});
