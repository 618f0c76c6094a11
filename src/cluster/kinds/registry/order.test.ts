import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareGroups, compareVersions } from './order.ts';

test('versions stand best first, as the documentation of CustomResourceDefinitions orders them', () => {
  const ordered = [
    'v10',
    'v2',
    'v1',
    'v11beta2',
    'v10beta3',
    'v3beta1',
    'v12alpha1',
    'v11alpha2',
    'foo1',
    'foo10',
  ];
  assert.deepEqual(ordered.toReversed().toSorted(compareVersions), ordered);
  assert.deepEqual(['v0', 'v1gamma1', 'v1'].toSorted(compareVersions), ['v1', 'v0', 'v1gamma1']);
});

test('groups of Kubernetes stand above all others, which stand in order of their names', () => {
  const ordered = [
    '',
    'apps',
    'policy',
    'admissionregistration.k8s.io',
    'apiextensions.k8s.io',
    'a.dev',
    'b.dev',
  ];
  assert.deepEqual(ordered.toReversed().toSorted(compareGroups), ordered);
  assert.deepEqual(['toString', 'apps'].toSorted(compareGroups), ['apps', 'toString']);
});
