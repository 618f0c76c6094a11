import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { describeObject, wantedFor } from '../../src/cli/objects/describe/index.ts';
import type { KubeObject } from '../../src/cluster/meta/index.ts';
import { Cluster } from './serving.ts';

let cluster: Cluster;
before(async () => {
  cluster = await Cluster.open();
  await made('api/v1', 'ServiceAccount', 'default', {});
});
after(() => cluster.close());

const pod = { containers: [{ name: 'a', image: 'b' }] };
const labels = { a: 'b' };
const selector = { matchLabels: labels };
const template = { metadata: { labels }, spec: pod };
const once = { spec: { template: { spec: { ...pod, restartPolicy: 'Never' } } } };
const storage = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1' } } };

/** The least that the API takes of each kind with a form of its own, as it may be said. */
const least: readonly (readonly [path: string, kind: string, ...bodies: object[]])[] = [
  ['api/v1', 'ConfigMap', {}],
  ['api/v1', 'Secret', {}],
  ['api/v1', 'ServiceAccount', {}],
  [
    'api/v1',
    'LimitRange',
    {},
    { spec: {} },
    { spec: { limits: [] } },
    { spec: { limits: [{ type: 'Pod' }] } },
  ],
  ['api/v1', 'ResourceQuota', {}, { spec: {} }],
  ['api/v1', 'Namespace', {}, { spec: {} }],
  ['api/v1', 'Node', {}, { spec: {} }],
  ['api/v1', 'Pod', { spec: pod }],
  ['api/v1', 'PersistentVolumeClaim', { spec: storage }],
  [
    'api/v1',
    'Service',
    { spec: { ports: [{ port: 80 }] } },
    { spec: { clusterIP: 'None' } },
    { spec: { type: 'ExternalName', externalName: 'a.example' } },
  ],
  ['apis/batch/v1', 'Job', once],
  ['apis/batch/v1', 'CronJob', { spec: { schedule: '* * * * *', jobTemplate: once } }],
  ['apis/apps/v1', 'ReplicaSet', { spec: { selector, template } }],
  ['apis/apps/v1', 'Deployment', { spec: { selector, template } }],
  ['apis/apps/v1', 'StatefulSet', { spec: { selector, template } }],
];

async function made(path: string, kind: string, name: string, body: object): Promise<KubeObject> {
  const place = ['Node', 'Namespace'].includes(kind) ? '' : '/namespaces/default';
  const object = { apiVersion: path.replace(/^apis?\//, ''), kind, metadata: { name }, ...body };
  const answer = await cluster.ask('POST', `/${path}${place}/${kind.toLowerCase()}s`, { body: object });
  assert.equal(answer.status, 201, answer.text);
  return answer.body as KubeObject;
}

describe('the least that the API takes of a kind is described', () => {
  for (const [path, kind, ...bodies] of least)
    for (const [index, body] of bodies.entries())
      test(`${kind} ${JSON.stringify(body)}`, async () => {
        const name = `${kind.toLowerCase()}-${index}`;
        const object = await made(path, kind, name, body);
        const found = Object.fromEntries(Object.keys(wantedFor(object)).map(key => [key, { items: [] }]));
        assert.match(describeObject(object, [], { found, now: Date.now() }), new RegExp(`^Name: +${name}\n`));
      });

  test('a namespace with the least of quotas and limits', async () => {
    const namespace = await made('api/v1', 'Namespace', 'whole', {});
    const quotas = { items: [await made('api/v1', 'ResourceQuota', 'whole', {})] };
    const limits = { items: [await made('api/v1', 'LimitRange', 'whole', {})] };
    const text = describeObject(namespace, [], { found: { quotas, limits }, now: Date.now() });
    assert.match(text, /\nResource Quotas\n +Name: +whole\n[^]*\nResource Limits\n/);
  });
});
