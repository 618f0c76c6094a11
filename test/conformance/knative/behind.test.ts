import { test } from 'node:test';
import { ResourceClient } from '../../../src/cluster/client/index.ts';
import type { KubeObject } from '../../../src/cluster/meta/index.ts';
import { controllerOf, resourceOf } from '../../../src/cluster/view/index.ts';
import { until } from '../kserve/until.ts';
import { Held } from '../kubernetes/controllers/held.ts';
import { knativeCluster } from './cluster.ts';

const namespace = 'behind';

function named(kind: string, name: string, more: object): KubeObject {
  return { apiVersion: 'v1', kind, metadata: { name, namespace }, ...more };
}

test("a Route gets the name of the cluster that was another's when its cache did not show that yet", async () => {
  let held: Held | undefined;
  const cluster = await knativeCluster(transport => (held = new Held(transport, ['/api/v1/services'])));
  const { transport } = cluster;
  try {
    const client = (plural: Parameters<typeof resourceOf>[0]): ResourceClient =>
      new ResourceClient(transport, resourceOf(plural));
    await client('namespaces').create(named('Namespace', namespace, { metadata: { name: namespace } }));
    const { metadata } = await client('configmaps').create(named('ConfigMap', 'owner', {}));
    const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: metadata.uid, controller: true };
    await client('services').create(
      named('Service', 'web', {
        metadata: { name: 'web', namespace, ownerReferences: [owner] },
        spec: { ports: [{ port: 80 }], selector: { app: 'other' } },
      }),
    );
    const containers = [{ name: 'main', image: 'example/server:1' }];
    await client('services.serving.knative.dev').create({
      ...named('Service', 'web', { spec: { template: { spec: { containers } } } }),
      apiVersion: 'serving.knative.dev/v1',
    });
    const refused = ({ metadata: { name }, status }: KubeObject & { readonly status?: unknown }): boolean =>
      name === 'web' && JSON.stringify(status ?? {}).includes('"reason":"NotOwned"');
    await until(transport, 'routes.serving.knative.dev', all => all.some(refused));
    await client('configmaps').delete(namespace, 'owner');
    held?.release();
    const ours = (one: KubeObject): boolean =>
      one.metadata.name === 'web' && controllerOf(one)?.kind === 'Route';
    await until(transport, 'services', all => all.some(ours));
  } finally {
    held?.release();
    await cluster.stop();
  }
});
