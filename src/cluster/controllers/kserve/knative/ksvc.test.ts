import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { installedConfiguration } from '../../../kserve/index.ts';
import type { Component } from '../components/component.ts';
import type { Extension } from '../shapes.ts';
import { knativeServiceOf } from './ksvc.ts';

interface Made {
  readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
  readonly spec: {
    readonly template: {
      readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
      readonly spec: Readonly<Record<string, unknown>>;
    };
    readonly traffic: readonly object[];
  };
}

function made(extension: Extension, annotations: Record<string, string> = {}, rolledOut?: string): Made {
  const component: Component = {
    component: 'predictor',
    name: 'x-predictor',
    labels: {},
    annotations,
    pod: { containers: [] },
    extension,
  };
  const metadata = { name: 'x-predictor', namespace: 'ns', ownerReferences: [] };
  const before = rolledOut === undefined ? {} : { latestRolledoutRevision: rolledOut };
  return knativeServiceOf(component, metadata, installedConfiguration, before).object as unknown as Made;
}

describe('traffic', () => {
  const all = [{ latestRevision: true, percent: 100 }];
  const rows: readonly [string, Extension, string | undefined, object[]][] = [
    ['the newest revision has all', {}, 'a', all],
    ['a part is for a second revision, not for the first', { canaryTrafficPercent: 20 }, undefined, all],
    [
      'a part goes to the newest',
      { canaryTrafficPercent: 20 },
      'a',
      [
        { latestRevision: true, percent: 20 },
        { revisionName: 'a', latestRevision: false, percent: 80, tag: 'prev' },
      ],
    ],
    ['all of it goes to the newest', { canaryTrafficPercent: 100 }, 'a', all],
  ];
  for (const [what, extension, rolledOut, expected] of rows) {
    test(what, () => assert.deepEqual(made(extension, {}, rolledOut).spec.traffic, expected));
  }

  test('has a tag where the service asks for it', () => {
    const { traffic } = made({}, { 'serving.kserve.io/enable-tag-routing': 'true' }).spec;
    assert.deepEqual(traffic, [{ latestRevision: true, tag: 'latest', percent: 100 }]);
  });
});

test('scaling is said in annotations of the revision, rollout in those of the service', () => {
  const rollout = 'serving.knative.dev/rollout-duration';
  const { metadata, spec } = made(
    {
      minReplicas: 0,
      maxReplicas: 3,
      scaleTarget: 5,
      scaleMetric: 'rps',
      timeout: 9,
      containerConcurrency: 2,
    },
    { [rollout]: '1m' },
  );
  assert.deepEqual(metadata.annotations, { [rollout]: '1m' });
  assert.deepEqual(spec.template.metadata.annotations, {
    'autoscaling.knative.dev/class': 'kpa.autoscaling.knative.dev',
    'autoscaling.knative.dev/target': '5',
    'autoscaling.knative.dev/metric': 'rps',
    'autoscaling.knative.dev/min-scale': '0',
    'autoscaling.knative.dev/max-scale': '3',
  });
  assert.deepEqual(spec.template.spec, {
    timeoutSeconds: 9,
    responseStartTimeoutSeconds: 9,
    containerConcurrency: 2,
    containers: [],
  });
});
