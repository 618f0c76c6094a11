import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStore } from '../../../cluster/store/index.ts';
import type { Revoked } from '../../../edge/identity/index.ts';
import { followAccounts } from './accounts.ts';

test('gateways are told of accounts whose tokens may no longer be good', async () => {
  const store = await openStore({ now: Date.now });
  const told: Revoked[] = [];
  const write = (resource: string, name: string, more: object = {}): Promise<unknown> =>
    store.write({ resource, namespace: 'a', name }, () => ({
      write: { apiVersion: 'v1', kind: 'Any', metadata: { name, namespace: 'a' }, ...more },
    }));
  const remove = (resource: string, name: string): Promise<unknown> =>
    store.write({ resource, namespace: 'a', name }, () => ({ remove: true }));
  followAccounts(store, revoked => told.push(revoked));
  await write('serviceaccounts', 'one');
  await write('serviceaccounts', 'two');
  await write('pods', 'pod', { spec: { serviceAccountName: 'one' } });
  await write('secrets', 'secret');
  assert.deepEqual(told, []);
  await remove('pods', 'pod');
  await remove('secrets', 'secret');
  await remove('serviceaccounts', 'two');
  const names = ['one', 'one', 'two', 'two'].map(name => `system:serviceaccount:a:${name}`);
  assert.deepEqual(
    told,
    names.map(name => ({ kind: 'user', name })),
  );
  await store.close();
});
