import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filtersOf, operationsOf, settingOf } from './changes.ts';

const kept = [
  'kubeflow-userid',
  'Kubeflow_Groups',
  'X-Forwarded-User',
  'x_forwarded_for',
  'X-Forwarded-Host',
  'Forwarded',
  'X-Real-IP',
  'X-Auth-Request-Email',
  'Authorization',
  'Proxy-Authorization',
  'X-Auth-Token',
  'Cookie',
  'X-Request-Id',
  'x_request_id',
  'Transfer-Encoding',
  'content_length',
];
const written = ['host', 'kserve-isvc-name', 'knative-serving-revision', 'x-forwarded-prefix', 'x-my-own'];

test('no route writes, adds or removes what the services behind are told of whoever asks', () => {
  for (const name of kept) {
    assert.deepEqual(settingOf({ [name]: 'x' }).set, [], name);
    const change = operationsOf({ set: { [name]: 'x' }, add: { [name]: 'x' }, remove: [name] });
    assert.deepEqual([change.set, change.add, change.remove], [[], [], []], name);
    const requestHeaderModifier = {
      set: [{ name, value: 'x' }],
      add: [{ name, value: 'x' }],
      remove: [name],
    };
    const filtered = filtersOf([{ type: 'RequestHeaderModifier', requestHeaderModifier }]);
    assert.deepEqual([filtered.set, filtered.add, filtered.remove], [[], [], []], name);
  }
});

test('what tells of nobody is written', () => {
  for (const name of written) {
    assert.deepEqual(settingOf({ [name.toUpperCase()]: 'x' }).set, [[name, 'x']]);
    assert.deepEqual(operationsOf({ remove: [name] }).remove, [name]);
  }
});
