import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leftOf } from './autoscalers.ts';
import { statusOf as configurationStatus } from './configurations.ts';
import { revisionPatch } from './routing.ts';
import type { Autoscaler, Configuration, Revision } from './shapes.ts';
import { assignedBy, type Targets } from './traffic.ts';

const time = '2026-01-01T00:00:00Z';

function revision(generation: number, ready: string, active = 'True'): Revision {
  const conditions = [
    { type: 'Ready', status: ready },
    { type: 'Active', status: active },
  ];
  return {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Revision',
    metadata: {
      name: `a-0000${generation}`,
      generation: 1,
      labels: { 'serving.knative.dev/configurationGeneration': String(generation) },
    },
    spec: { containers: [] },
    status: { observedGeneration: 1, conditions },
  } as unknown as Revision;
}

function configuration(generation: number, latest?: string): Configuration {
  return {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Configuration',
    metadata: { name: 'a', generation },
    spec: { template: { spec: { containers: [] } } },
    status: { observedGeneration: generation, ...(latest && { latestReadyRevisionName: latest }) },
  };
}

test('the latest ready revision is the newest one, and none that is older than it was', () => {
  const cases: readonly [before: string | undefined, own: readonly Revision[], after: string | undefined][] =
    [
      [undefined, [revision(1, 'Unknown')], undefined],
      [undefined, [revision(1, 'True'), revision(2, 'True')], 'a-00002'],
      ['a-00001', [revision(1, 'True'), revision(2, 'False')], 'a-00001'],
      ['a-00002', [revision(1, 'True'), revision(2, 'False')], 'a-00002'],
      ['a-00002', [revision(1, 'True'), revision(2, 'False'), revision(3, 'True')], 'a-00003'],
    ];
  for (const [before, own, after] of cases) {
    const seen = { latest: own.at(-1), own, failure: undefined };
    const status = configurationStatus(configuration(own.length, before), seen, time);
    assert.equal(status.latestReadyRevisionName, after);
  }
});

function targets(revisions: readonly Revision[], latest?: string): Targets {
  return {
    configuration: name => (name === 'a' ? configuration(1, latest) : undefined),
    revision: name => revisions.find(one => one.metadata.name === name),
  };
}

test('traffic is assigned when all of it can be', () => {
  const latest = { configurationName: 'a', latestRevision: true, percent: 60 };
  const named = { revisionName: 'a-00001', percent: 40 };
  const both = [revision(1, 'True'), revision(2, 'True')];
  const fine = assignedBy([latest, named], targets(both, 'a-00002'));
  assert.deepEqual(fine, {
    traffic: [
      { ...latest, revisionName: 'a-00002' },
      { ...named, latestRevision: false },
    ],
  });
  const waiting = assignedBy([latest], targets([]));
  assert.equal(waiting.fault?.message, 'Configuration "a" is waiting for a Revision to become ready.');
  const lost = assignedBy([latest, { ...named, revisionName: 'b' }], targets([]));
  assert.deepEqual(lost.fault, {
    status: 'False',
    reason: 'RevisionMissing',
    message: 'Revision "b" referenced in traffic not found.',
  });
});

test('a revision without pods gets requests once it has some, unless it has them already', () => {
  const asleep = targets([revision(1, 'True', 'False')]);
  const wanted = [{ revisionName: 'a-00001', percent: 100 }];
  assert.equal(assignedBy(wanted, asleep).waking, true);
  assert.equal(assignedBy(wanted, asleep).fault?.status, 'Unknown');
  assert.equal(assignedBy(wanted, asleep, [{ revisionName: 'a-00001' }]).fault, undefined);
});

test('a revision says which routes lead to it', () => {
  const fresh = revision(1, 'True');
  const active = {
    labels: { 'serving.knative.dev/routingState': 'active' },
    annotations: { 'serving.knative.dev/routes': 'a', 'serving.knative.dev/routingStateModified': time },
  };
  assert.deepEqual(revisionPatch(fresh, 'a', true, time), active);
  assert.equal(revisionPatch(fresh, 'a', false, time), undefined);
  const reached = { ...fresh, metadata: { ...fresh.metadata, ...active } };
  assert.equal(revisionPatch(reached, 'a', true, time), undefined);
  assert.deepEqual(revisionPatch(reached, 'b', true, time), {
    annotations: { 'serving.knative.dev/routes': 'a,b' },
  });
  assert.deepEqual(revisionPatch(reached, 'a', false, time), {
    labels: { 'serving.knative.dev/routingState': 'reserve' },
    annotations: { 'serving.knative.dev/routes': null, 'serving.knative.dev/routingStateModified': time },
  });
});

test('pods that nobody reaches are kept for a while', () => {
  const now = Date.parse(time) + 1000;
  const of = (reachability: string): Autoscaler =>
    ({ metadata: { name: 'a-00001' }, spec: { reachability } }) as unknown as Autoscaler;
  const since = { 'serving.knative.dev/routingStateModified': time };
  const modified = { ...revision(1, 'True'), metadata: { annotations: since } };
  assert.equal(leftOf(of('Reachable'), modified, 60_000, now), undefined);
  assert.equal(leftOf(of('Unreachable'), modified, 60_000, now), 59_000);
  assert.equal(leftOf(of('Unreachable'), undefined, 60_000, now), undefined);
});
