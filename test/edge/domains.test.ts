import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '../../src/base/log/index.ts';
import { ResourceClient, type Transport } from '../../src/cluster/client/index.ts';
import { StatusError, type KubeObject } from '../../src/cluster/meta/index.ts';
import { resourceOf, type Plural } from '../../src/cluster/view/index.ts';
import { type Gateway, startGateway } from '../../src/edge/gateway/index.ts';
import { Cluster } from '../apiserver/serving.ts';
import { until } from './login/house.ts';

const admin = { name: 'admin', groups: ['system:masters'] };
const log = createLog({ level: 'error', format: 'json', colour: false, now: Date.now, write: () => {} });
const metadata = { name: 'inferenceservice-config', namespace: 'kserve' };

/** The API, which fails whenever one object is read by its name. */
function failing(transport: Transport, path: string, error: Error): Transport {
  return {
    ask: asked => (asked.path === path ? Promise.reject(error) : transport.ask(asked)),
    stream: asked => transport.stream(asked),
  };
}

const failures = {
  'an API that is overloaded': new StatusError(429, 'TooManyRequests', 'later'),
  'an API that is not reached': new Error('connect ECONNREFUSED'),
};

for (const [what, failure] of Object.entries(failures)) {
  test(`the gateway starts beside ${what} when it asks for domains, and learns them when it can`, async context => {
    const cluster = await Cluster.open('10.96.0.0/24');
    let gateway: Gateway | undefined;
    context.after(async () => {
      await gateway?.stop();
      await cluster.close();
    });
    const transport = cluster.api.transport(admin, 'tests/1');
    const create = (plural: Plural, object: KubeObject): Promise<KubeObject> =>
      new ResourceClient(transport, resourceOf(plural)).create(object);
    await create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kserve' } });
    const ingress = JSON.stringify({ ingressDomain: 'one.test', additionalIngressDomains: ['two.test'] });
    await create('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { ingress } });
    await create('inferenceservices', {
      apiVersion: 'serving.kserve.io/v1beta1',
      kind: 'InferenceService',
      metadata: { name: 'iris', namespace: 'default' },
      spec: { predictor: { model: { modelFormat: { name: 'sklearn' }, storageUri: 'file:///none' } } },
    });
    const services = new ResourceClient(transport, resourceOf('inferenceservices'));
    const status = { url: 'http://iris.default.one.test' };
    await services.patch('default', 'iris', 'merge', { status }, 'status');
    const complaints: unknown[] = [];
    gateway = await startGateway({
      transport: failing(transport, `/api/v1/namespaces/kserve/configmaps/${metadata.name}`, failure),
      node: { name: 'here', address: '127.0.0.1' },
      listen: { host: '127.0.0.1', port: 0 },
      version: '0.0.0',
      now: Date.now,
      log,
      onError: (about, error) => complaints.push([about, error]),
    });
    assert.deepEqual(complaints, [['the domains of KServe', failure]]);
    await until(
      () => gateway?.table.ownerOf('iris.default.two.test') === 'default',
      'it does not learn them',
    );
  });
}
