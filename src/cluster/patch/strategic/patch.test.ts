import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { StatusError } from '../../meta/index.ts';
import { deploymentShape } from '../shapes.fixture.ts';
import { strategicMergePatch } from './patch.ts';

const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'd', labels: { app: 'd' }, finalizers: ['x/a', 'x/b'] },
  spec: {
    replicas: 2,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } },
    template: {
      containers: [
        { name: 'a', image: 'a:1', args: ['x'], ports: [{ containerPort: 80, protocol: 'TCP' }] },
        { name: 'b', image: 'b:1' },
        { name: 'c', image: 'c:1' },
      ],
      nodeSelector: { zone: '1' },
    },
  },
};

type Deployment = typeof deployment;

function patched(patch: unknown): Deployment {
  return strategicMergePatch(deployment, patch, deploymentShape) as Deployment;
}

function containers(patch: unknown): unknown[] {
  return patched({ spec: { template: patch } }).spec.template.containers;
}

function names(patch: unknown): unknown[] {
  return containers(patch).map(one => (one as { name?: string }).name);
}

function fault(patch: unknown): [number, string] {
  try {
    patched(patch);
  } catch (error) {
    const { code, message } = error as StatusError;
    return [code, message];
  }
  throw new Error('was applied');
}

describe('strategic merge patch', () => {
  test('lists merge by key, atomic lists are replaced, what is not named stays', () => {
    const result = containers({ containers: [{ name: 'a', image: 'a:2', args: ['y'] }] });
    assert.deepEqual(result, [
      { name: 'a', image: 'a:2', args: ['y'], ports: [{ containerPort: 80, protocol: 'TCP' }] },
      { name: 'b', image: 'b:1' },
      { name: 'c', image: 'c:1' },
    ]);
    assert.deepEqual(deployment.spec.template.containers.length, 3);
  });

  test('the order of the patch is kept among what it names', () => {
    assert.deepEqual(names({ containers: [{ name: 'side' }, { name: 'c' }] }), ['side', 'a', 'b', 'c']);
    assert.deepEqual(names({ containers: [{ name: 'c' }, { name: 'a' }] }), ['b', 'c', 'a']);
  });

  test('an element is deleted, a list or an object replaced (strategic-delete-element, strategic-replace-map)', () => {
    assert.deepEqual(names({ containers: [{ $patch: 'delete', name: 'b' }] }), ['a', 'c']);
    assert.deepEqual(names({ containers: [{ $patch: 'replace' }, { name: 'z' }] }), ['z']);
    const { metadata } = patched({ metadata: { labels: { $patch: 'replace', only: 'this' } } });
    assert.deepEqual(metadata.labels, { only: 'this' });
    assert.deepEqual(patched({ metadata: { labels: { $patch: 'delete' } } }).metadata.labels, {});
  });

  test('keys are retained (strategic-retainkeys)', () => {
    const { strategy } = patched({ spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } }).spec;
    assert.deepEqual(strategy, { type: 'Recreate' });
    const bad = { spec: { strategy: { $retainKeys: [], type: 'Recreate' } } };
    assert.deepEqual(fault(bad), [400, 'invalid patch format of retainKeys']);
  });

  test('elements are put in an order', () => {
    const order = [{ name: 'c' }, { name: 'new' }, { name: 'a' }];
    assert.deepEqual(names({ '$setElementOrder/containers': order, containers: [{ name: 'new' }] }), [
      'b',
      'c',
      'new',
      'a',
    ]);
    const wrong = { '$setElementOrder/containers': [{ name: 'c' }], containers: [{ name: 'a' }] };
    assert.equal(
      fault({ spec: { template: wrong } })[1],
      "The order in patch list:\n[map[name:a]]\n doesn't match $setElementOrder list:\n[map[name:c]]\n",
    );
  });

  test('scalars are added to and taken from lists that merge', () => {
    const added = patched({ metadata: { finalizers: ['x/c', 'x/a'] } }).metadata.finalizers;
    assert.deepEqual(added, ['x/c', 'x/a', 'x/b']);
    const removed = patched({ metadata: { '$deleteFromPrimitiveList/finalizers': ['x/a'] } });
    assert.deepEqual(removed.metadata.finalizers, ['x/b']);
  });

  test('says what is wrong as the real server does, without a reason', () => {
    const noKey = { spec: { template: { containers: [{ image: 'q' }] } } };
    // strategic-no-merge-key
    assert.deepEqual(fault(noKey), [500, 'map: map[image:q] does not contain declared merge key: name']);
    assert.deepEqual(fault({ metadata: { $patch: 'odd', z: 1, a: [null, 'x'] } }), [
      500,
      'unknown patch type: odd in map: map[$patch:odd a:[<nil> x] z:1]',
    ]);
    assert.deepEqual(
      fault({ spec: { $patch: 3 } })[1],
      'unknown patch type: %!s(int64=3) in map: map[$patch:3]',
    );
    assert.deepEqual(fault({ spec: { template: { containers: [{ name: 'a' }, 1] } } })[0], 500);
    assert.deepEqual(
      fault({ metadata: { '$setElementOrder/labels': [] } })[1],
      'expected a []interface {}, but received a map[string]interface {}',
    );
  });

  test('an object stays what it is when the patch deletes all of it', () => {
    assert.deepEqual(patched({ $patch: 'delete' }), { apiVersion: 'apps/v1', kind: 'Deployment' });
  });

  test('an item can lose its key', () => {
    const twice = { $patch: 'replace', spec: {} };
    assert.deepEqual(
      fault({ spec: { template: { containers: [{ name: null }, { name: null, image: 'x' }] } } }),
      [500, 'map: map[image:x] does not contain declared merge key: name'],
    );
    assert.deepEqual(patched(twice).spec, {});
  });

  test('long lists take no long time', () => {
    const many = Array.from({ length: 20_000 }, (_, index) => ({ name: `n${index}` }));
    const document = { spec: { template: { containers: many } } };
    const patch = { spec: { template: { containers: many.toReversed() } } };
    const result = strategicMergePatch(document, patch, deploymentShape) as Deployment;
    assert.equal(result.spec.template.containers[0]?.name, 'n19999');
  });
});
