import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decide, foreground } from './decide.ts';
import { Graph, type Thing } from './graph.ts';

const resource = { group: '', version: 'v1', plural: 'configmaps', namespaced: true };

function thing(uid: string, owners: readonly string[], going = true, blocking = true): Thing {
  return {
    uid,
    resource,
    namespace: 'n',
    name: uid,
    owners: owners.map(owner => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name: owner,
      uid: owner,
      blockOwnerDeletion: blocking,
    })),
    deleting: going,
    finalizers: going ? [foreground] : [],
  };
}

function decided(things: readonly Thing[], uid: string): string {
  const graph = new Graph();
  for (const one of things) graph.put(one);
  const decision = decide(
    graph.get(uid) as Thing,
    owner => graph.dependentsOf(owner),
    () => 'solid',
  );
  const more = decision.do === 'delete-dependents' ? decision.dependents.map(one => one.uid) : [];
  return [decision.do, ...more].join(' ');
}

test('an object that goes last waits for what it owns, and has those looked at that do not go yet', () => {
  assert.equal(decided([thing('a', []), thing('b', ['a'], false)], 'a'), 'delete-dependents b');
  assert.equal(
    decided([thing('a', []), thing('b', ['a']), thing('c', ['b'], false)], 'a'),
    'delete-dependents',
  );
  assert.equal(decided([thing('a', []), thing('b', ['a'], true, false)], 'a'), 'finish-foreground');
  assert.equal(decided([thing('a', [])], 'a'), 'finish-foreground');
});

test('objects that wait for each other are not waited for', () => {
  const circle = [thing('a', ['c']), thing('b', ['a']), thing('c', ['b'])];
  for (const uid of ['a', 'b', 'c']) assert.equal(decided(circle, uid), 'finish-foreground');
  assert.equal(decided([thing('a', ['a'])], 'a'), 'finish-foreground');
  const open = [thing('a', ['c']), thing('b', ['a']), thing('c', ['b'], false)];
  assert.equal(decided(open, 'a'), 'delete-dependents');
  assert.equal(decided(open, 'b'), 'delete-dependents c');
});
