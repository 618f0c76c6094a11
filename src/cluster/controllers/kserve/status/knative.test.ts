import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ComponentStatus, KnativeService } from '../shapes.ts';
import { Conditions } from './conditions.ts';
import { componentStatusOf, propagate, propagateAcross } from './knative.ts';

type Status = NonNullable<KnativeService['status']>;

/** A Knative Service whose newest revision is ready and has a share of the requests. */
function serving(revision: string, percent: number, previous?: string): Status {
  const rest =
    previous === undefined ? [] : [{ revisionName: previous, latestRevision: false, percent: 100 - percent }];
  return {
    conditions: [{ type: 'Ready', status: 'True' }],
    latestCreatedRevisionName: revision,
    latestReadyRevisionName: revision,
    traffic: [{ revisionName: revision, latestRevision: true, percent }, ...rest],
    url: 'http://x.ns.example.com',
    address: { url: 'http://x.ns.svc.cluster.local' },
  };
}

function rolledOut(before: ComponentStatus, status: Status): (string | undefined)[] {
  const { latestRolledoutRevision, previousRolledoutRevision } = componentStatusOf(before, status);
  return [latestRolledoutRevision, previousRolledoutRevision];
}

describe('the revision that had all of the requests last', () => {
  test('is the first one', () => {
    assert.deepEqual(rolledOut({}, serving('a', 100)), ['a', undefined]);
  });

  test('stays while a newer one has a part', () => {
    assert.deepEqual(rolledOut({ latestRolledoutRevision: 'a' }, serving('b', 20, 'a')), ['a', undefined]);
  });

  test('is the newer one once it has all', () => {
    assert.deepEqual(rolledOut({ latestRolledoutRevision: 'a' }, serving('b', 100)), ['b', 'a']);
  });

  test('is the one before again when the newest is taken back', () => {
    const before = { latestRolledoutRevision: 'b', previousRolledoutRevision: 'a' };
    assert.deepEqual(rolledOut(before, serving('b', 30, 'b')), ['a', 'a']);
  });
});

test('addresses are told once the service is ready, and kept', () => {
  const { url, ...waiting } = serving('a', 100);
  const unready: Status = { ...waiting, url: url ?? '', conditions: [{ type: 'Ready', status: 'Unknown' }] };
  assert.equal(componentStatusOf({}, unready).url, undefined);
  const known = componentStatusOf({}, serving('a', 100));
  assert.equal(componentStatusOf(known, unready).url, 'http://x.ns.example.com');
});

test('routes and deployments of all components are ready together', () => {
  const conditions = new Conditions([], '2026-01-01T00:00:00Z');
  const ready: Status = {
    conditions: ['Ready', 'RoutesReady', 'ConfigurationsReady'].map(type => ({
      type,
      status: 'True' as const,
    })),
  };
  propagate(conditions, 'predictor', ready);
  propagateAcross(conditions, ['predictor', 'transformer']);
  assert.equal(conditions.get('RoutesReady')?.reason, 'TransformerRouteReady not ready');
  assert.ok(conditions.is('RoutesReady', 'Unknown'));
  propagate(conditions, 'transformer', ready);
  propagateAcross(conditions, ['predictor', 'transformer']);
  assert.ok(conditions.is('RoutesReady', 'True') && conditions.is('LatestDeploymentReady', 'True'));
});
