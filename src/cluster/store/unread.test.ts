import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../meta/index.ts';
import { parsed, Unread } from './unread.ts';

const place = { resource: 'configmaps', namespace: 'here', name: 'one' };

test('an object is made of its text once, when it is asked for first', () => {
  let made = 0;
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one' } } as KubeObject;
  const unread = new Unread(place, 7, () => {
    made += 1;
    return object;
  });
  assert.deepEqual([unread.place, unread.revision, made], [place, 7, 0]);
  assert.equal(unread.object, object);
  assert.equal(unread.object, object);
  assert.equal(made, 1);
});

test('a text that is no JSON is told of by what it is about, however often it is asked for', () => {
  const unread = new Unread(place, 7, () => parsed('{"kind":', place, 7));
  const told = { code: 'store-damaged', message: /configmaps\/here\/one, revision 7, is no JSON/ };
  assert.throws(() => unread.object, told);
  assert.throws(() => unread.object, told);
});
