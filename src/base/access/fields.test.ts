import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectionOptions, fieldBytes, groupsText } from './fields.ts';

test('no group is read as two, and those that everybody has are not told', () => {
  assert.equal(groupsText(['system:authenticated', 'a', 'b,system:masters', 'c']), 'a,c');
});

test('a name becomes the bytes of its UTF-8, without what ends a field', () => {
  const bytes = fieldBytes('개발\r\nX: 1\u0085\u007F\0');
  assert.equal(Buffer.from(bytes, 'latin1').toString(), '개발X: 1');
});

test('a client has no field dropped that says who asks', () => {
  assert.equal(
    connectionOptions('keep-alive, Kubeflow-UserId,kubeflow-groups, Authorization, x-mine'),
    'keep-alive, x-mine',
  );
  assert.equal(connectionOptions('kubeflow-userid'), '');
});
