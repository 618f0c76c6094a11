import assert from 'node:assert/strict';
import { test } from 'node:test';
import { installedConfiguration } from '../installed/objects.ts';
import type { ContainerDraft, PodDraft } from './draft.ts';
import { addGuard } from './guard.ts';

function guarded(value: string | undefined, containers: ContainerDraft[]): readonly ContainerDraft[] {
  const pod: PodDraft = { metadata: {}, spec: { containers } };
  const annotations = value === undefined ? {} : { 'davit.dev/direct-access': value };
  const lookup = { get: () => undefined, list: () => [] };
  addGuard(pod, 'iris', { annotations, namespace: 'team-a', configuration: installedConfiguration, lookup });
  return pod.spec.containers;
}

function told({ env = [] }: ContainerDraft): Readonly<Record<string, unknown>> | undefined {
  const text = env.find(({ name }) => name === 'DAVIT_GUARD')?.value;
  return text === undefined ? undefined : (JSON.parse(text) as Readonly<Record<string, unknown>>);
}

test('a pod of an open service is left as it is', () => {
  for (const value of [undefined, 'open']) {
    assert.deepEqual(guarded(value, [{ name: 'kserve-container' }]), [{ name: 'kserve-container' }]);
  }
});

test('every container is told whom to ask and about what, whatever it says itself', () => {
  for (const value of ['authorized', 'authorised', '']) {
    const env = [
      { name: 'A', value: '1' },
      { name: 'DAVIT_GUARD', value: '' },
    ];
    const all = guarded(value, [{ name: 'kserve-container', env }, { name: 'queue-proxy' }]);
    for (const container of all) {
      const { service, namespace, keeps } = told(container) ?? {};
      assert.deepEqual([service, namespace, keeps], ['iris', 'team-a', undefined], container.name);
    }
    assert.deepEqual(
      all[0]?.env?.map(({ name }) => name),
      ['A', 'DAVIT_GUARD'],
    );
  }
});

test('the paths of probes are open', () => {
  const probe = { httpGet: { path: '/ready', port: 8080 } };
  const [container] = guarded('authorized', [{ name: 'kserve-container', readinessProbe: probe }]);
  const { open } = told(container ?? { name: '' }) ?? {};
  assert.deepEqual(open, ['/', '/healthz', '/metrics', '/v2/health/live', '/v2/health/ready', '/ready']);
});

test('a queue before an agent, which asks too, lets credentials pass', () => {
  const all = guarded(
    'authorized',
    ['kserve-container', 'queue-proxy', 'agent'].map(name => ({ name })),
  );
  assert.deepEqual(
    all.map(container => [container.name, told(container)?.['keeps']]),
    [
      ['kserve-container', undefined],
      ['queue-proxy', true],
      ['agent', undefined],
    ],
  );
});
