import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../meta/index.ts';
import { events } from './events.ts';

/** Two events as a kube-apiserver 1.37.2 answered for them in both groups; metadata shortened. */
const metadata = { name: 'e', namespace: 'default' };
const pairs: readonly [core: object, named: object][] = [
  [
    {
      involvedObject: { kind: 'Pod', namespace: 'default', name: 'p' },
      reason: 'R',
      message: 'hello',
      source: {},
      firstTimestamp: null,
      lastTimestamp: null,
      type: 'Normal',
      eventTime: '2026-01-01T00:00:00.000001Z',
      action: 'Act',
      reportingComponent: 'a.b/c',
      reportingInstance: 'i',
    },
    {
      eventTime: '2026-01-01T00:00:00.000001Z',
      reportingController: 'a.b/c',
      reportingInstance: 'i',
      action: 'Act',
      reason: 'R',
      regarding: { kind: 'Pod', namespace: 'default', name: 'p' },
      note: 'hello',
      type: 'Normal',
      deprecatedSource: {},
      deprecatedFirstTimestamp: null,
      deprecatedLastTimestamp: null,
    },
  ],
  [
    {
      involvedObject: { kind: 'Pod', namespace: 'default', name: 'p' },
      reason: 'R',
      message: 'm',
      source: { component: 'kubelet' },
      firstTimestamp: '2026-01-01T00:00:00Z',
      lastTimestamp: '2026-01-01T00:00:00Z',
      count: 3,
      type: 'Warning',
      eventTime: null,
      reportingComponent: '',
      reportingInstance: '',
    },
    {
      eventTime: null,
      reason: 'R',
      regarding: { kind: 'Pod', namespace: 'default', name: 'p' },
      note: 'm',
      type: 'Warning',
      deprecatedSource: { component: 'kubelet' },
      deprecatedFirstTimestamp: '2026-01-01T00:00:00Z',
      deprecatedLastTimestamp: '2026-01-01T00:00:00Z',
      deprecatedCount: 3,
    },
  ],
];

test('events read in either group are those of a real server, fields in its order', () => {
  for (const [core, named] of pairs) {
    const stored = { apiVersion: 'v1', kind: 'Event', metadata, ...core } as KubeObject;
    const asked = { apiVersion: 'v1', kind: 'Event', metadata, ...named } as KubeObject;
    assert.equal(JSON.stringify(events.fromStorage(stored)), JSON.stringify(asked));
    assert.equal(JSON.stringify(events.toStorage(asked)), JSON.stringify(stored));
  }
});
