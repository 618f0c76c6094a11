import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReplicaSet } from '../../../view/index.ts';
import { nextRevision, revisionAnnotation, revisionOf } from './revisions.ts';

function set(revision: string): ReplicaSet {
  const metadata = { name: 's', annotations: { [revisionAnnotation]: revision } };
  return { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata } as unknown as ReplicaSet;
}

test('a revision is a whole number of 64 bits, and nothing else counts', () => {
  const greatest = 2n ** 63n - 1n;
  assert.equal(revisionOf(set('7')), 7n);
  assert.equal(revisionOf(set(String(greatest))), greatest);
  for (const other of [String(greatest + 1n), '9999999999999999999', '1'.repeat(20), '1.5', 'x', '']) {
    assert.equal(revisionOf(set(other)), 0n, other);
  }
  assert.equal(nextRevision([set('2'), set('9999999999999999999')]), 3n);
});
