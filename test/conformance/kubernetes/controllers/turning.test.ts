import { test } from 'node:test';
import { definition } from '../../../apiserver/converting.ts';
import { startCluster } from './cluster.ts';
import { namespace } from './manifests.ts';

test('controllers begin although objects of a kind wait for a webhook that is not there', async context => {
  const cluster = await startCluster(context, 'in the process', {
    before: async ({ transport }) => {
      const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
      const body = definition('waitings', { url: 'https://127.0.0.1:1/convert' });
      await transport.ask({ method: 'POST', path: definitions, body });
      const path = '/apis/turned.example.dev/v1/namespaces/default/waitings';
      const object = { apiVersion: 'turned.example.dev/v1', kind: 'Waiting', metadata: { name: 'one' } };
      for (let status = 0; status !== 201;) {
        ({ status } = await transport.ask({ method: 'POST', path, body: object }));
      }
    },
  });
  await cluster.client('namespaces').create(namespace('begun'));
  await cluster.until('serviceaccounts', 'begun', items => items.length > 0, 'a service account');
});
