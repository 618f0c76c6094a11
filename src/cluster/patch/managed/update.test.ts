import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { KubeObject, ManagedFieldsEntry } from '../../meta/index.ts';
import { deploymentShape } from '../shapes.fixture.ts';
import { scaleManaged } from './scale.ts';
import { updateManaged } from './update.ts';

const write = {
  manager: 'one',
  apiVersion: 'apps/v1',
  subresource: '',
  time: '2026-01-01T00:00:01Z',
  reset: [['status']],
};

function deployment(spec: object, metadata: object = {}): KubeObject {
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd', uid: 'u', ...metadata }, spec };
}

function entry(more: Partial<ManagedFieldsEntry>): ManagedFieldsEntry {
  return {
    manager: 'one',
    operation: 'Update',
    apiVersion: 'apps/v1',
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:spec': { 'f:replicas': {} } },
    ...more,
  };
}

function written(old: KubeObject | undefined, object: KubeObject, more: object = {}): ManagedFieldsEntry[] {
  return updateManaged(old, object, deploymentShape, { ...write, ...more });
}

describe('managedFields', () => {
  test('at create the writer owns all but what every object has', () => {
    const object = deployment({ replicas: 1, strategy: { type: 'Recreate' } }, { labels: { a: 'b' } });
    assert.deepEqual(written(undefined, { ...object, status: { replicas: 1 } }), [
      {
        manager: 'one',
        operation: 'Update',
        apiVersion: 'apps/v1',
        time: write.time,
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:metadata': { 'f:labels': { '.': {}, 'f:a': {} } },
          'f:spec': { 'f:replicas': {}, 'f:strategy': { 'f:type': {} } },
        },
      },
    ]);
  });

  test('an object that says nothing has none', () => {
    assert.deepEqual(written(undefined, deployment({})), []);
  });

  test('what changes passes over, with a time; what does not stays', () => {
    const managedFields = [
      entry({ time: '2026-01-01T00:00:00Z', fieldsV1: { 'f:spec': { 'f:paused': {}, 'f:replicas': {} } } }),
    ];
    const old = deployment({ replicas: 1, paused: true }, { managedFields });
    const changed = written(old, deployment({ replicas: 2, paused: true }), { manager: 'two' });
    assert.deepEqual(
      changed.map(({ manager, fieldsV1, time }) => [manager, fieldsV1, time]),
      [
        ['one', { 'f:spec': { 'f:paused': {} } }, '2026-01-01T00:00:00Z'],
        ['two', { 'f:spec': { 'f:replicas': {} } }, write.time],
      ],
    );
    assert.deepEqual(
      written(old, deployment({ replicas: 1, paused: true }), { manager: 'two' }),
      managedFields,
    );
  });

  test('one empty entry or none clears, absent ones are kept, malformed ones are not taken', () => {
    const old = deployment({ replicas: 1 }, { managedFields: [entry({})] });
    const sent = (managedFields: unknown): ManagedFieldsEntry[] =>
      written(old, deployment({ replicas: 1 }, { managedFields }));
    assert.deepEqual(sent([{}]), []);
    assert.deepEqual(sent([]), []);
    assert.deepEqual(sent(undefined), [entry({})]);
    assert.deepEqual(sent([entry({ fieldsType: 'X' as 'FieldsV1' })]), [entry({})]);
    assert.deepEqual(sent([entry({ fieldsV1: { 'k:nonsense': {} } })]), [entry({})]);
  });

  test('an object without owners does not get any by an update', () => {
    assert.deepEqual(written(deployment({ replicas: 1 }), deployment({ replicas: 2 })), []);
  });

  test('more than ten updaters become one', () => {
    let live = deployment({}, { managedFields: [] as ManagedFieldsEntry[] });
    for (let index = 0; index < 13; index++) {
      const labels = { ...live.metadata.labels, [`l${index}`]: '1' };
      const object = deployment({}, { labels, managedFields: undefined });
      const time = `2026-01-01T00:00:${String(index).padStart(2, '0')}Z`;
      const managedFields = written(index === 0 ? undefined : live, object, { manager: `m${index}`, time });
      live = { ...object, metadata: { ...object.metadata, managedFields } };
    }
    const entries = live.metadata.managedFields ?? [];
    assert.equal(entries.length, 10);
    assert.deepEqual(entries[0], {
      manager: 'ancient-changes',
      operation: 'Update',
      apiVersion: 'apps/v1',
      time: '2026-01-01T00:00:03Z',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:metadata': { 'f:labels': { '.': {}, 'f:l0': {}, 'f:l1': {}, 'f:l2': {}, 'f:l3': {} } } },
    });
  });

  test('whoever scales owns the replicas, if they had an owner (deploy-scale-by-other)', () => {
    const applied = entry({ manager: 'kubectl', operation: 'Apply' });
    const scaling = { path: ['spec', 'replicas'], before: 2, after: 5 };
    const by = { ...write, manager: 'scaler', subresource: 'scale' };
    const object = deployment({ replicas: 2 }, { managedFields: [applied] });
    assert.deepEqual(scaleManaged(object, scaling, by), [entry({ manager: 'scaler', subresource: 'scale' })]);
    assert.deepEqual(scaleManaged(deployment({ replicas: 2 }), scaling, by), []);
    assert.deepEqual(scaleManaged(object, { ...scaling, after: 2 }, by), [applied]);
  });
});
