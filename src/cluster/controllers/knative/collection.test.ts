import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { collectable, usualRetention } from './collection.ts';
import type { Configuration, Revision } from './shapes.ts';

const hour = 3_600_000;
const now = Date.parse('2026-01-10T00:00:00Z');

function ago(hours: number): string {
  return new Date(now - hours * hour).toISOString();
}

/** A revision that no route has led to for a time, in hours. */
function revision(number: number, hours: number, more: object = {}): Revision {
  return {
    metadata: {
      name: `a-${number}`,
      creationTimestamp: ago(Math.max(hours, 72)),
      labels: { 'serving.knative.dev/routingState': 'reserve' },
      annotations: { 'serving.knative.dev/routingStateModified': ago(hours) },
      ...more,
    },
  } as unknown as Revision;
}

function configuration(latest: string): Configuration {
  const status = { latestReadyRevisionName: latest, latestCreatedRevisionName: latest };
  return { metadata: { name: 'a' }, status } as unknown as Configuration;
}

function gone(own: readonly Revision[], more: object = {}, latest = 'a-0'): string[] {
  const found = collectable(configuration(latest), own, { ...usualRetention, ...more }, now);
  return found.gone.map(one => one.metadata.name ?? '');
}

const old = (count: number): Revision[] =>
  Array.from({ length: count }, (_, place) => revision(place + 1, 100 - place));

describe('old revisions', () => {
  test('go, the oldest first, and twenty stay', () => {
    assert.deepEqual(gone(old(22)), ['a-1', 'a-2']);
    assert.deepEqual(gone(old(20)), []);
  });

  test('stay for fifteen hours without a route, and two days since they were made', () => {
    const more = { least: 0 };
    assert.deepEqual(gone([revision(1, 14), revision(2, 16)], more), ['a-2']);
    const young = revision(3, 16, { creationTimestamp: ago(40) });
    assert.deepEqual(gone([young], more), []);
    const { next } = collectable(
      configuration('a-0'),
      [revision(1, 14), young],
      { ...usualRetention, least: 0 },
      now,
    );
    assert.equal(next, hour);
  });

  test('go whatever their age beyond the most that are kept', () => {
    const own = [revision(1, 3), revision(2, 2), revision(3, 1)];
    assert.deepEqual(gone(own, { most: 1 }), ['a-1', 'a-2']);
  });

  test('stay where requests go to them, may go to them, or somebody wants them kept', () => {
    const labels = { 'serving.knative.dev/routingState': 'active' };
    const annotations = { 'serving.knative.dev/no-gc': 'true' };
    const own = [revision(1, 99, { labels }), revision(2, 98), revision(3, 97, { annotations })];
    assert.deepEqual(gone([...own, revision(4, 96)], { least: 0 }, 'a-2'), ['a-4']);
  });
});
